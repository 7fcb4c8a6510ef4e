"""Lines of writing, read from the surest side, and what each is: a sentence, a label, or a name's place."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from moderation.detect.text_boxes import Picture, Quad, grown, part_of, size, turned, upright_box
from moderation.detect.text_engine import Spelling, TextEngine
from moderation.rules.findings import Box
from moderation.rules.name_pieces import Piece, pieces
from moderation.rules.name_words import COMMON, HEADINGS, LIST_CUES, SLOT_CUES

_SQUARE = 1.5  # below this length to height, writing may run along either side
_AS_FOUND = 0.05  # a line runs as its surroundings do unless another side is clearly surer
_SURE = 0.9
_READABLE = 0.8
_SMALL = 0.018  # a line this high, as a share of the picture's longest side, is small for the first look
_GAIN = 0.7  # a second look at a larger share of the picture than this shows little more
_UNSURE = 0.6  # below this, one or two "words" are as often bark, brick or grass
_FAR_BELOW = 7.0  # heights of the cue, between it and its name
_FAR_BELOW_LIST = 20.0


class Place(StrEnum):
    SLOT = "slot"  # beside or below a cue: a name is expected
    LIST = "list"  # a short line below a heading that announces names
    LABEL = "label"  # one or two words by themselves
    TEXT = "text"


@dataclass(frozen=True, eq=False)
class Line:
    """One line of writing. `quad` starts where the reading starts; `box` is upright, in pixels of the picture."""

    box: Box
    quad: Quad
    spelling: Spelling

    @property
    def text(self) -> str:
        return self.spelling.text

    @property
    def score(self) -> float:
        return self.spelling.score

    def part_box(self, start: int, end: int, rgb: Picture) -> Box:
        """The box round characters `start` to `end` of the line."""
        at = self.spelling.at
        before = (at[start - 1] + at[start]) / 2 if start else 0.0
        after = (at[end - 1] + at[end]) / 2 if end < len(at) else 1.0
        return self.share_box(before, after, rgb)

    def share_box(self, start: float, end: float, rgb: Picture) -> Box:
        """The box round a part of the line, given as shares (0 to 1) of its length."""
        return upright_box(part_of(self.quad, start, end), rgb.shape[1], rgb.shape[0])


def read_quads(engine: TextEngine, rgb: Picture, quads: Sequence[Quad]) -> list[Line]:
    """The lines in these places, each read from the side it is surest from."""
    lines = []
    for quad in quads:
        along, across = size(quad)
        sides = [turned(quad, quarters) for quarters in ((0, 2, 1, 3) if along < _SQUARE * across else (0, 2))]
        spellings = [engine.spell(rgb, side) for side in sides]
        scores = [spelling.score + (_AS_FOUND if i == 0 else 0.0) for i, spelling in enumerate(spellings)]
        best = int(np.argmax(scores))
        lines.append(Line(upright_box(quad, rgb.shape[1], rgb.shape[0]), sides[best], spellings[best]))
    return lines


def direction(lines: Sequence[Line]) -> int:
    """Quarter turns, clockwise, from upright to the way in which most of the surely read writing runs."""
    votes = [0.0] * 4
    for line in lines:
        letters = sum(c.isalpha() for c in line.text)
        if line.score >= _SURE and letters >= 4:
            right, down = line.quad[1] - line.quad[0]
            votes[round(float(np.arctan2(down, right)) / (np.pi / 2)) % 4] += letters
    return int(np.argmax(votes))


def small_writing(lines: Sequence[Line], rgb: Picture) -> Box | None:
    """The part of the picture where small writing was read, with a margin; None if a closer look gains little."""
    height, width = rgb.shape[:2]
    small = [line for line in lines if size(line.quad)[1] < _SMALL * max(height, width)]
    if not any(line.score >= _READABLE and sum(c.isalpha() for c in line.text) >= 3 for line in small):
        return None
    corners = np.concatenate([line.quad for line in small if line.score >= _UNSURE])
    margin = 4 * float(np.median([size(line.quad)[1] for line in small]))
    box = upright_box(grown(_around(corners), margin / max(1.0, size(_around(corners))[1])), width, height)
    return box if max(box.right - box.left, box.bottom - box.top) < _GAIN * max(height, width) else None


def _around(corners: Quad) -> Quad:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def covers(line: Line, quad: Quad) -> bool:
    """Is this place already in the line, or the line in it?"""
    left, top, right, bottom = (float(side) for side in (*quad.min(axis=0), *quad.max(axis=0)))
    box = line.box
    wide = max(0.0, min(right, box.right) - max(left, box.left))
    high = max(0.0, min(bottom, box.bottom) - max(top, box.top))
    smaller = min((right - left) * (bottom - top), (box.right - box.left) * (box.bottom - box.top))
    return wide * high > 0.5 * smaller


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
    return found


def _by_itself(line: Line, parts: Sequence[Piece]) -> Place:
    if name_start(line.text) is not None:
        return Place.SLOT
    letters = sum(len(part.letters) for part in parts)
    return (
        Place.LABEL
        if len({part.word for part in parts}) <= 2 and letters >= 2 and line.score >= _UNSURE
        else Place.TEXT
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
