"""What a name of the roll may be instead in a typed sentence: a time of year, a place, a title, somebody in a book."""

import re

from moderation.rules.meaning_words import (
    AFTER_TIMES,
    ANYTHING_DOES,
    BEFORE_TIMES,
    FAMILY,
    INTO_PLACES,
    PEOPLE_DO,
    PLACE_NOUNS,
    PLACES,
    READING,
    STORIES,
    SURNAMES_OF_PLACES,
    SURNAMES_TOO,
    TIMES,
    TRAVEL,
)
from moderation.rules.name_pieces import Piece, pieces
from moderation.rules.name_words import ALSO_WORDS, COMMON

_DAY_BEFORE = re.compile(r"\d\s?(?:st|nd|rd|th)?\s?(?:of\s)?$")
_DAY_AFTER = re.compile(r"\s?\d")
_OPENING = re.compile(r"(?:^|[.!?:;\n–—|•]\s*|[^\w\s,.'’\-]\s*)[\"“‘'(]?$")
_POSSESSIVE = ("'s", "’s")


class Meanings:
    """One typed text, asked what its words mean."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces = pieces(text)
        self._words = [piece.letters for piece in self.pieces]
        self._starting = {piece.start: i for i, piece in enumerate(self.pieces)}
        self._told = self._in_stories()

    def is_no_pupil(self, start: int, end: int) -> bool:
        """Is the name in these characters more likely a time, a place, a title or somebody in a story?

        Only of one word alone: forename and surname together stay a name, whoever else was called so.
        """
        i = self._starting.get(start)
        if i is None or self.pieces[i].end < end:
            return False
        return i in self._told or self._is_time(i) or self._is_place(i) or self._is_title(i) or self._is_plain_word(i)

    def opens_as_a_person(self, i: int) -> bool:
        """Does a sentence begin with this word, that is also a name, and speak of a person? “Jack is moving”."""
        if not self.pieces[i].capital or self._words[i] not in ALSO_WORDS or not self._opens(i):
            return False
        after, rather_a_word = self._word(i + 1), self._words[i] in COMMON
        if self._is_possessive(i):
            return after in FAMILY or not rather_a_word
        if after == "and":
            whose = self._word(i + 2) in ("her", "his", "their")
            return whose or (not rather_a_word and i + 2 < len(self.pieces) and self.pieces[i + 2].capital)
        return after in PEOPLE_DO or (not rather_a_word and after in ANYTHING_DOES)

    def _word(self, i: int) -> str:
        return self._words[i] if 0 <= i < len(self._words) else ""

    def _opens(self, i: int) -> bool:
        start = self.pieces[i].start
        return bool(_OPENING.search(self.text[max(0, start - 12) : start]))

    def _is_possessive(self, i: int) -> bool:
        return self.text[self.pieces[i].end : self.pieces[i].end + 2] in _POSSESSIVE

    def _is_time(self, i: int) -> bool:
        if self._words[i] not in TIMES:
            return False
        start, end = self.pieces[i].start, self.pieces[i].end
        dated = _DAY_BEFORE.search(self.text[max(0, start - 8) : start]) or _DAY_AFTER.match(self.text[end : end + 2])
        return bool(dated) or self._word(i - 1) in BEFORE_TIMES or self._word(i + 1) in AFTER_TIMES

    def _is_place(self, i: int) -> bool:
        if not self.pieces[i].capital or self._is_possessive(i):
            return False
        after = self._next_to(i)
        noun = after.letters if after and after.capital else ""
        if noun in PLACE_NOUNS or self._words[i] not in PLACES:
            return noun in PLACE_NOUNS
        around = {*self._words[max(0, i - 3) : i], *self._words[i + 1 : i + 5]}
        told = noun in SURNAMES_OF_PLACES or not around.isdisjoint(("capital", "city"))
        return told or self._word(i - 1) in INTO_PLACES or self._is_on_the_way(i)

    def _next_to(self, i: int) -> Piece | None:
        """The piece after, with a single blank between."""
        if i + 1 < len(self.pieces) and self.text[self.pieces[i].end : self.pieces[i + 1].start] == " ":
            return self.pieces[i + 1]
        return None

    def _is_on_the_way(self, i: int) -> bool:
        before = self._words[max(0, i - 4) : i]
        return self._word(i - 1) in ("to", "from", "for") and not TRAVEL.isdisjoint(before)

    def _is_title(self, i: int) -> bool:
        """“read Matilda by Roald Dahl”, “Oliver the Musical”."""
        if self._word(i + 1) == "by" and i + 2 < len(self.pieces) and self.pieces[i + 2].capital:
            return not READING.isdisjoint(self._words[max(0, i - 3) : i])
        return self._word(i + 1) == "the" and self._word(i + 2) in ("musical", "movie")

    def _is_plain_word(self, i: int) -> bool:
        """“Power cut: the phones are down”."""
        if self._words[i] not in SURNAMES_TOO or self._is_possessive(i) or not self._opens(i):
            return False
        after = self._next_to(i)
        return after is not None and not after.capital and after.letters not in PEOPLE_DO | ANYTHING_DOES

    def _in_stories(self) -> set[int]:
        starts: dict[str, list[int]] = {}
        for i, word in enumerate(self._words):
            starts.setdefault(word, []).append(i)
        held: set[int] = set()
        for phrase in STORIES:
            for i in starts.get(phrase[0], ()):
                if tuple(self._words[i : i + len(phrase)]) == phrase:
                    held |= set(range(i, i + len(phrase)))
        return held
