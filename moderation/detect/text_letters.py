"""Reading with the roll in hand: how well each listed name explains what the speller saw, letter by letter."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from moderation.rules.names import fold

Letters = npt.NDArray[np.float32]  # steps × 29 chances: blank, a to z, space, anything else

BLANK, SPACE, OTHER = 0, 27, 28
_SILENT = "'’‘`´-‐–.,·_"  # may stand inside a name or be left out
_LOOKALIKES = {"0": "o", "1": "l", "5": "s", "8": "b", "6": "b", "|": "l", "!": "i", "$": "s", "9": "g"}


class Alphabet:
    """Gathers the speller's thousands of characters into 29 columns."""

    def __init__(self, characters: Sequence[str]) -> None:
        self._column = np.array([_column(character) for character in characters], np.int64)
        self._order = np.argsort(self._column, kind="stable")
        self._starts = np.searchsorted(self._column[self._order], np.arange(29))

    def fold(self, chances: npt.NDArray[np.float32]) -> Letters:
        """Steps × characters to steps × 29; each row still sums to 1."""
        return np.asarray(np.add.reduceat(chances[:, self._order], self._starts, axis=1), np.float32)


def _column(character: str) -> int:
    if character == "" or character in _SILENT:
        return BLANK
    if character.isspace():
        return SPACE
    letter = _LOOKALIKES.get(character) or fold(character)
    return ord(letter) - 96 if len(letter) == 1 and "a" <= letter <= "z" else OTHER
