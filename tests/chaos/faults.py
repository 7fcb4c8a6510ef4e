"""What goes wrong: processes killed and frozen, disk full, queue emptied, database locked or away, clock moved."""

import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import redis

from moderation.redis_socket import socket_path
from moderation.settings import load
from tests.chaos.program import Program
from tests.chaos.relay import Relay
from tests.chaos.server import LONG_LOCK, Trouble

PARTS = ("web", "sweep", "worker", "work-horse", "queue")
CLOCKS = (-7200, -600, -45, 45, 600, 7200, 3 * 86_400)  # seconds off the right time
STANDSTILL = 15.0  # seconds


@dataclass
class Injector:
    """Faults at random; the same seed plans the same ones. `done` counts those that hit something."""

    program: Program
    seed: int
    small_disk: bool
    told: Callable[[], float]  # the share of the stories that have ended: the faults keep step with them
    long: bool  # also those that last longer than the program's own patience
    relay: Relay | None = None  # the way to PostgreSQL
    done: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    _lasting: list[threading.Thread] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)  # what lasts now: nothing is locked or filled twice at a time

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.kinds: dict[str, tuple[int, Callable[[], bool]]] = {
            **{f"{part} killed": (3, lambda part=part: self.strike(part, signal.SIGKILL)) for part in PARTS},
            **{f"{part} frozen": (1, lambda part=part: self._freeze(part)) for part in (*PARTS, "supervisor")},
            "supervisor killed": (2, self._kill_supervisor),
            "restarted": (1, self._restart),
            "clock moved": (3, self._move_clock),
            "queue emptied": (3, self._empty_queue),
            **self._of_the_database(),
            **({"disk full": (3, lambda: self._last("disk", self._fill_disk))} if self.small_disk else {}),
        }

    def _of_the_database(self) -> dict[str, tuple[int, Callable[[], bool]]]:
        if self.relay is None:
            return {"database locked": (3, lambda: self._last("lock", self._lock_database))}
        return Trouble(self.relay, self.chance, self.over, self._last, self.long).kinds()

    def not_possible_here(self) -> list[str]:
        return [] if self.small_disk else ["disk full (this user may not mount a small disk)"]

    def plan(self, number: int) -> list[str]:
        """So many kinds: each at least once, the others by their weight."""
        every = list(self.kinds)
        more = self.chance.choices(every, [weight for weight, _ in self.kinds.values()], k=max(0, number - len(every)))
        planned = (every + more)[: max(number, 0)] if number >= len(every) else self.chance.sample(every, number)
        self.chance.shuffle(planned)
        return planned

    def run(self, number: int) -> None:
        """All of the plan, spread over the stories; one that finds nothing to hit is tried again, then another kind."""
        for place, kind in enumerate(self.plan(number)):
            self._wait_for_its_turn(place / max(number, 1))
            for tries in range(60):
                kind = self.chance.choice(list(self.kinds)) if tries > 20 else kind
                if self.kinds[kind][1]():
                    self.done[kind] += 1
                    break
                self.over.wait(0.3)

    def _wait_for_its_turn(self, share: float) -> None:
        """Some moments at least; and where nothing gets on, the next fault comes all the same."""
        self.over.wait(self.chance.uniform(0.2, 2))
        deadline = time.monotonic() + STANDSTILL
        while self.told() < share * 0.9 and time.monotonic() < deadline:
            self.over.wait(0.1)

    def end(self) -> None:
        """Everything is as it should be again."""
        self.over.set()
        for thread in self._lasting:
            thread.join()
        self.program.move_clock(0)

    def _of(self, part: str) -> list[psutil.Process]:
        try:
            supervisor = psutil.Process(self.program.pid or -1)
            if part == "supervisor":
                return [supervisor]
            children = {one: " ".join(one.cmdline()) for one in supervisor.children()}
            words = {"web": " web ", "sweep": "sweep", "queue": "redis-server"}
            if part in words:
                return [one for one, line in children.items() if words[part] in line]
            workers = [one for one, line in children.items() if line.endswith(" workers")]
            if part == "worker":
                return workers
            return [horse for worker in workers for horse in worker.children() if horse.cmdline() == worker.cmdline()]
        except (psutil.Error, ValueError):
            return []

    def strike(self, part: str, number: int) -> bool:
        for _ in range(50):  # a work-horse lives shortly
            if found := self._of(part):
                with suppress(psutil.Error):
                    self.chance.choice(found).send_signal(number)
                    return True
            if part != "work-horse" or self.over.wait(0.02):
                break
        return False

    def _freeze(self, part: str) -> bool:
        """It stands still and goes on as if nothing had been: its lease may have run out meanwhile."""
        found = self._of(part)
        if not found:
            return False
        one, seconds = self.chance.choice(found), self.chance.uniform(0.5, 4)
        if self.long and part in ("worker", "work-horse") and self.chance.random() < 0.5:
            seconds = self.chance.uniform(20, 30)

        def freeze() -> None:
            with suppress(psutil.Error):
                one.send_signal(signal.SIGSTOP)
                self.over.wait(seconds)
                one.send_signal(signal.SIGCONT)

        return self._last(f"frozen {one.pid}", freeze)

    def _last(self, what: str, do: Callable[[], None]) -> bool:
        """Do it beside the other faults."""
        if what in self._taken:
            return False
        self._taken.add(what)

        def lasting() -> None:
            try:
                do()
            finally:
                self._taken.discard(what)

        self._lasting.append(threading.Thread(target=lasting))
        self._lasting[-1].start()
        return True

    def _kill_supervisor(self) -> bool:
        self.program.kill()
        return True

    def _restart(self) -> bool:
        self.program.stop()
        return True

    def _empty_queue(self) -> bool:
        try:
            where = socket_path(load({}, self.program.instance))
            with redis.Redis(unix_socket_path=str(where), socket_timeout=1) as connection:
                return bool(connection.flushall())
        except (redis.RedisError, OSError):
            return False

    def _lock_database(self) -> None:
        seconds = LONG_LOCK if self.long and self.chance.random() < 0.15 else self.chance.uniform(1, 5)
        path = self.program.instance / "gatepost.sqlite3"
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path, timeout=5)) as database:
            database.isolation_level = None
            database.execute("BEGIN EXCLUSIVE")
            self.over.wait(seconds)
            database.execute("ROLLBACK")

    def _fill_disk(self) -> None:
        """To the last byte, again and again: what others set free meanwhile is taken too."""
        path, until = self.program.instance / "filler", time.monotonic() + self.chance.uniform(1, 5)
        try:
            while time.monotonic() < until:
                _take_all(path)
                self.over.wait(0.05)
        finally:
            path.unlink(missing_ok=True)

    def _move_clock(self) -> bool:
        self.program.move_clock(self.chance.choice(CLOCKS))
        return True


def _take_all(path: Path) -> None:
    step, handle = 2**24, os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        while step >= 4096:
            try:
                os.posix_fallocate(handle, os.fstat(handle).st_size, step)
            except OSError:
                step //= 2
    finally:
        os.close(handle)
