"""What a name of the roll may be instead in a typed sentence: a time of year, a place, a title, somebody in a book."""

import re
from enum import Enum

from moderation.rules.meaning_words import (
    ABOUT_SOMEBODY,
    AFTER_TIMES,
    ANYTHING_DOES,
    BEFORE_TIMES,
    FAMILY,
    INTO_PLACES,
    OF_A_PLAY,
    OTHER_MONTHS,
    PEOPLE_DO,
    PLACE_NOUNS,
    PLACES,
    PLACES_OF_ALL,
    PLAIN_PLACES,
    PLAYS,
    PRAISE,
    READING,
    SURNAMES_OF_PLACES,
    SURNAMES_TOO,
    TIMES,
    TITLES_TOO,
    TRAVEL,
    WATERS,
)
from moderation.rules.name_pieces import pieces
from moderation.rules.name_words import ALSO_WORDS, COMMON
from moderation.rules.stories import in_stories

_DAY_BEFORE = re.compile(r"\d\s?(?:st|nd|rd|th)?\s?(?:of\s)?$")
_DAY_AFTER = re.compile(r"\s?\d")
_OPENING = re.compile(r"(?:^|[.!?:;\n–—|•]\s*|[^\w\s,.'’\-]\s*)[\"“‘'(]?$")
_POSSESSIVE = ("'s", "’s")
_ENDING = re.compile(r"[.!]?\s*(?:\n|$)|[.!]\s")
_OF_A_CLASS = re.compile(r"\d[A-Z]?['’]s\s$")  # 4B’s Xi
_YEAR_AFTER = re.compile(r"20\d\d")
_IS = frozenset({"did", "had", "has", "is", "was", "will"})
_IN_A_TAG = re.compile(r"[#@_\w-]$")


class Weak(Enum):
    """What a word of the roll is only, if it is nobody's forename there."""

    SURNAME = 1
    NICKNAME = 2


class Meanings:
    """One typed text, asked what its words mean."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces = pieces(text)
        self._words = [piece.letters for piece in self.pieces]
        self._starting = {piece.start: i for i, piece in enumerate(self.pieces)}
        self._told = in_stories(text, self.pieces)

    def is_no_pupil(self, start: int, end: int, weak: Weak | None = None) -> bool:
        """Is the name in these characters more likely a time, a place, a title, a word or somebody in a story?

        Only of one word alone: forename and surname together stay a name, whoever else was called so.
        """
        i = self._starting.get(start)
        if i is None or self.pieces[i].end < end:
            return False
        if weak is Weak.SURNAME and (self._is_plain_word(i) or self._word(i - 1) in TITLES_TOO):
            return True
        if weak is Weak.NICKNAME and self._has_a_surname(i):
            return True  # Charlie is on the roll, Charles Dickens is not
        if self._is_praised(i) or self._does_what_people_do(i):
            return False
        return i in self._told or self._is_time(i) or self._is_place(i) or self._is_title(i)

    def speaks_of_a_person(self, i: int) -> bool:
        """Is this word, that is also a name, used as one? “Jack is moving”, “so proud of Faith”."""
        word = self._words[i]
        if not self.pieces[i].capital or not (word in ALSO_WORDS or len(word) == 2):
            return False
        if len(word) == 2 and word not in COMMON and self.text[self.pieces[i].end - 1].islower():
            return True  # Xi, Bo, Mo
        if not self._opens(i):
            if _OF_A_CLASS.search(self.text[max(0, self.pieces[i].start - 12) : self.pieces[i].start]):
                return True
            about = self._is_praised(i) or (word not in TIMES and self._word(i - 1) in ABOUT_SOMEBODY)
            return about and not self._capitals_after(i)
        after, rather_a_word = self._word(i + 1), word in COMMON
        if self._is_whole_sentence(i):
            return word not in TIMES and (not rather_a_word or self._answers(i))
        if self._is_possessive(i):
            return after in FAMILY or word not in TIMES
        if after == "and":
            whose = self._word(i + 2) in ("her", "his", "their")
            both = self._word(i + 2) in ALSO_WORDS and self._word(i + 3) in PEOPLE_DO
            return whose or both or (not rather_a_word and i + 2 < len(self.pieces) and self.pieces[i + 2].capital)
        return after in PEOPLE_DO | _IS or (not rather_a_word and after in ANYTHING_DOES)

    def _has_a_surname(self, i: int) -> bool:
        """Charles Dickens, but not “Maddie Wins Gold”."""
        after = self._capitals_after(i)[:1]
        return after != [] and after[0] not in COMMON and after[0] not in PEOPLE_DO and not self._is_possessive(i)

    def _is_praised(self, i: int) -> bool:
        """“Well done Jordan from Wales”, “Proud of May”: whatever else it means, a pupil may be meant."""
        return self._word(i - (2 if self._word(i - 1) in ("to", "of") else 1)) in PRAISE

    def _does_what_people_do(self, i: int) -> bool:
        """“Georgia moved to Wales”; but “Chester beat us 3–1” is a school."""
        return self._word(i + 1) in PEOPLE_DO - {"beat"}

    def _word(self, i: int) -> str:
        return self._words[i] if 0 <= i < len(self._words) else ""

    def _opens(self, i: int) -> bool:
        start = self.pieces[i].start
        return bool(_OPENING.search(self.text[max(0, start - 12) : start]))

    def _is_whole_sentence(self, i: int) -> bool:
        """“Guess who won? Rowan!”"""
        return i > 0 and _ENDING.match(self.text, self.pieces[i].end) is not None

    def _answers(self, i: int) -> bool:
        return re.search(r"[?:]|\.\.\.", self.text[self.pieces[i - 1].end : self.pieces[i].start]) is not None

    def _is_possessive(self, i: int) -> bool:
        return self.text[self.pieces[i].end : self.pieces[i].end + 2] in _POSSESSIVE

    def _is_time(self, i: int) -> bool:
        if self._words[i] not in TIMES:
            return False
        start, end = self.pieces[i].start, self.pieces[i].end
        dated = _DAY_BEFORE.search(self.text[max(0, start - 8) : start]) or _DAY_AFTER.match(self.text[end : end + 2])
        if self._is_span(i) or self._is_span(i - 2):
            return True
        since = self._word(i - 1) in ("by", "before", "after") and self._opens(i - 1) and self._word(i + 1) != ""
        return bool(dated) or since or self._word(i - 1) in BEFORE_TIMES or self._word(i + 1) in AFTER_TIMES

    def _is_span(self, i: int) -> bool:
        """April to June, between April and May; but “April and May won”."""
        if not {self._word(i), self._word(i + 2)} <= TIMES | OTHER_MONTHS:
            return False
        return self._word(i + 1) in ("or", "to") or (self._word(i + 1) == "and" and self._word(i - 1) in BEFORE_TIMES)

    def _is_place(self, i: int) -> bool:
        nouns, town = self._capitals_after(i), self._words[i] in PLACES
        if town and _YEAR_AFTER.match(self.text, self.pieces[i].end):
            return True  # #paris2024
        if not self.pieces[i].capital:
            return False
        if town and self._word(i - 1) in WATERS:
            return True
        if self._is_possessive(i):
            return town and (self._word(i + 1) in PLACE_NOUNS or not PLACE_NOUNS.isdisjoint(nouns))
        if not town:
            return not PLACES_OF_ALL.isdisjoint(nouns[:1])
        if not (PLACE_NOUNS | SURNAMES_OF_PLACES).isdisjoint(nouns):
            return True
        around = {*self._words[max(0, i - 3) : i], *self._words[i + 1 : i + 5]}
        beat_us = self._words[i + 1 : i + 3] in (["beat", "us"], ["hosted", "us"])
        told = beat_us or not around.isdisjoint(PLAIN_PLACES | {"capital", "city", "destination"})
        return told or self._word(i - 1) in INTO_PLACES or self._is_on_the_way(i)

    def _capitals_after(self, i: int) -> list[str]:
        """Up to three words with capitals that follow, a blank apart."""
        found: list[str] = []
        for piece in self.pieces[i + 1 : i + 4]:
            start = self.pieces[i + len(found)].end
            if not piece.capital or self.text[start : piece.start] not in (" ", "'s ", "’s "):
                break
            found.append(piece.letters)
        return found

    def _is_on_the_way(self, i: int) -> bool:
        if self._word(i - 1) == "for":
            return self._word(i - 2) in TRAVEL  # bound for Paris; but the team cheers for Jordan
        return self._word(i - 1) in ("to", "from") and not TRAVEL.isdisjoint(self._words[max(0, i - 4) : i])

    def _is_title(self, i: int) -> bool:
        """“read Matilda by Roald Dahl”, “Oliver the Musical”, “Oliver! opens on Thursday”."""
        if self._words[i] in PLAYS and self._word(i + 1) in OF_A_PLAY and self.text[self.pieces[i].end] == "!":
            return True
        if self._word(i + 1) == "by" and i + 2 < len(self.pieces) and self.pieces[i + 2].capital:
            return not READING.isdisjoint(self._words[max(0, i - 3) : i])
        played = self._word(i - 1) == "in" and self._words[i] in PLAYS
        return played or self._words[i + 1 : i + 3] in (["the", "musical"], ["the", "movie"])

    def _is_plain_word(self, i: int) -> bool:
        """“Power cut: the phones are down”, “a bishop came”; in tags and file names no letter tells."""
        piece = self.pieces[i]
        if not piece.capital:
            tagged = _IN_A_TAG.search(self.text[max(0, piece.start - 1) : piece.start]) or " " not in self.text
            return not tagged or self._words[i] in SURNAMES_TOO
        if self._words[i] not in SURNAMES_TOO or self._is_possessive(i):
            return False
        if not self._opens(i):
            return self._word(i - 1) in ("a", "an", "the", "our") and self._word(i + 1) not in FAMILY
        after = self.pieces[i + 1] if i + 1 < len(self.pieces) else None
        return after is not None and not after.capital and after.letters not in PEOPLE_DO | ANYTHING_DOES
