"""What labelled pictures say about the check for names: found, possible and missed, by kind and by height."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.rules.findings import Box, Kind, Sighting
from moderation.rules.measuring import Share, share

POINTING = (Kind.NAME_MATCH, Kind.NAME_POSSIBLE, Kind.TEXT_UNREADABLE)  # the heaviest first
ENOUGH = 0.3  # the share of a name that a box must cover, unless it covers its middle
EDGES = (16, 24, 36, 60)  # of the classes of heights, in pixels
HEIGHTS = (
    f"below {EDGES[0]} px",
    *(f"{low}–{high - 1} px" for low, high in pairwise(EDGES)),
    f"{EDGES[-1]} px and more",
)


@dataclass(frozen=True)
class Label:
    """A name that can be read in a picture: where (left, top, right, bottom), how high in pixels, in what writing."""

    box: tuple[float, float, float, float]
    height: float
    kind: str

    @property
    def size(self) -> str:
        return HEIGHTS[sum(self.height >= edge for edge in EDGES)]


@dataclass(frozen=True)
class Looked:
    """One picture: the names in it, what was said of each (None: nothing), and whether anything was pointed at."""

    labels: tuple[Label, ...]
    said: tuple[Kind | None, ...]
    alarmed: bool
    seconds: float


@dataclass(frozen=True)
class Tally:
    """Shares of so many names. Possible: a question, or writing that cannot be read."""

    names: int
    found: Share | None
    possible: Share | None
    missed: Share | None


@dataclass(frozen=True)
class Measured:
    """All that came of the pictures; `reached` is the share of those with names in which one was pointed at."""

    pictures: int
    clean: int
    all: Tally
    by_kind: dict[str, Tally]
    by_height: dict[str, Tally]
    reached: Share | None
    false_alarms: Share | None
    seconds: float


def looked(labels: Sequence[Label], seen: Iterable[Sighting], seconds: float) -> Looked:
    """One picture with the names that are in it and what was seen."""
    marks = [one for one in seen if one.kind in POINTING]
    said = tuple(_said(label, marks) for label in labels)
    return Looked(tuple(labels), said, bool(marks), seconds)


def _said(label: Label, marks: Sequence[Sighting]) -> Kind | None:
    kinds = {mark.kind for mark in marks if mark.box and _points_at(mark.box, label.box)}
    return next((kind for kind in POINTING if kind in kinds), None)


def _points_at(mark: Box, name: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = name
    x, y = (left + right) / 2, (top + bottom) / 2
    if mark.left <= x <= mark.right and mark.top <= y <= mark.bottom:
        return True
    wide = max(0.0, min(mark.right, right) - max(mark.left, left))
    high = max(0.0, min(mark.bottom, bottom) - max(mark.top, top))
    return wide * high >= ENOUGH * (right - left) * (bottom - top)


def measure(pictures: Sequence[Looked]) -> Measured:
    """The figures of at least one picture."""
    named, clean = [one for one in pictures if one.labels], [one for one in pictures if not one.labels]
    kinds = sorted({label.kind for one in named for label in one.labels})
    sizes = [size for size in HEIGHTS if any(label.size == size for one in named for label in one.labels)]
    return Measured(
        pictures=len(pictures),
        clean=len(clean),
        all=_tally(named, lambda label: True),
        by_kind={kind: _tally(named, lambda label, kind=kind: label.kind == kind) for kind in kinds},  # type: ignore[misc]
        by_height={size: _tally(named, lambda label, size=size: label.size == size) for size in sizes},  # type: ignore[misc]
        reached=share(sum(any(one.said) for one in named), len(named), len(named)),
        false_alarms=share(sum(one.alarmed for one in clean), len(clean), len(clean)),
        seconds=sum(one.seconds for one in pictures) / len(pictures),
    )


def _tally(pictures: Sequence[Looked], wanted: Callable[[Label], bool]) -> Tally:
    """Names of one picture stand or fall together, so how sure a share is depends on the number of pictures."""
    said = [[kind for label, kind in zip(one.labels, one.said, strict=True) if wanted(label)] for one in pictures]
    names = [kind for own in said for kind in own]
    found, missed = names.count(Kind.NAME_MATCH), names.count(None)
    shown = sum(map(bool, said))
    counts = (found, len(names) - found - missed, missed)
    return Tally(len(names), *(share(count, len(names), shown) for count in counts))
