"""Reading with the roll in hand: how well each listed name explains what the speller saw, letter by letter."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moderation.detect.text_letters import BLANK, SPACE, Letters

_FLOOR = 1e-4  # no letter is quite impossible
_NO_BORDER = -8.0  # a name that starts or ends inside a word
_GAP = 29  # extra column: a space that may be left out
_SIGNS = {" ": _GAP, "_": SPACE}
_NEVER = np.float32(-1e9)
_ROUNDING = 1e-3
Log = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Spotted:
    """A name that could stand in a line. `cost` is 0 where it is what was read and falls with every doubt (nats)."""

    name: int
    cost: float
    start: float  # share of the line's length
    end: float


class Spellings:
    """Folded names, ready to be held against many lines: a space may be left out, an underscore is a space for sure.

    A roll of 50,000 holds some 120,000 names, but few letters follow one another in a line; so the names are cut at
    the space, the parts cut in twos, and only names whose twos are all likely enough are held against the line.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.lengths = np.array([len(name) for name in names], np.int64)
        self._columns = np.zeros((len(names), int(self.lengths.max(initial=0))), np.int16)
        for row, name in enumerate(names):
            self._columns[row, : len(name)] = [_SIGNS.get(sign) or ord(sign) - 96 for sign in name]
        signs = np.isin(self._columns, list(_SIGNS.values())).sum(axis=1)
        self.letters = self.lengths - signs
        parts: dict[str, int] = {}
        self._parts = np.zeros((len(names), 1 + int(signs.max(initial=0))), np.int32)
        for row, name in enumerate(names):
            for place, part in enumerate(name.replace("_", " ").split(" ")):
                self._parts[row, place] = 1 + parts.setdefault(part, len(parts))
        self._twos = tuple(_in_twos(list(parts), first) for first in (2, 1))

    def spot(self, letters: Letters, least: float | npt.NDArray[np.floating]) -> list[Spotted]:
        """Every name whose cost in this line (steps × 29 chances) is at least `least` (one, or one a name) a letter."""
        if not self.names or len(letters) == 0:
            return []
        logs = np.log(np.concatenate([letters, letters[:, [BLANK]] + letters[:, [SPACE]]], axis=1) + _FLOOR)
        logs -= logs[:, :_GAP].max(axis=1, keepdims=True)
        floor = np.asarray(least * self.letters, np.float32)
        rows = np.flatnonzero(self._bound(logs) >= floor - _ROUNDING)
        if not len(rows):
            return []
        enter, leave = _borders(letters)
        columns, lengths = self._columns[rows], self.lengths[rows]
        cost, start, end = _best_paths(logs, columns[:, : lengths.max()], lengths, enter, leave)
        good = np.flatnonzero(cost >= floor[rows])
        steps = len(letters)
        return [Spotted(int(rows[i]), float(cost[i]), float(start[i]) / steps, float(end[i] + 1) / steps) for i in good]

    def _bound(self, logs: Log) -> Log:
        """The best that each name can do: no way through the line is better than the best ways of its twos."""
        likely = _twos(logs).ravel()
        parts = np.minimum(*(likely[twos].sum(axis=1) for twos in self._twos))
        return np.asarray(np.concatenate([[0.0], parts])[self._parts].sum(axis=1), np.float32)


def _in_twos(parts: Sequence[str], first: int) -> npt.NDArray[np.int32]:
    """Each part cut into twos, the first of them `first` letters long; a two is its place in the table of twos."""
    found = np.zeros((len(parts), 1 + max(map(len, parts), default=0) // 2), np.int32)
    for row, part in enumerate(parts):
        cuts = [part[:first], *(part[at : at + 2] for at in range(first, len(part), 2))]
        found[row, : len(cuts)] = [27 * (ord(two[0]) - 96) + (ord(two[1]) - 96 if two[1:] else 0) for two in cuts]
    return found


def _twos(logs: Log) -> Log:
    """27 × 27: the best way from one letter to the next anywhere in the line; column 0: one letter alone."""
    single = logs[:, 1:27]
    table = np.zeros((27, 27), np.float32)
    table[1:, 0] = single.max(axis=0)
    best = np.full((26, 26), _NEVER)
    on, off = np.full(26, _NEVER), np.full(26, _NEVER)  # the last step was this letter, or a blank after it
    for row, blank in zip(single, logs[:, BLANK], strict=True):
        way = np.maximum(on, off)[:, None] + row
        np.fill_diagonal(way, off + row)
        best = np.maximum(best, way)
        on, off = row, np.maximum(on, off) + blank
    table[1:, 1:] = best
    return table


def _borders(letters: Letters) -> tuple[Log, Log]:
    """What it costs to start, and to end, a name at each step: nothing beside a space or the line's ends."""
    best = letters.argmax(axis=1)
    inside = (best >= 1) & (best <= 26)
    breaks = best == SPACE
    enter, leave = np.zeros(len(best), np.float32), np.zeros(len(best), np.float32)
    in_word = False
    for step in range(len(best)):
        enter[step] = _NO_BORDER if in_word else 0.0
        in_word = inside[step] or (in_word and not breaks[step] and best[step] == BLANK)
    in_word = False
    for step in reversed(range(len(best))):
        leave[step] = _NO_BORDER if in_word else 0.0
        in_word = inside[step] or (in_word and not breaks[step] and best[step] == BLANK)
    return enter, leave


def _best_paths(
    logs: Log, columns: npt.NDArray[np.int16], lengths: npt.NDArray[np.int64], enter: Log, leave: Log
) -> tuple[Log, Log, Log]:
    """The cheapest way through the line for every name, in CTC's steps: letters, with blanks between as needed."""
    count, longest = columns.shape
    everyone = np.arange(count)
    on = np.full((count, longest), _NEVER)  # the last step was this letter
    off = np.full((count, longest), _NEVER)  # the last step was a blank after this letter
    on_from, off_from = np.zeros((count, longest), np.int32), np.zeros((count, longest), np.int32)
    same = np.zeros((count, longest), bool)
    same[:, 1:] = columns[:, 1:] == columns[:, :-1]
    best = np.full(count, _NEVER)
    best_from, best_to = np.zeros(count, np.int32), np.zeros(count, np.int32)
    for step, row in enumerate(logs):
        before, before_from = np.full((count, longest), _NEVER), np.zeros((count, longest), np.int32)
        before[:, 0], before_from[:, 0] = enter[step], step
        direct = np.where(same[:, 1:], _NEVER, on[:, :-1])
        before[:, 1:] = np.maximum(direct, off[:, :-1])
        before_from[:, 1:] = np.where(direct >= off[:, :-1], on_from[:, :-1], off_from[:, :-1])
        stay = on >= before
        resting = on >= off
        off_from = np.where(resting, on_from, off_from)
        off = np.maximum(on, off) + row[BLANK]
        on_from = np.where(stay, on_from, before_from)
        on = np.maximum(on, before) + row[columns]
        done = on[everyone, lengths - 1] + leave[step]
        better = done > best
        best = np.where(better, done, best)
        best_from = np.where(better, on_from[everyone, lengths - 1], best_from)
        best_to = np.where(better, step, best_to)
    return best, best_from.astype(np.float32), best_to.astype(np.float32)
