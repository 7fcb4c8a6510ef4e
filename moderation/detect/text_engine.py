"""The OCR models, loaded once a process: finds lines of writing and spells them, offline, on one thread."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from moderation.detect.models import Network, model_file
from moderation.detect.text_boxes import Picture, Quad, crop, quads_from_map
from moderation.detect.text_letters import Alphabet, Letters

ENGINE = f"rapidocr-{version('rapidocr')}/names-2"

_FINDER = "models/PP-OCRv6_det_small.onnx"
_SPELLER = "models/PP-OCRv6_rec_small.onnx"
_LINE_HEIGHT = 48  # px, what the speller was trained on
_PART = 800  # px of a picture's longer side that the finder sees at once,
_AROUND = 96  # and what it sees beyond them, so that a line over the border is found whole; multiples of 32
_STEP = 8  # px of a crop's width a time step of the speller


@dataclass(frozen=True)
class Spelling:
    """What the speller made of one crop. `at` is, for each character, its place along the crop, 0 to 1."""

    text: str
    score: float  # mean surety of the characters, 0 to 1
    at: tuple[float, ...]
    letters: Letters


class TextEngine:
    """Load one in each process; sessions run on the calling thread alone, so a fork made after loading may use them."""

    def __init__(self) -> None:
        """Raises ModelMissing, with a sentence for the office, if the package comes without its models."""
        self._finder = Network(model_file("rapidocr", _FINDER).read_bytes())
        self._speller = Network(model_file("rapidocr", _SPELLER).read_bytes())
        characters = self._speller.notes["character"].splitlines()
        # Class 0 is the blank of CTC. One sign a class, so that a text is as long as its list of places.
        self._characters = ["", *(sign if len(sign) == 1 else "�" for sign in characters), " "]
        self._alphabet = Alphabet(self._characters)

    def find(self, rgb: Picture, longest: int) -> list[Quad]:
        """Lines of writing in a picture (H×W×3, RGB) looked at with its longest side scaled to `longest` pixels."""
        height, width = rgb.shape[:2]
        scale = longest / max(height, width)
        wide, high = (max(32, round(side * scale / 32) * 32) for side in (width, height))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = np.asarray(cv2.resize(rgb, (wide, high), interpolation=way), np.uint8)
        return quads_from_map(self._map(small), width / wide, height / high)

    def _map(self, small: Picture) -> npt.NDArray[np.float32]:
        """How likely each pixel is writing. The network sees one part after another: far less memory, hardly slower."""
        along = int(np.argmax(small.shape[:2]))
        length = small.shape[along]
        parts = []
        for start in range(0, length, _PART):
            first, end = max(0, start - _AROUND), min(length, start + _PART)
            seen = np.take(small, range(first, min(length, end + _AROUND)), along)
            heat = self._finder.run(None, {"x": _as_input(seen)[np.newaxis]})[0][0, 0]
            parts.append(np.take(heat, range(start - first, end - first), along))
        return np.concatenate(parts, along)

    def spell(self, rgb: Picture, quad: Quad, stretch: float = 1.0) -> Spelling:
        """Reads one line of writing. `stretch` widens it, which helps cramped handwriting."""
        return self.read(crop(rgb, quad, _LINE_HEIGHT, stretch))

    def read(self, piece: Picture) -> Spelling:
        """One line of writing as it was cut out, upright and _LINE_HEIGHT high."""
        steps = -(-piece.shape[1] // _STEP)
        padded = cv2.copyMakeBorder(piece, 0, 0, 0, max(0, steps * _STEP - piece.shape[1]), cv2.BORDER_REPLICATE)
        chances = self._speller.run(None, {"x": _as_input(padded)[np.newaxis]})[0][0]
        return self._decode(chances)

    def _decode(self, chances: npt.NDArray[np.float32]) -> Spelling:
        best = chances.argmax(axis=1)
        sure = chances[np.arange(len(best)), best]
        new = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
        where = np.flatnonzero(new)
        text = "".join(self._characters[i] for i in best[where])
        score = float(sure[where].mean()) if len(where) else 0.0
        at = tuple(float(step + 0.5) / len(best) for step in where)
        return Spelling(text, score, at, self._alphabet.fold(chances))


def _as_input(rgb: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Height×width×RGB to BGR×height×width, -1 to 1, as the models were trained."""
    return np.ascontiguousarray(rgb[:, :, ::-1].transpose(2, 0, 1), np.float32) / 127.5 - 1.0
