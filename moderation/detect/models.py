"""Where the models are, and how they are run: from the packages that carry them, on one thread, with no internet."""

import importlib.util
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


class ModelMissing(Exception):
    """A model that a check needs is not installed; the message says which package brings it."""


def model_file(package: str, name: str) -> Path:
    """A file inside an installed package, found without importing the package. Raises ModelMissing."""
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ModelMissing(f"The model {Path(name).name} is missing. Install the package {package} again.")
    return path


def session(model: bytes) -> onnxruntime.InferenceSession:
    """An ONNX network on the calling thread alone: a pool of threads would be lost in a forked process."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
