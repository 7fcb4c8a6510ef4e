"""Is a picture that is live the one that was approved? As a whole by a perceptual hash, then part by part.

A hash sees the whole: it tells another picture, and is blind to a cover of one face that is gone. So what it takes for
the same is laid over the approved picture, and every small part is compared. Thresholds, as measured:
docs/assistant-heads/live.md.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from moderation.rules.findings import Box

Picture = NDArray[np.uint8]  # height × width × 3 RGB
OTHER: Final = 14  # bits of 64: from here on it is another picture
LARGEST: Final = 1600  # px of the longer side, at which parts are compared
CELL: Final = 8  # px of a part's sides at that size
PART: Final = 18.0  # grey levels of 255 by which one part may differ after a network's own changes
WHOLE: Final = 8.0  # and all parts in the mean
SHAPE: Final = 0.015  # by which the sides' relation may differ without a part having been cut away
_SPREAD: Final = 3  # parts near an edge, where a pixel more or less makes them differ
_FEATURES: Final = 900  # px of the longer side for finding one picture in another
_LEAST_ALIKE: Final = 12  # features that agree on one place
_ANOTHER_THING: Final = 0.6  # share of a row's parts
_SEEN: Final = 0.97  # share of the picture that has to be seen for it to count as whole


@dataclass(frozen=True)
class Alike:
    """How one picture lies in another. `bits`: by which the hashes differ. `parts`: where they differ, in its pixels.

    `seen`: the share of the approved picture that is there; 0: it was not found.
    """

    bits: int
    seen: float
    whole: float  # grey levels, mean of all parts
    worst: float  # grey levels, of the part that differs most
    parts: tuple[Box, ...]

    @property
    def is_there(self) -> bool:
        return self.seen > 0

    @property
    def is_whole(self) -> bool:
        return self.seen >= _SEEN

    @property
    def is_same(self) -> bool:
        return self.is_there and not self.parts and self.whole <= WHOLE


NOT_FOUND: Final = Alike(64, 0.0, 255.0, 255.0, ())


def phash(rgb: Picture) -> int:
    """64 bits: the signs of the lowest frequencies of the picture, made small and grey."""
    small = cv2.resize(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (32, 32), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small.astype(np.float32))[:8, :8].ravel()
    return sum(1 << int(place) for place in np.flatnonzero(low > np.median(low[1:])))


def compare(approved: Picture, live: Picture) -> Alike:
    """A picture as its network gives it back: whole, in another size, encoded again."""
    bits = (phash(approved) ^ phash(live)).bit_count()
    shapes = [rgb.shape[1] / rgb.shape[0] for rgb in (approved, live)]
    if abs(shapes[0] / shapes[1] - 1) > SHAPE or bits >= OTHER:
        found = find(approved, live)  # a part of it, or with something round it
        return found if found.is_there else Alike(bits, 0.0, 255.0, 255.0, ())
    return _parts(approved, live, bits, 1.0)


def find(approved: Picture, shot: Picture) -> Alike:
    """The picture in a screenshot, wherever and in whatever size it stands there."""
    place = _by_features(approved, shot)
    if place is None:
        return NOT_FOUND
    scale, left, top = place
    height, width = approved.shape[:2]
    right, bottom = left + width * scale, top + height * scale
    cut = [max(0, round(left)), max(0, round(top)), min(shot.shape[1], round(right)), min(shot.shape[0], round(bottom))]
    if cut[2] - cut[0] < 40 or cut[3] - cut[1] < 40:
        return NOT_FOUND
    own = [round((side - start) / scale) for side, start in zip(cut, (left, top, left, top), strict=True)]
    own = [max(0, own[0]), max(0, own[1]), min(width, own[2]), min(height, own[3])]
    there, here = shot[cut[1] : cut[3], cut[0] : cut[2]], approved[own[1] : own[3], own[0] : own[2]]
    if not there.size or not here.size:
        return NOT_FOUND
    seen = here.shape[0] * here.shape[1] / (height * width)
    bits = (phash(here) ^ phash(there)).bit_count()
    return _parts(np.ascontiguousarray(here), np.ascontiguousarray(there), bits, seen, (own[0], own[1]))


def _by_features(approved: Picture, shot: Picture) -> tuple[float, float, float] | None:
    """(scale, left, top) of the approved picture in the shot: found by SIFT, upright and as wide as high."""
    small, size = _grey(approved, _FEATURES)
    large, other = _grey(shot, LARGEST)
    sift = cv2.SIFT_create(4000)  # type: ignore[attr-defined]
    points, marks = sift.detectAndCompute(small, None)
    places, others = sift.detectAndCompute(large, None)
    if marks is None or others is None or len(points) < _LEAST_ALIKE or len(places) < 2:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(marks, others, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < 0.75 * pair[1].distance]
    if len(good) < _LEAST_ALIKE:
        return None
    source = np.array([points[one.queryIdx].pt for one in good], np.float32)
    target = np.array([places[one.trainIdx].pt for one in good], np.float32)
    matrix, inside = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=3.0)
    if matrix is None or int(inside.sum()) < _LEAST_ALIKE or abs(matrix[0, 1]) > 0.02 * abs(matrix[0, 0]):
        return None
    scale = float(matrix[0, 0]) * size / other
    return scale, float(matrix[0, 2]) / other, float(matrix[1, 2]) / other


def _grey(rgb: Picture, longest: int) -> tuple[NDArray[Any], float]:
    """The picture in grey, made smaller if it is larger, and by how much."""
    size = min(1.0, longest / max(rgb.shape[:2]))
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return (cv2.resize(grey, None, fx=size, fy=size, interpolation=cv2.INTER_AREA) if size < 1 else grey), size


def _parts(approved: Picture, live: Picture, bits: int, seen: float, start: tuple[int, int] = (0, 0)) -> Alike:
    """Both in the smaller one's size, cell by cell; a cell beside an edge is given what a shift of a pixel makes."""
    size = min(1.0, LARGEST / max(live.shape[:2]), max(approved.shape[:2]) / max(live.shape[:2]))
    wide, high = max(CELL, round(live.shape[1] * size)), max(CELL, round(live.shape[0] * size))
    ours, theirs = (cv2.resize(one, (wide, high), interpolation=cv2.INTER_AREA) for one in (approved, live))
    across, down = wide // CELL, high // CELL
    cells = [_cells(one, across, down) for one in (ours, theirs)]
    apart = np.abs(cells[0] - cells[1]).max(axis=2)
    moved = _moved(cells[0])
    beyond = np.maximum(apart - moved, 0)
    step = approved.shape[1] / wide * CELL, approved.shape[0] / high * CELL
    differ = beyond > PART
    top, bottom = _cut(differ)
    left, right = _cut(differ[top : down - bottom].T)
    if left + right >= across or top + bottom >= down:
        return Alike(bits, 0.0, float(apart.mean()), float(beyond.max()), ())
    inside = (slice(top, down - bottom), slice(left, across - right))
    seen *= (down - top - bottom) * (across - left - right) / (down * across)
    start = start[0] + int(left * step[0]), start[1] + int(top * step[1])
    boxes = _boxes(differ[inside], step, start)
    return Alike(bits, seen, float(apart[inside].mean()), float(beyond[inside].max()), boxes)


def _cut(differ: NDArray[np.bool_]) -> tuple[int, int]:
    """How many rows at the beginning and at the end are another thing altogether: the network has cut there."""
    other = differ.mean(axis=1) > _ANOTHER_THING
    if other.all():
        return len(other), 0
    return int(np.argmin(other)), int(np.argmin(other[::-1]))


def _cells(rgb: NDArray[Any], across: int, down: int) -> NDArray[np.float32]:
    """The mean colour of each cell."""
    whole = rgb[: down * CELL, : across * CELL]
    return np.asarray(cv2.resize(whole, (across, down), interpolation=cv2.INTER_AREA), np.float32)


def _moved(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much each cell would change if the picture lay an eighth of a cell further: as much is forgiven."""
    highest, lowest = cv2.dilate(cells, np.ones((_SPREAD, _SPREAD))), cv2.erode(cells, np.ones((_SPREAD, _SPREAD)))
    return np.asarray((highest - lowest).max(axis=2) / CELL)


def _boxes(differ: NDArray[np.bool_], step: tuple[float, float], start: tuple[int, int]) -> tuple[Box, ...]:
    """The cells that hang together as boxes in the approved picture's pixels."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(differ.astype(np.uint8), connectivity=8)
    return tuple(
        Box(
            start[0] + int(left * step[0]),
            start[1] + int(top * step[1]),
            start[0] + int((left + width) * step[0] + 0.5),
            start[1] + int((top + height) * step[1] + 0.5),
        )
        for left, top, width, height in (stats[number, :4] for number in range(1, count))
    )
