"""An instance of its own for each test, and processes that never outlive it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from moderation.processes import end_with
from moderation.settings import Settings, load
from tests.queue.builders import Launch

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_test_hangs() -> Iterator[None]:
    """Waiting for a line that a process never writes is a failure, not a halt."""

    def give_up(number: int, frame: object) -> None:
        raise TimeoutError("a test of the queue took a minute")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, tmp_path / "instance")


@pytest.fixture
def launch(settings: Settings) -> Iterator[Launch]:
    """Runs a piece of Python in a process of its own, with `settings` in it; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(code: str, *arguments: object) -> subprocess.Popen[str]:
        head = "import sys, pathlib, moderation.settings as m; settings = m.load({}, pathlib.Path(sys.argv[1]))\n"
        process = subprocess.Popen(
            [sys.executable, "-c", head + code, str(settings.instance), *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=partial(end_with, os.getpid()),
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()
