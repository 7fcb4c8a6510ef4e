"""Lines of writing, each read from the surest side, and where a closer look is worth its time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moderation.detect.text_boxes import Picture, Quad, grown, part_of, size, turned, upright_box
from moderation.detect.text_engine import Spelling, TextEngine
from moderation.rules.findings import Box

_SQUARE = 1.5  # below this length to height, writing may run along either side
_AS_FOUND = 0.05  # a line runs as its surroundings do unless another side is clearly surer
_SURE = 0.9
_PLAINLY = 0.95
_READABLE = 0.8
_SMALL = 0.025  # a line this high, as a share of the picture's longest side, is small for the first look
_MARGIN = 8  # heights of a line round small writing: what stands near it may not have been found
_LARGE = 0.06  # as a share of the longest side: a “line” as high as this and hardly read is a sheet with writing on it
_GAIN = 0.7  # a second look at a larger share of the picture than this shows little more
UNSURE = 0.6  # below this, one or two "words" are as often bark, brick or grass


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
        spellings = [engine.spell(rgb, sides[0])]
        if not _plainly_read(spellings[0]):
            spellings += [engine.spell(rgb, side) for side in sides[1:]]
        scores = [spelling.score + (_AS_FOUND if i == 0 else 0.0) for i, spelling in enumerate(spellings)]
        best = int(np.argmax(scores))
        lines.append(Line(upright_box(quad, rgb.shape[1], rgb.shape[0]), sides[best], spellings[best]))
    return lines


def _plainly_read(spelling: Spelling) -> bool:
    """So surely read, and long enough, that no other side can be the right one."""
    return spelling.score >= _PLAINLY and sum(c.isalpha() for c in spelling.text) >= 4


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
    corners = np.concatenate([line.quad for line in small if line.score >= UNSURE])
    margin = _MARGIN * float(np.median([size(line.quad)[1] for line in small]))
    box = upright_box(grown(_around(corners), margin / max(1.0, size(_around(corners))[1])), width, height)
    return box if max(box.right - box.left, box.bottom - box.top) < _GAIN * max(height, width) else None


def sheets(lines: Sequence[Line], rgb: Picture) -> list[Box]:
    """Places taken for one great line of writing and not read: often a page or a board, whose lines are inside."""
    height, width = rgb.shape[:2]
    large = [line for line in lines if line.score < UNSURE and min(size(line.quad)) > _LARGE * max(height, width)]
    large.sort(key=lambda line: -float(np.prod(size(line.quad))))
    return [line.box for line in large]


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


def surer(old: Sequence[Line], fresh: Sequence[Line]) -> list[Line]:
    """Two looks at one picture together: where they saw the same line, the one that read more of it."""
    beaten = [
        line
        for line in old
        if any(covers(line, new.quad) and _worth(new) > _worth(line) and _as_large(new, line) for new in fresh)
    ]
    kept = [line for line in old if line not in beaten]
    return kept + [new for new in fresh if not any(line.score >= UNSURE and covers(line, new.quad) for line in kept)]


def _worth(line: Line) -> float:
    """Letters surely read: a sure “19” is worth less than a doubtful “Bilai”."""
    return line.score * sum(c.isalpha() for c in line.text)


def _as_large(new: Line, old: Line) -> bool:
    """Two letters never stand for a line that was read; a sheet taken for a line gives way to what is on it."""
    return 2 * float(np.prod(size(new.quad))) > float(np.prod(size(old.quad))) or old.score < UNSURE


def settled(lines: Sequence[Line], quad: Quad) -> bool:
    """Is this place in a line that is surely read already?"""
    return any(line.score >= _SURE and covers(line, quad) for line in lines)
