"""Runs all parts of Gatepost on one machine: starts them, starts again what dies, ends everything together."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Generic, Protocol, TypeVar

from moderation import processes, redis_server
from moderation.redis_socket import SocketUnsafe
from moderation.settings import Settings

log = logging.getLogger(__name__)

TURN_SECONDS = 0.1


@dataclass(frozen=True)
class Part:
    """One process: what the log calls it, and its command line."""

    name: str
    argv: Sequence[str]


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds."""

    first: float = 0.5  # before a part that died is started again; doubles with every death
    longest: float = 30.0  # at most
    steady: float = 30.0  # a part that lived so long begins with `first` again
    grace: float = 8.0  # between asking a part to end and killing it


DEFAULT_PATIENCE = Patience()


class _Running(Protocol):
    def poll(self) -> int | None: ...


R = TypeVar("R", bound=_Running)


class _Kept(Generic[R]):
    """Something that is started again whenever it ends."""

    def __init__(self, name: str, launch: Callable[[], R], patience: Patience) -> None:
        self.name, self.launch, self.patience = name, launch, patience
        self.running: R | None = None
        self.delay = patience.first
        self.started = self.due = 0.0

    def tend(self) -> None:
        now = time.monotonic()
        if self.running is None:
            if now >= self.due:
                self._start(now)
        elif (code := self.running.poll()) is not None:
            if now - self.started >= self.patience.steady:
                self.delay = self.patience.first
            self._again(now, f"ended by signal {-code}" if code < 0 else f"ended with code {code}")

    def _start(self, now: float) -> None:
        try:
            self.running = self.launch()
        except (OSError, redis_server.ServerFailed, SocketUnsafe) as error:
            self._again(now, f"could not be started ({error})")
        else:
            self.started = now
            log.info("%s started.", self.name)

    def _again(self, now: float, why: str) -> None:
        log.warning("%s %s; starting it again in %.3g s.", self.name, why, self.delay)
        self.running, self.due = None, now + self.delay
        self.delay = min(self.delay * 2, self.patience.longest)


def run(
    parts: Sequence[Part], settings: Settings, ready: Callable[[], bool], patience: Patience = DEFAULT_PATIENCE
) -> None:
    """Keeps the embedded queue (unless a Redis is configured) and all `parts` running until SIGTERM, SIGINT or SIGHUP.

    `ready` is asked at every turn until it says True: the place to see that the web answers and to print its address.
    It must be quick. Call this from the main thread. Raises ServerMissing before anything is started.
    """
    queue: list[_Kept[redis_server.Server]] = []
    if settings.queue_server is None:
        redis_server.find_binary()
        queue = [_Kept("The queue", partial(redis_server.start, settings), patience)]
    environ = dict(os.environ)
    if not environ.get("GATEPOST_TRUST"):  # whose file says where each school is
        environ["GATEPOST_INSTANCE"] = str(settings.instance)
    kept = [_Kept(part.name, partial(processes.spawn, part.argv, environ), patience) for part in parts]
    with _requests_to_end() as requests:
        try:
            is_ready = False
            while not requests:
                for server in queue:
                    server.tend()
                for one in kept:
                    one.tend()
                is_ready = is_ready or ready()
                time.sleep(TURN_SECONDS)
        finally:
            _end([one.running for one in kept if one.running is not None], patience.grace)
            for server in queue:  # last: the others may still want to say goodbye to it
                if server.running is not None:
                    server.running.stop()


@contextmanager
def _requests_to_end() -> Iterator[list[int]]:
    """A list that stays empty until somebody asks this process to end."""
    requests: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        requests.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        yield requests
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(running: Sequence[subprocess.Popen[bytes]], grace: float) -> None:
    """Asks all to end, and kills those that are still there after `grace` seconds."""
    for process in running:
        process.terminate()
    deadline = time.monotonic() + grace
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("Process %d did not end when asked; killing it.", process.pid)
            process.kill()
            process.wait()
