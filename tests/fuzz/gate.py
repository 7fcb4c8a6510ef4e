"""Sends malformed pictures through the gate and says what became of them; `make fuzz` sends 20,000, the suite a few.

python -m tests.fuzz.gate [--files N] [--seed N] [--first N]
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from moderation.media import gate, photo
from tests.fuzz.forks import Forks
from tests.media.malformed import one
from tests.media.pictures import assert_pixels_only

MOST_SECONDS: Final = gate.CPU_SECONDS + 0.5  # the kernel counts in ticks, and ends the process after the last
ADVICE: Final = ("upload", "Upload", "choose")
AT_A_TIME: Final = 50
WHOLE_WAY: Final = 20  # every twentieth: five times the time


@dataclass
class Outcome:
    """What became of one file: the sentence or "decoded"; how the decoding process ended; what it cost."""

    number: int
    what: str
    ended: str
    by_signal: int = 0
    cpu: float = 0
    wall: float = 0
    memory: int = 0  # bytes; of the whole way the most of any decoding process so far
    wrong: str = ""


@dataclass
class Figures:
    outcomes: Counter[str] = field(default_factory=Counter)
    signals: Counter[int] = field(default_factory=Counter)
    slowest: Outcome | None = None
    longest: Outcome | None = None
    largest: Outcome | None = None
    crashed: list[Outcome] = field(default_factory=list)
    wrong: list[Outcome] = field(default_factory=list)

    def add(self, new: Outcome) -> None:
        self.outcomes[new.ended] += 1
        if new.by_signal:
            self.signals[new.by_signal] += 1
            if new.by_signal not in photo.BY_LIMIT:
                self.crashed.append(new)
        if self.slowest is None or new.cpu > self.slowest.cpu:
            self.slowest = new
        if self.longest is None or new.wall > self.longest.wall:
            self.longest = new
        if self.largest is None or new.memory > self.largest.memory:
            self.largest = new
        if new.wrong:
            self.wrong.append(new)


def send(seed: int, number: int, forks: Forks) -> Outcome:
    """One file through the real gate. Most start from a fork, some in every respect as in the program."""
    file = one(seed, number)
    result = Outcome(number, file.what, "")
    run, whole = subprocess.run, number % WHOLE_WAY == 0

    def listening(*args: Any, **kwargs: Any) -> Any:
        done = (run if whole else forks.run)(*args, **kwargs)
        result.by_signal = max(0, -done.returncode)
        return done

    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    photo.subprocess.run = listening  # type: ignore[attr-defined]
    try:
        _judge(result, file.data)
    finally:
        photo.subprocess.run = run  # type: ignore[attr-defined]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result.wall = time.monotonic() - began
    if whole:
        result.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        result.memory = after.ru_maxrss * 1024
    else:
        result.cpu, result.memory = forks.last.cpu, forks.last.memory
    if result.cpu > MOST_SECONDS or result.memory > gate.MEMORY:
        result.wrong += f" {result.cpu:.1f} s, {result.memory / 1e6:.0f} MB"
    return result


def _judge(result: Outcome, data: bytes) -> None:
    try:
        taken = photo.ingest(data)
    except photo.NotUsable as refusal:
        sentence = str(refusal)
        result.ended = re.sub(r"\d[\d,.]*", "N", sentence)
        if not (sentence[0].isupper() and sentence.endswith(".") and any(word in sentence for word in ADVICE)):
            result.wrong = f"no clear sentence: {sentence!r}"
    except Exception as error:  # noqa: BLE001  whatever else comes out of the gate is what we look for
        result.ended, result.wrong = "broke the gate", repr(error)
    else:
        result.ended = "decoded"
        try:
            assert_pixels_only(taken)
        except AssertionError as error:
            result.wrong = f"more than pixels: {error}"


def send_all(seed: int, numbers: Iterable[int]) -> list[Outcome]:
    with Forks(Path(photo.GATE)) as forks:
        return [send(seed, number, forks) for number in numbers]


def outcomes(files: int, seed: int, first: int = 0, processes: int | None = None) -> Iterator[Outcome]:
    """In their order, on every core. Started anew: what a child of a large process took would count as that one's."""
    starts = range(first, first + files, AT_A_TIME)
    parts = [range(start, min(start + AT_A_TIME, first + files)) for start in starts]
    with ProcessPoolExecutor(processes or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for some in pool.map(partial(send_all, seed), parts):
            yield from some


def report(figures: Figures) -> Iterator[str]:
    yield f"{figures.outcomes.total():,} malformed pictures"
    for ended, count in figures.outcomes.most_common():
        yield f"{count:8,}  {ended}"
    assert figures.slowest and figures.longest and figures.largest
    yield f"slowest  {figures.slowest.cpu:.1f} CPU s: number {figures.slowest.number}, {figures.slowest.what}"
    yield f"longest  {figures.longest.wall:.1f} s: number {figures.longest.number}, {figures.longest.what}"
    yield f"largest  {figures.largest.memory / 2**20:.0f} MiB: number {figures.largest.number}, {figures.largest.what}"
    yield f"ended by a limit  {sum(figures.signals[one] for one in photo.BY_LIMIT)}"
    yield f"decoders crashed in their own process  {len(figures.crashed)}"
    yield from (f"    signal {one.by_signal}: number {one.number}, {one.what}" for one in figures.crashed)
    yield f"wrong  {len(figures.wrong)}"
    yield from (f"    number {one.number}, {one.what}: {one.wrong}" for one in figures.wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    figures, began = Figures(), time.monotonic()
    for count, outcome in enumerate(outcomes(asked.files, asked.seed, asked.first), start=1):
        figures.add(outcome)
        if count % 1000 == 0:
            print(f"{count:,} …", file=sys.stderr, flush=True)
    for line in report(figures):
        print(line)
    print(f"took  {time.monotonic() - began:.0f} s")
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
