"""Malformed pictures without end, the same ones for the same seed: `malformed(n, seed)`."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from tests.media.damage import WAYS
from tests.media.many_kinds import MAKERS, honest
from tests.media.traps import BOMBS, TRAPS

KINDS: Final = tuple(MAKERS)
TAKEN: Final = tuple(kind for kind in KINDS if kind.split()[0] in ("jpeg", "png", "webp", "heif"))


@dataclass(frozen=True)
class Malformed:
    """A file, and in a few words what was done to it."""

    data: bytes
    what: str


def one(seed: int, number: int) -> Malformed:
    """The picture of this number, alone."""
    dice = np.random.default_rng([seed, number])
    draw = dice.random()
    if draw < 0.006:  # rare: each of them takes seconds
        bomb = BOMBS[dice.integers(len(BOMBS))]
        return Malformed(bomb(dice), bomb.__name__)
    if draw < 0.2:
        trap = TRAPS[dice.integers(len(TRAPS))]
        return Malformed(trap(dice), trap.__name__)
    # Mostly of kinds that are taken: the others end at their first bytes.
    kinds = TAKEN if dice.random() < 0.93 else KINDS
    kind = kinds[dice.integers(len(kinds))]
    data, ways = honest(kind), []
    for _ in range(int(dice.choice([1, 1, 1, 2, 3]))):
        way = WAYS[dice.integers(len(WAYS))]
        if data:
            data = way(data, dice)
            ways.append(way.__name__)
    return Malformed(data, f"{kind}: {', '.join(ways)}")


def without_end(seed: int, first: int = 0) -> Iterator[Malformed]:
    number = first
    while True:
        yield one(seed, number)
        number += 1


def malformed(n: int, seed: int) -> Iterator[Malformed]:
    return islice(without_end(seed), n)
