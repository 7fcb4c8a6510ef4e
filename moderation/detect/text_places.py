"""What each line of a picture is, by its words and the cues beside it: a sentence, a label, the place of a name."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from moderation.detect.text_boxes import Picture, size, upright_box
from moderation.detect.text_lines import UNSURE, Line
from moderation.rules.findings import Box
from moderation.rules.name_pieces import Piece, pieces
from moderation.rules.name_words import COMMON, HEADINGS, LIST_CUES, SLOT_CUES

_FAR_BELOW = 7.0  # heights of the cue, between it and its name
_FAR_BELOW_LIST = 20.0
_FAR_BESIDE = 8.0
_PLAIN = 0.8  # a cue is believed from this surety


class Place(StrEnum):
    SLOT = "slot"  # beside or below a cue: a name is expected
    LIST = "list"  # a short line below a heading that announces names
    LABEL = "label"  # one or two words by themselves
    TEXT = "text"


def ordinary(words: Sequence[str]) -> bool:
    """Is this everyday writing rather than a name? Mostly words of every day, or a sentence."""
    known = sum(word in COMMON for word in words)
    return not words or 2 * known >= len(words) or len(words) > 4


def name_start(text: str) -> int | None:
    """Where the name starts in a line that carries its own cue (“Name: Zoe”); None if it carries none."""
    parts = pieces(text)
    for cue in sorted((cue.split() for cue in SLOT_CUES), key=len, reverse=True):
        rest = parts[len(cue) :]
        if rest and [part.letters for part in parts[: len(cue)]] == cue and len(rest) <= 3:
            return rest[0].start
    return None


def places(lines: Sequence[Line]) -> list[Place]:
    """What each line is, judged by its own words and by the cues above it."""
    words = [pieces(line.text) for line in lines]
    found = [_by_itself(line, parts) for line, parts in zip(lines, words, strict=True)]
    for cue, parts in zip(lines, words, strict=True):
        if _ends_with(parts, LIST_CUES) and len(parts) <= 3:
            for i in _below(cue, lines, _FAR_BELOW_LIST):
                if len(words[i]) <= 3:
                    found[i] = Place.LIST
        if _ends_with(parts, SLOT_CUES + HEADINGS):
            below = [i for i in _below(cue, lines, _FAR_BELOW) if words[i]]
            if below and not ordinary([part.letters for part in words[below[0]]]):
                found[below[0]] = Place.SLOT
        if _ends_with(parts, SLOT_CUES):
            for i in _beside(cue, lines):
                if not ordinary([part.letters for part in words[i]]):
                    found[i] = Place.SLOT
    return found


def empty_slots(lines: Sequence[Line], rgb: Picture) -> list[Box]:
    """Where a cue announces a name and no writing was found that could be one."""
    boxes = []
    taken = {i for i, place in enumerate(places(lines)) if place in (Place.SLOT, Place.LIST)}
    for cue in lines:
        parts = pieces(cue.text)
        if cue.score < _PLAIN or name_start(cue.text) is not None or not _ends_with(parts, SLOT_CUES + HEADINGS):
            continue
        near = _below(cue, lines, _FAR_BELOW) + _beside(cue, lines)
        if taken.isdisjoint(near):
            boxes.append(_slot(cue, rgb))
    return boxes


def _slot(cue: Line, rgb: Picture) -> Box:
    """Beside and below a cue, as its own slant has it."""
    along, across = size(cue.quad)
    right = (cue.quad[1] - cue.quad[0]) / max(along, 1.0)
    down = (cue.quad[3] - cue.quad[0]) / max(across, 1.0)
    reach = along / 2 + _FAR_BESIDE * across
    corners = [cue.quad.mean(axis=0) + right * x + down * y for x in (-reach, reach) for y in (-across, 6 * across)]
    return upright_box(np.array(corners, np.float32), rgb.shape[1], rgb.shape[0])


def _by_itself(line: Line, parts: Sequence[Piece]) -> Place:
    if name_start(line.text) is not None:
        return Place.SLOT
    letters = sum(len(part.letters) for part in parts)
    return (
        Place.LABEL if len({part.word for part in parts}) <= 2 and letters >= 2 and line.score >= UNSURE else Place.TEXT
    )


def _ends_with(parts: Sequence[Piece], cues: Sequence[str]) -> bool:
    words = [part.letters for part in parts]
    return any(words[-len(cue.split()) :] == cue.split() for cue in cues)


def _below(cue: Line, lines: Sequence[Line], heights: float) -> list[int]:
    """Lines below a cue, seen from its own slant, the nearest first."""
    along, across = size(cue.quad)
    right = (cue.quad[1] - cue.quad[0]) / max(along, 1.0)
    down = (cue.quad[3] - cue.quad[0]) / max(across, 1.0)
    found = []
    for i, line in enumerate(lines):
        way = line.quad.mean(axis=0) - cue.quad.mean(axis=0)
        reach = max(along, 6 * across)
        high = size(line.quad)[1]
        if line is not cue and 0.6 * across < way @ down < heights * across + high / 2 and abs(way @ right) < reach:
            found.append((float(way @ down), i))
    return [i for _, i in sorted(found)]


def _beside(cue: Line, lines: Sequence[Line]) -> list[int]:
    """Lines that go on where a cue ends, on its own slant."""
    along, across = size(cue.quad)
    right = (cue.quad[1] - cue.quad[0]) / max(along, 1.0)
    down = (cue.quad[3] - cue.quad[0]) / max(across, 1.0)
    found = []
    for i, line in enumerate(lines):
        start = (line.quad[0] + line.quad[3]) / 2 - (cue.quad[1] + cue.quad[2]) / 2
        if line is not cue and -across < start @ right < _FAR_BESIDE * across and abs(start @ down) < across:
            found.append(i)
    return found
