"""What goes wrong between Gatepost and PostgreSQL: the server ends, breaks down or stands still; so does the way."""

import random
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psycopg

from moderation.db.engine import _WRITERS
from tests import postgresql
from tests.chaos.relay import Mode, Relay

LONG_LOCK = 25.0  # seconds: longer than the program waits for another writer
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'relayed'"
ONE = "SELECT pid FROM pg_stat_activity WHERE application_name = 'relayed' LIMIT 1"
WRITERS = "SELECT pg_advisory_xact_lock(%d)"


@dataclass
class Trouble:
    """`beside` does something that lasts beside the other faults, unless it is being done already."""

    relay: Relay
    chance: random.Random
    over: threading.Event
    beside: Callable[[str, Callable[[], None]], bool]
    long: bool

    def kinds(self) -> dict[str, tuple[int, Callable[[], bool]]]:
        """By name: how often beside the others, and how to do it."""
        away, still = (lambda: self._for_a_while(Mode.REFUSED)), (lambda: self._for_a_while(Mode.STALLED))
        return {
            "network refused": (3, lambda: self.beside("network", away)),
            "network reset": (3, self._reset),
            "network stalled": (3, lambda: self.beside("network", still)),
            "connections cut by the server": (3, self._cut),
            "server frozen": (2, lambda: self.beside("server", self._freeze)),
            "server broken down": (2, self._break),
            "server stopped and started": (2, lambda: self.beside("server", self._stop)),
            "database locked": (2, lambda: self.beside("lock", self._lock)),
        }

    def _seconds(self) -> float:
        return LONG_LOCK if self.long and self.chance.random() < 0.15 else self.chance.uniform(1, 5)

    def _for_a_while(self, mode: Mode) -> None:
        seconds = self._seconds()
        self.relay.mode = mode
        self.over.wait(seconds)
        self.relay.mode = Mode.OPEN

    def _reset(self) -> bool:
        self.relay.reset()
        return True

    def _asked(self, statement: str) -> list[tuple[object, ...]]:
        with suppress(psycopg.Error), postgresql.connection(self.relay.database) as connection:
            return connection.execute(statement.encode()).fetchall()
        return []

    def _cut(self) -> bool:
        return bool(self._asked(OTHERS))

    def _break(self) -> bool:
        """One process of the server is killed: it ends all the others, and comes again from its log."""
        found = self._asked(ONE)
        return bool(found) and postgresql.strike(signal.SIGKILL, int(str(found[0][0])))

    def _freeze(self) -> None:
        seconds = self._seconds()
        frozen = postgresql.processes()
        for pid in frozen:
            postgresql.strike(signal.SIGSTOP, pid)
        self.over.wait(seconds)
        for pid in frozen:
            postgresql.strike(signal.SIGCONT, pid)

    def _stop(self) -> None:
        postgresql.stop()
        self.over.wait(self.chance.uniform(0.5, 4))
        postgresql.start_again()

    def _lock(self) -> None:
        """As another writer does that hangs."""
        with suppress(psycopg.Error), postgresql.connection(self.relay.database, autocommit=False) as connection:
            connection.execute((WRITERS % _WRITERS).encode())
            self.over.wait(self._seconds())
