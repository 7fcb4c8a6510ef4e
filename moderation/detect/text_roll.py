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
Log = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Spotted:
    """A name that could stand in a line. `cost` is 0 where it is what was read and falls with every doubt (nats)."""

    name: int
    cost: float
    start: float  # share of the line's length
    end: float


class Spellings:
    """Folded names, ready to be held against many lines: a space may be left out, an underscore is a space for sure."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.lengths = np.array([len(name) for name in names], np.int64)
        longest = int(self.lengths.max(initial=0))
        self._columns = np.zeros((len(names), longest), np.int16)
        self._holds = np.zeros((len(names), 26), np.float32)  # how often each letter stands in each name
        for row, name in enumerate(names):
            for place, sign in enumerate(name):
                self._columns[row, place] = _SIGNS.get(sign) or ord(sign) - 96
                if sign not in _SIGNS:
                    self._holds[row, ord(sign) - 97] += 1

    def spot(self, letters: Letters, cheapest: float) -> list[Spotted]:
        """Every name whose cost in this line (steps × 29 chances) is at least `cheapest` times its letters."""
        if not self.names or len(letters) == 0:
            return []
        logs = np.log(np.concatenate([letters, letters[:, [BLANK]] + letters[:, [SPACE]]], axis=1) + _FLOOR)
        logs -= logs[:, :_GAP].max(axis=1, keepdims=True)
        bound = self._holds @ logs[:, 1:27].max(axis=0)  # no path can cost less than this
        rows = np.flatnonzero(bound >= cheapest * self.lengths)
        if not len(rows):
            return []
        enter, leave = _borders(letters)
        columns, lengths = self._columns[rows], self.lengths[rows]
        cost, start, end = _best_paths(logs, columns[:, : lengths.max()], lengths, enter, leave)
        good = np.flatnonzero(cost >= cheapest * lengths)
        steps = len(letters)
        return [Spotted(int(rows[i]), float(cost[i]), float(start[i]) / steps, float(end[i] + 1) / steps) for i in good]


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
    never = np.float32(-1e9)
    on = np.full((count, longest), never)  # the last step was this letter
    off = np.full((count, longest), never)  # the last step was a blank after this letter
    on_from, off_from = np.zeros((count, longest), np.int32), np.zeros((count, longest), np.int32)
    same = np.zeros((count, longest), bool)
    same[:, 1:] = columns[:, 1:] == columns[:, :-1]
    best = np.full(count, never)
    best_from, best_to = np.zeros(count, np.int32), np.zeros(count, np.int32)
    for step, row in enumerate(logs):
        before, before_from = np.full((count, longest), never), np.zeros((count, longest), np.int32)
        before[:, 0], before_from[:, 0] = enter[step], step
        direct = np.where(same[:, 1:], never, on[:, :-1])
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
