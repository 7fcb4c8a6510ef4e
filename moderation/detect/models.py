"""Where the models are, and how they are run: from the packages that carry them, on one thread, with no internet."""

import importlib.util
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

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


class Network:
    """An ONNX network on the calling thread alone: a pool of threads would be lost in a forked process.

    All networks of a process work in the same memory and hand it back after each run: together they need a third less.
    """

    def __init__(self, model: bytes) -> None:
        _share_memory()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.use_env_allocators", "1")
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._each_run = onnxruntime.RunOptions()
        self._each_run.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")

    def run(self, outputs: Sequence[str] | None, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """The outputs by these names, or all, in order."""
        answers: list[NDArray[Any]] = self._session.run(outputs, inputs, self._each_run)
        return answers

    @property
    def notes(self) -> dict[str, str]:
        """What those who made the model wrote into it."""
        written: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        return written


@cache
def _share_memory() -> None:
    place = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    onnxruntime.create_and_register_allocator(place, onnxruntime.OrtArenaCfg({}))
