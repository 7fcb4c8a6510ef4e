"""How many connections a process keeps open that nobody uses just now: a few, for however many schools."""

import weakref
from collections import OrderedDict
from threading import Lock
from typing import Any, Final

from sqlalchemy import Engine, QueuePool, event

MOST: Final = {"sqlite": 100, "postgresql": 20}  # a file or two each; and a process each on the server of all


class Idle:
    """Of one kind of database. What was used longest ago is closed; what is in use never."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._engines: OrderedDict[int, weakref.ref[Engine]] = OrderedDict()
        self._lock = Lock()

    def watch(self, engine: Engine) -> None:
        known = weakref.ref(engine)
        event.listen(engine, "checkin", lambda connection, record: self._given_back(known))

    def _given_back(self, known: "weakref.ref[Engine]") -> None:
        """`checkin` comes before the connection lies in the pool: it is the one that is counted besides."""
        if not self._lock.acquire(blocking=False):
            return  # somebody else looks just now; and nobody waits for this, not even a process that was forked
        try:
            if next(reversed(self._engines), None) == id(known):
                return  # as the time before: whoever goes on at one school does not count at all of them
            self._engines[id(known)] = known
            self._engines.move_to_end(id(known))
            self._close_some()
        finally:
            self._lock.release()

    def _close_some(self) -> None:
        idle = {key: _of(engine) for key, one in self._engines.items() if (engine := one()) is not None}
        self._engines = OrderedDict((key, self._engines[key]) for key in idle)
        over = 1 + sum(count for count, _ in idle.values()) - self.most
        for key, (count, used) in list(idle.items())[:-1]:  # the last one is being used
            if over <= 0:
                return
            engine = self._engines[key]()
            if count and not used and engine is not None:
                engine.dispose()
                over -= count


def _of(engine: Engine) -> tuple[int, int]:
    """Connections that nobody uses, and those that somebody does."""
    pool: Any = engine.pool
    return (pool.checkedin(), pool.checkedout()) if isinstance(pool, QueuePool) else (0, 0)


BY_KIND: Final = {name: Idle(most) for name, most in MOST.items()}
