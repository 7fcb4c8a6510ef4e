"""The network that turns a face into 128 numbers: dlib's weights, run by onnxruntime because dlib-bin has no BLAS."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from moderation.detect.models import Floats, ModelMissing, Network, Pixels

SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"  # the one file whose layers are known
SIDE = 150  # of a chip, in pixels
AVERAGE = np.array((122.782, 117.001, 104.298), np.float32)  # red, green and blue of the faces that it was trained on
TOGETHER = 8  # chips in one run: more would cost memory and save no time
# The network's levels: channels and blocks. The first block of each but the first level halves the picture.
LEVELS = ((32, 3), (64, 4), (128, 3), (256, 3), (256, 1))


class FaceNetwork:
    """One loaded network. Holds no threads, so it goes on working in a forked process."""

    def __init__(self, weights: Path) -> None:
        """Reads dlib_face_recognition_resnet_model_v1.dat. Raises ModelMissing if the file is not exactly that one."""
        data = weights.read_bytes()
        if hashlib.sha256(data).hexdigest() != SHA256:
            raise ModelMissing(
                f"Faces cannot be compared: {weights.name} is damaged or of an unknown version. "
                "Install the package face_recognition_models again."
            )
        self._network = Network(_Builder(data).network())

    def describe(self, chips: Pixels) -> Floats:
        """One row of 128 numbers for each chip, (n, 150, 150, 3), RGB, 0 to 255; dlib's own rows but for rounding."""
        rows = [np.empty((0, 128), np.float32)]
        for start in range(0, len(chips), TOGETHER):
            batch = (chips[start : start + TOGETHER] - AVERAGE) / np.float32(256)
            rows += self._network.run(None, {"chips": np.ascontiguousarray(batch.transpose(0, 3, 1, 2))})
        return np.concatenate(rows)


class _Builder:
    """Reads the weights in the order in which dlib wrote them, and writes the same network down as ONNX."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def network(self) -> bytes:
        """The whole network: "chips" (n, 3, 150, 150) in, (n, 128) out."""
        out = self._add("Relu", self._convolved("chips", 3, 32, size=7, stride=2))
        out = self._add("MaxPool", out, kernel_shape=[3, 3], strides=[2, 2])
        channels, side = 32, 35  # what is left of 150 pixels
        for level, (wanted, blocks) in enumerate(LEVELS):
            for block in range(blocks):
                halved = level > 0 and block == 0
                out = self._block(out, channels, wanted, side, halved)
                channels, side = wanted, side // 2 if halved else side
        out = self._add("Flatten", self._add("GlobalAveragePool", out))
        out = self._add("MatMul", out, self._constant(self._weights("fc_2", 256, 128).reshape(256, 128)))
        chips = helper.make_tensor_value_info("chips", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])
        rows = helper.make_tensor_value_info(out, TensorProto.FLOAT, ["n", 128])
        graph = helper.make_graph(self._nodes, "faces", [chips], [rows], self._constants)
        # Versions that every onnxruntime of the last years knows.
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        written: bytes = model.SerializeToString()
        return written

    def _block(self, picture: str, channels: int, wanted: int, side: int, halved: bool) -> str:
        """Two convolutions, to whose result the block's own input is added."""
        out = self._add("Relu", self._convolved(picture, channels, wanted, size=3, stride=2 if halved else 1))
        out = self._convolved(out, wanted, wanted, size=3, stride=1)
        if halved:
            # dlib adds pictures of unlike shapes as though the smaller went on with zeros, downwards, to the right and
            # in channels. Convolution without a border loses one more row and column than pooling if the side is even.
            picture = self._add("AveragePool", picture, kernel_shape=[2, 2], strides=[2, 2])
            picture = self._grown(picture, channels=wanted - channels)
            out = self._grown(out, side=1 if side % 2 == 0 else 0)
        return self._add("Relu", self._add("Add", out, picture))

    def _convolved(self, picture: str, channels: int, wanted: int, size: int, stride: int) -> str:
        """A convolution with the scaling that follows it worked into its weights."""
        numbers = self._weights("con_4", wanted * (channels * size * size + 1))
        scale, shift = self._weights("affine_", 2 * wanted).reshape(2, wanted)
        filters = numbers[:-wanted].reshape(wanted, channels, size, size) * scale[:, None, None, None]
        start = numbers[-wanted:] * scale + shift
        border = size // 2 if stride == 1 else 0
        constants = self._constant(filters), self._constant(start)
        return self._add("Conv", picture, *constants, strides=[stride] * 2, pads=[border] * 4)

    def _grown(self, picture: str, channels: int = 0, side: int = 0) -> str:
        """The picture with zeros after its last channel, row and column."""
        return self._add("Pad", picture, self._constant(np.array((0, 0, 0, 0, 0, channels, side, side))))

    def _weights(self, layer: str, *shape: int) -> Floats:
        """The next layer's numbers: its name, the tensor format's number 2, four sides, then float32s."""
        sides = (*shape, 1, 1, 1)[:4]
        self._at = self._data.index(layer.encode(), self._at)
        head = b"".join(map(_written, (2, *sides)))
        self._at = self._data.index(head, self._at) + len(head)
        numbers = np.frombuffer(self._data, "<f4", int(np.prod(shape)), self._at)
        self._at += numbers.nbytes
        return numbers

    def _constant(self, values: NDArray[Any]) -> str:
        name = f"constant {len(self._constants)}"
        self._constants.append(numpy_helper.from_array(values, name))
        return name

    def _add(self, kind: str, *inputs: str, **settings: Any) -> str:
        """One more step of the network; returns the name of what comes out of it."""
        name = f"{kind} {len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], **settings))
        return name


def _written(number: int) -> bytes:
    """A whole number as dlib writes it: how many bytes, then the bytes, the lowest first."""
    length = (number.bit_length() + 7) // 8
    return bytes([length]) + number.to_bytes(length, "little")
