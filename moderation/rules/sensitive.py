"""Topics that ask for one more person: which of the school's words stand in a text, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from moderation.rules.name_pieces import pieces

AROUND = 40  # characters shown on either side


@dataclass(frozen=True)
class Topic:
    """A word of the list, the field it stands in, and the text there in three parts: before it, itself, after it."""

    word: str
    field: str
    before: str
    found: str
    after: str


def parse(text: str) -> tuple[str, ...]:
    """One word or phrase a line; in the order of the alphabet. `exclu*`: every word that begins so."""
    lines = {" ".join(line.split()) for line in text.splitlines()}
    return tuple(sorted((line for line in lines if _parts(line)), key=str.casefold))


def find(texts: Iterable[tuple[str, str]], words: tuple[str, ...]) -> list[Topic]:
    """Whole words only, whatever their capitals, accents and hyphens; also the words that a hashtag is made of.

    `texts` are pairs of field and text. Of one word, the first place in each field.
    """
    found = []
    for field, text in texts:
        parts = _parts(text)
        whole = _whole(parts)
        letters_there = "".join(f" {place.letters} " for place in (*whole, *parts))
        for word, letters, begins, first in _wanted(words):
            if first not in letters_there:  # as nearly always
                continue
            if place := _first(whole, letters, begins) or _first(parts, letters, begins):
                found.append(_topic(word, field, text, *place))
    return found


@lru_cache(maxsize=8)
def _wanted(words: tuple[str, ...]) -> list[tuple[str, list[str], bool, str]]:
    """Each word, what it is made of, whether its last part may go on, and its first part between spaces."""
    return [_asked_for(word, [place.letters for place in _whole(_parts(word))]) for word in words]


def _asked_for(word: str, letters: list[str]) -> tuple[str, list[str], bool, str]:
    begins = word.endswith("*")
    goes_on = begins and len(letters) == 1
    return word, letters, begins, f" {letters[0]}" if goes_on else f" {letters[0]} "


class Place(NamedTuple):
    start: int
    end: int
    letters: str
    word: int


def _parts(text: str) -> list[Place]:
    return [Place(piece.start, piece.end, piece.letters, piece.word) for piece in pieces(text)]


def _whole(parts: list[Place]) -> list[Place]:
    """The words that these pieces make, folded; SATs is one word here, and two pieces where capitals split it."""
    words: dict[int, Place] = {}
    for part in parts:
        before = words.get(part.word)
        start, letters = (before.start, before.letters) if before else (part.start, "")
        words[part.word] = Place(start, part.end, letters + part.letters, part.word)
    return list(words.values())


def _first(there: list[Place], letters: list[str], begins: bool) -> tuple[int, int] | None:
    """Where these words first stand in a row; the last one may go on if `begins`."""
    *all_but_last, last = letters
    for at in range(len(there) - len(letters) + 1):
        *some, end = there[at : at + len(letters)]
        same = end.letters.startswith(last) if begins else end.letters == last
        if same and [one.letters for one in some] == all_but_last:
            return there[at].start, end.end
    return None


def _topic(word: str, field: str, text: str, start: int, end: int) -> Topic:
    before, after = text[:start], text[end:]
    if len(before) > AROUND:  # cut between words
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return Topic(word, field, before, text[start:end], after)
