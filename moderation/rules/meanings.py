"""What a name of the roll may be instead in a typed sentence: a time of year, a place, a title, somebody in a book."""

import re
from enum import Enum

from moderation.rules.meaning_words import (
    AFTER_TIMES,
    ANYTHING_DOES,
    BEFORE_TIMES,
    FAMILY,
    INTO_PLACES,
    OF_A_PLAY,
    OF_A_SHOW,
    OF_A_STAGE,
    OTHER_MONTHS,
    PEOPLE_DO,
    PETS,
    PLACE_NOUNS,
    PLACES,
    PLACES_OF_ALL,
    PLAIN_PLACES,
    PLAYS,
    READING,
    SURNAMES_OF_PLACES,
    SURNAMES_TOO,
    THERE,
    TIMES,
    TITLES_TOO,
    TRAVEL,
    TRIPS,
    WATERS,
)
from moderation.rules.name_words import COMMON
from moderation.rules.stories import in_stories
from moderation.rules.typed import Typed

_DAY_BEFORE = re.compile(r"\d\s?(?:st|nd|rd|th)?\s?(?:of\s)?$")
_DAY_AFTER = re.compile(r"\s?\d")
_YEAR_AFTER = re.compile(r"20\d\d")
_STREETS = frozenset(["avenue", "close", "crescent", "drive", "lane", "road", "street", "way"])
_IN_A_TAG = re.compile(r"[#@_\w-]$")


class Weak(Enum):
    """What a word of the roll is only, if it is nobody's forename there."""

    SURNAME = 1
    NICKNAME = 2


class Meanings(Typed):
    """One typed text, asked what its words mean."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._starting = {piece.start: i for i, piece in enumerate(self.pieces)}
        self._told = in_stories(text, self.pieces)

    def is_no_pupil(self, start: int, end: int, weak: Weak | None = None) -> bool:
        """Is the name in these characters more likely a time, a place, a title, a word or somebody in a story?

        Only of one word alone: forename and surname together stay a name, whoever else was called so.
        """
        i = self._starting.get(start)
        if i is None or self.pieces[i].end < end:
            return False
        titled, street = self.word(i - 1) in TITLES_TOO, _STREETS.intersection(self.capitals_after(i)[:1])
        if weak is Weak.SURNAME and (self._is_plain_word(i) or titled or street):
            return True
        if weak is Weak.NICKNAME and self._has_a_surname(i):
            return True  # Charlie is on the roll, Charles Dickens is not
        if self.is_praised(i) or self._does_what_people_do(i):
            return False
        return i in self._told or self._is_pet(i) or self._is_time(i) or self._is_place(i) or self._is_title(i)

    def _is_pet(self, i: int) -> bool:
        """“Archer the therapy dog”."""
        return self.word(i + 1) in ("our", "the") and not PETS.isdisjoint(self.words[i + 2 : i + 5])

    def _has_a_surname(self, i: int) -> bool:
        """Charles Dickens, but not “Maddie Wins Gold”."""
        after = self.capitals_after(i)[:1]
        return after != [] and after[0] not in COMMON and after[0] not in PEOPLE_DO and not self.is_possessive(i)

    def _does_what_people_do(self, i: int) -> bool:
        """“Georgia moved to Wales”; but “Chester beat us 3–1” is a school."""
        return self.word(i + 1) in PEOPLE_DO - {"beat"} and not (self.words[i] in PLACES and self._is_there(i))

    def _is_there(self, i: int) -> bool:
        """“Our partner school in Jordan”."""
        return self.word(i - 1) == "in" and self.word(i - 2) in THERE

    def _is_time(self, i: int) -> bool:
        if self.words[i] not in TIMES:
            return False
        start, end = self.pieces[i].start, self.pieces[i].end
        dated = _DAY_BEFORE.search(self.text[max(0, start - 8) : start]) or _DAY_AFTER.match(self.text[end : end + 2])
        if self._is_span(i) or self._is_span(i - 2):
            return True
        since = self.word(i - 1) in ("by", "before", "after") and self.opens(i - 1) and self.word(i + 1) != ""
        return bool(dated) or since or self.word(i - 1) in BEFORE_TIMES or self.word(i + 1) in AFTER_TIMES

    def _is_span(self, i: int) -> bool:
        """April to June, between April and May; but “April and May won”."""
        if not {self.word(i), self.word(i + 2)} <= TIMES | OTHER_MONTHS:
            return False
        return self.word(i + 1) in ("or", "to") or (self.word(i + 1) == "and" and self.word(i - 1) in BEFORE_TIMES)

    def _is_place(self, i: int) -> bool:
        nouns, town = self.capitals_after(i), self.words[i] in PLACES
        if town and _YEAR_AFTER.match(self.text, self.pieces[i].end):
            return True  # #paris2024
        if not self.pieces[i].capital:
            return False
        if town and self.word(i - 1) in WATERS:
            return True
        if self.is_possessive(i):
            return town and (self.word(i + 1) in PLACE_NOUNS or not PLACE_NOUNS.isdisjoint(nouns))
        if not town:
            return not PLACES_OF_ALL.isdisjoint(nouns[:1])
        if not (PLACE_NOUNS | SURNAMES_OF_PLACES).isdisjoint(nouns):
            return True
        around = {*self.words[max(0, i - 3) : i], *self.words[i + 1 : i + 5]}
        beat_us = self.words[i + 1 : i + 3] in (["beat", "us"], ["hosted", "us"])
        told = beat_us or not around.isdisjoint(PLAIN_PLACES | {"capital", "city", "destination"})
        trip = self.word(i - 1) in ("our", "the", "this") and self.word(i + 1) in TRIPS
        return told or trip or self._is_there(i) or self.word(i - 1) in INTO_PLACES or self._is_on_the_way(i)

    def _is_on_the_way(self, i: int) -> bool:
        if self.word(i - 1) == "for":
            return self.word(i - 2) in TRAVEL  # bound for Paris; but the team cheers for Jordan
        return self.word(i - 1) in ("to", "from") and not TRAVEL.isdisjoint(self.words[max(0, i - 4) : i])

    def _is_title(self, i: int) -> bool:
        """“read Matilda by Roald Dahl”, “Oliver the Musical”, “Oliver! opens on Thursday”."""
        if self.words[i] in PLAYS and self.text[self.pieces[i].end : self.pieces[i].end + 1] == "!":
            return self.word(i + 1) in OF_A_PLAY or not OF_A_STAGE.isdisjoint(self.words[i + 1 : i + 5])
        if self.word(i + 1) == "by" and i + 2 < len(self.pieces) and self.pieces[i + 2].capital:
            return not READING.isdisjoint(self.words[max(0, i - 3) : i])
        sung = self.word(i - 1) == "from" and self.word(i - 2) in OF_A_SHOW
        played = (self.word(i - 1) == "in" or sung) and self.words[i] in PLAYS
        return played or self.words[i + 1 : i + 3] in (["the", "musical"], ["the", "movie"])

    def _is_plain_word(self, i: int) -> bool:
        """“Power cut: the phones are down”, “a bishop came”; in tags and file names no letter tells."""
        piece = self.pieces[i]
        if not piece.capital:
            tagged = _IN_A_TAG.search(self.text[max(0, piece.start - 1) : piece.start]) or " " not in self.text
            return not tagged or self.words[i] in SURNAMES_TOO
        if self.words[i] not in SURNAMES_TOO or self.is_possessive(i):
            return False
        if not self.opens(i):
            return self.word(i - 1) in ("a", "an", "the", "our") and self.word(i + 1) not in FAMILY
        after = self.pieces[i + 1] if i + 1 < len(self.pieces) else None
        return after is not None and not after.capital and after.letters not in PEOPLE_DO | ANYTHING_DOES
