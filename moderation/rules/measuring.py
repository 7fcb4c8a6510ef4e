"""What labelled pictures say about the limits for faces: shares, how sure they are, and which limits they speak for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.rules.faces import HEIGHT
from moderation.rules.findings import Kind
from moderation.rules.language import N_, gettext

STEPS = (-0.06, -0.04, -0.02, 0.0, 0.02, 0.04, 0.06)  # by how much wider the limits are tried, and may be set
MOST_MISSED = 0.02
FEW = 20  # pictures of one height, from which on they are spoken of as so many in a hundred
ENOUGH_PICTURES, ENOUGH_PEOPLE = 100, 20  # below, one picture or one person more would turn the answer round
EDGES = (HEIGHT[1], 40, HEIGHT[0], 80, 120)  # of the classes of face heights, in pixels
NOT_FOUND = N_("no face found")
SIZES = (
    NOT_FOUND,
    f"below {EDGES[0]} px",
    *(f"{low}–{high - 1} px" for low, high in pairwise(EDGES)),
    f"{EDGES[-1]} px and more",
)


def height(size: str) -> str:
    """One of SIZES in the language spoken; what is kept and exported is English."""
    if size == SIZES[1]:
        return gettext("below {pixels} px").format(pixels=EDGES[0])
    if size == SIZES[-1]:
        return gettext("{pixels} px and more").format(pixels=EDGES[-1])
    return gettext(size) if size == NOT_FOUND else size


@dataclass(frozen=True)
class Look:
    """One picture in one round. `kinds`: what was said of the person in it, for each of STEPS; height in pixels.

    `smaller`: it was looked at made smaller, which tells of small faces and of nothing else.
    """

    person: str
    picture: str
    listed: bool
    height: int | None
    kinds: tuple[Kind, ...]
    smaller: bool = False

    @property
    def size(self) -> str:
        return NOT_FOUND if self.height is None else SIZES[1 + sum(self.height >= edge for edge in EDGES)]


@dataclass(frozen=True)
class Share:
    """How often something happened (0 to 1), and between which the true share lies, 19 times in 20."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """What came of the pictures with limits so much wider; `listed` and `others` count different pictures.

    Missed and unclear are shares of the listed people's pictures, the rest of the others'. None: there were none.
    """

    wider: float
    listed: int
    others: int
    missed: Share | None
    unclear: Share | None
    false_match: Share | None
    false_possible: Share | None
    others_unclear: Share | None

    @property
    def alarms(self) -> float | None:
        """The share of others' pictures that were a match or a possible match with somebody on the list."""
        if self.false_match is None or self.false_possible is None:
            return None
        return self.false_match.rate + self.false_possible.rate


@dataclass(frozen=True)
class Measured:
    """What came of it with so many reference photos: `people` took a turn, at most `longest` of them at once.

    `rows`: one for each of STEPS; `sizes`: the same for each class of face heights.
    """

    references: int
    people: int
    longest: int
    rows: tuple[Figures, ...]
    sizes: dict[str, tuple[Figures, ...]]

    @property
    def is_enough(self) -> bool:
        return self.rows[0].listed >= ENOUGH_PICTURES and self.people >= ENOUGH_PEOPLE


@dataclass(frozen=True)
class Advice:
    """By how much to widen the limits as they come (None: the pictures cannot say), and why in words."""

    wider: float | None
    words: str


def share(happened: int, looks: int, pictures: int) -> Share | None:
    """`looks` may count a picture several times, so how sure the share is depends on the different `pictures`."""
    if not looks:
        return None
    rate, z = happened / looks, 1.96
    middle = (rate + z * z / (2 * pictures)) / (1 + z * z / pictures)  # Wilson's interval
    half = z * math.sqrt(rate * (1 - rate) / pictures + z * z / (4 * pictures * pictures)) / (1 + z * z / pictures)
    return Share(rate, max(0.0, min(rate, middle - half)), min(1.0, max(rate, middle + half)))


def figures(looks: Sequence[Look]) -> tuple[Figures, ...]:
    """One row for each of STEPS."""
    listed, others = [one for one in looks if one.listed], [one for one in looks if not one.listed]
    return tuple(
        Figures(
            wider,
            len({one.picture for one in listed}),
            len({one.picture for one in others}),
            *(_share(listed, step, kind) for kind in (Kind.FACE_OTHER, Kind.FACE_UNCLEAR)),
            *(_share(others, step, kind) for kind in (Kind.FACE_MATCH, Kind.FACE_POSSIBLE, Kind.FACE_UNCLEAR)),
        )
        for step, wider in enumerate(STEPS)
    )


def _share(looks: Sequence[Look], step: int, kind: Kind) -> Share | None:
    return share(sum(one.kinds[step] is kind for one in looks), len(looks), len({one.picture for one in looks}))


def by_size(looks: Sequence[Look]) -> dict[str, tuple[Figures, ...]]:
    """The rows for each class of face heights that occurs, the smallest first."""
    present = {one.size for one in looks}
    return {size: figures([one for one in looks if one.size == size]) for size in SIZES if size in present}


def in_words(size: str, row: Figures) -> str:
    """What a row says of listed faces of this height, as a person would say it."""
    if row.missed is None or row.listed < FEW:
        return f"Listed faces, {size}: too few pictures to say ({row.listed})."
    low, high = math.floor(100 * row.missed.low), math.ceil(100 * row.missed.high)
    about = f"about {100 * row.missed.rate:.0f} would not be pointed at (likely {low} to {high})"
    return f"Of 100 listed faces, {size}: {about}."


def in_hundred(rate: float) -> str:
    """A share as so many of a hundred, for the middle of a sentence."""
    return gettext("fewer than 1") if rate < 0.005 else gettext("about {number}").format(number=f"{100 * rate:.0f}")


def in_short(rate: float) -> str:
    """The same for the cell of a table that says `about` over it."""
    return gettext("under 1") if rate < 0.005 else f"{100 * rate:.0f}"


def photos(references: int) -> str:
    return f"{references} reference photo{'s' if references > 1 else ''}"


def advise(measured: Sequence[Measured], now: float = 0.0) -> Advice:
    """One number for everybody, with one reference photo or with several; `now` is what is in force.

    Whoever would be missed most decides: a list has people with a single photo, and a miss weighs more than an alarm.
    """
    enough = [one for one in measured if one.is_enough]
    if not enough:
        most = measured[0]
        return Advice(
            None,
            f"Too small to say: {most.rows[0].listed} pictures of {most.people} people on the list. It takes at least "
            f"{ENOUGH_PICTURES} of {ENOUGH_PEOPLE} people to tell {MOST_MISSED:.0%} missed from twice as many.",
        )
    fitting = [step for step in range(len(STEPS)) if max(_missed(one.rows[step]) for one in enough) <= MOST_MISSED]
    if not fitting:
        return Advice(
            None,
            f"None of these limits keeps misses at {MOST_MISSED:.0%}: {_cost(enough, len(STEPS) - 1)}. "
            "Sharper, larger and more reference photos help more than wider limits.",
        )
    best = min(fitting, key=lambda step: (max(one.rows[step].alarms or 0.0 for one in enough), abs(STEPS[step])))
    return Advice(STEPS[best], f"{_change(STEPS[best], now)}: {_cost(enough, best)}.")


def _missed(row: Figures) -> float:
    return row.missed.rate if row.missed else 0.0


def _change(wider: float, now: float) -> str:
    return f"Keep what is in force, {now:+.2f}" if wider == now else f"Set {wider:+.2f} instead of {now:+.2f}"


def _cost(enough: Sequence[Measured], step: int) -> str:
    return f"with {STEPS[step]:+.2f}, " + "; ".join(
        f"of people with {photos(one.references)} {_likely(one.rows[step].missed)} are missed and "
        f"{one.rows[step].alarms or 0.0:.1%} of others' pictures are alarms"
        for one in enough
    )


def _likely(missed: Share | None) -> str:
    missed = missed or Share(0.0, 0.0, 1.0)
    return f"{missed.rate:.1%} (likely {missed.low:.1%} to {missed.high:.1%})"
