"""The encodings of the people on the list, and how near a face is to each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moderation.rules.faces import ALIKE, REACH, Candidate

_ROUGHLY: Final = 0.01  # a thousand times what is lost by reckoning with squares


@dataclass(frozen=True)
class Gallery:
    """Encodings stand together by person: `starts[i]` is the row of `encodings` (n, 128) at which person i begins."""

    people: tuple[str, ...]
    encodings: NDArray[np.float32]
    starts: NDArray[np.intp]
    counts: NDArray[np.intp]
    means: NDArray[np.float32]

    @classmethod
    def build(cls, references: Mapping[str, ArrayLike]) -> "Gallery":
        """From person id to encodings (k, 128). Raises ValueError if someone has none: nobody would look for them."""
        arrays = {person: np.asarray(rows, dtype=np.float32).reshape(-1, 128) for person, rows in references.items()}
        if any(not len(rows) for rows in arrays.values()):
            raise ValueError("a person on the list has no encoding to compare with")
        counts = np.array([len(rows) for rows in arrays.values()], dtype=np.intp)
        encodings = np.concatenate([np.empty((0, 128), np.float32), *arrays.values()])
        starts = np.cumsum(counts) - counts
        sums = np.add.reduceat(encodings, starts) if len(starts) else encodings
        means = np.asarray(sums / counts[:, None], np.float32)
        return cls(tuple(arrays), encodings, starts, counts, means)

    def __len__(self) -> int:
        """How many people are on the list."""
        return len(self.people)

    def compare(self, faces: ArrayLike, wider: float = 0.0) -> list[list[Candidate]]:
        """For each face (n, 128) the people near enough for any judgement with limits so much wider, in list order."""
        return [self._near(face, REACH + wider) for face in np.asarray(faces, dtype=np.float32).reshape(-1, 128)]

    def like(self, person: str) -> list[str]:
        """Others on the list whom the program could take for this person: siblings, mostly."""
        distances = np.linalg.norm(self.means - self.means[self.people.index(person)], axis=1)
        return [self.people[int(i)] for i in np.flatnonzero(distances <= ALIKE) if self.people[int(i)] != person]

    def _near(self, face: NDArray[np.float32], reach: float) -> list[Candidate]:
        """Roughly first, in one pass and one thread: of fifty thousand people a few are left to be measured."""
        rough = self._squares - 2 * np.einsum("ij,j->i", self.means, face) + np.einsum("i,i", face, face)
        perhaps = np.flatnonzero(rough <= (max(reach, 0.0) + _ROUGHLY) ** 2)
        distances = np.linalg.norm(self.means[perhaps] - face, axis=1)
        near = distances <= reach
        return [self._candidate(int(i), face, float(d)) for i, d in zip(perhaps[near], distances[near], strict=True)]

    @cached_property
    def _squares(self) -> NDArray[np.float32]:
        return np.asarray(np.einsum("ij,ij->i", self.means, self.means), np.float32)

    def _candidate(self, person: int, face: NDArray[np.float32], distance: float) -> Candidate:
        own = self.encodings[self.starts[person] : self.starts[person] + self.counts[person]]
        nearest = int(np.linalg.norm(own - face, axis=1).argmin()) + 1
        return Candidate(self.people[person], distance, nearest, len(own))
