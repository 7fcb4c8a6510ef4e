"""What changed between two texts, word by word, and between two rows of pictures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")
_MOST = 6_000  # pieces of both texts together that are compared; longer texts are told as a whole


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    change: Change
    text: str


def of_texts(before: str, now: str) -> list[Piece]:
    """The pieces of both texts in reading order; joined without the new ones they are `before`, and so on."""
    old, new = _PIECES.findall(before), _PIECES.findall(now)
    if len(old) + len(new) > _MOST:
        return [Piece(change, text) for change, text in ((Change.GONE, before), (Change.NEW, now)) if text]
    found: list[Piece] = []
    for word, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if word == "equal":
            found.append(Piece(Change.SAME, "".join(old[start:end])))
            continue
        gone, came = "".join(old[start:end]), "".join(new[new_start:new_end])
        found += [Piece(change, text) for change, text in ((Change.GONE, gone), (Change.NEW, came)) if text]
    return found


@dataclass(frozen=True)
class Shown:
    """One picture of a version: its bytes' digest, its alt text, and the bytes that it was covered from."""

    key: str
    alt_text: str
    covered_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pictures:
    """What happened to the pictures, by their numbers in the version where each is (from 1)."""

    added: tuple[int, ...]
    covered: tuple[int, ...]
    alt_texts: tuple[int, ...]  # described in other words
    removed: tuple[int, ...]  # numbers in the earlier version
    reordered: bool

    @property
    def any(self) -> bool:
        return bool(self.added or self.covered or self.alt_texts or self.removed or self.reordered)


def of_pictures(before: Sequence[Shown], now: Sequence[Shown]) -> Pictures:
    """A covered picture stands for the one it was made of."""
    place = {picture.key: number for number, picture in enumerate(before)}
    added, covered, alt_texts, kept = [], [], [], []
    for number, picture in enumerate(now, 1):
        came_from = next((key for key in (picture.key, *picture.covered_from) if key in place), None)
        if came_from is None:
            added.append(number)
            continue
        kept.append(place[came_from])
        if came_from != picture.key:
            covered.append(number)
        if before[kept[-1]].alt_text != picture.alt_text:
            alt_texts.append(number)
    removed = [number + 1 for number in range(len(before)) if number not in kept]
    return Pictures(tuple(added), tuple(covered), tuple(alt_texts), tuple(removed), kept != sorted(kept))
