"""What a network answers to the same pixels is the same each time: it is asked once for a run, not in each test.

All round it is done anew: cutting, scaling, comparing, judging. The networks are asked each time where they are what is
tested (tests/detect), and by every program that a test starts.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

from numpy.typing import NDArray

from moderation.detect.models import Network

Answer = list[NDArray[Any]]
MOST = 150_000_000  # bytes of answers; what nobody asked for in the longest time goes first

_make, _run = Network.__init__, Network.run


class Answers:
    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Answer] = OrderedDict()
        self._bytes = 0
        self.each_time = False  # nothing is taken from here meanwhile

    def of(self, network: Network, outputs: Sequence[str] | None, inputs: Mapping[str, NDArray[Any]]) -> Answer:
        if self.each_time:
            return _run(network, outputs, inputs)
        asked = blake2b(network.model + repr(outputs).encode())  # type: ignore[attr-defined]
        for name, values in sorted(inputs.items()):
            asked.update(repr((name, values.shape, values.dtype)).encode() + values.tobytes())
        answer = self._kept.get(asked.digest())
        if answer is None:
            answer = self._kept[asked.digest()] = _run(network, outputs, inputs)
            self._bytes += _size(answer)
        self._kept.move_to_end(asked.digest())
        while self._bytes > MOST:
            self._bytes -= _size(self._kept.popitem(last=False)[1])
        return [one.copy() for one in answer]


def _size(answer: Answer) -> int:
    return sum(one.nbytes for one in answer)


_answers = Answers()


def install() -> None:
    def made(network: Network, model: bytes) -> None:
        _make(network, model)
        network.model = blake2b(model).digest()  # type: ignore[attr-defined]

    Network.__init__ = made  # type: ignore[method-assign]
    Network.run = lambda *asked: _answers.of(*asked)  # type: ignore[method-assign]


@contextmanager
def each_time() -> Iterator[None]:
    _answers.each_time = True
    try:
        yield
    finally:
        _answers.each_time = False
