"""What serves each school of an installation: made when it is first needed, so many kept, let go with the school."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from moderation.settings import Settings, Trust, Watched

T = TypeVar("T")


@dataclass
class _Held(Generic[T]):
    settings: Settings
    made: list[T] = field(default_factory=list)  # one, once somebody has needed it
    users: int = 0
    over: bool = False  # nobody else gets it
    making: threading.Lock = field(default_factory=threading.Lock)


class Kept(Generic[T]):
    """One thing a school, for many threads. What was used last is kept; what is in use is never ended.

    `make` may raise: that concerns whoever asked for this school, and nobody else. `end` takes apart what was made.
    """

    def __init__(
        self, watched: Watched, make: Callable[[Settings], T], end: Callable[[T], None], most: int | None = None
    ) -> None:
        self.watched, self._make, self._end, self._most = watched, make, end, most
        self._held: OrderedDict[str, _Held[T]] = OrderedDict()
        self._lock = threading.Lock()
        self._seen: Trust | None = None

    def __len__(self) -> int:
        return len(self._held)

    @contextmanager
    def of(self, settings: Settings) -> Iterator[T]:
        """For as long as this is open. Raises what `make` raises."""
        held = self._taken(settings)
        try:
            with held.making:
                if not held.made:
                    held.made.append(self._make(settings))
            yield held.made[0]
        finally:
            named = self.watched.now().schools
            with self._lock:
                held.users -= 1
                if held.settings not in named and not held.over:  # it was closed between the look and the use
                    self._give_up([held])
            self._end_unused([held])

    def tidy(self) -> Trust:
        """Lets go of the schools that the trust's file does not name any more; the trust as it is now."""
        trust = self.watched.now()
        if trust is not self._seen:
            with self._lock:
                named = {one.key: one for one in trust.schools}
                gone = [held for held in self._held.values() if named.get(held.settings.key) != held.settings]
                self._give_up(gone)
                self._seen = trust
            self._end_unused(gone)
        return trust

    def _taken(self, settings: Settings) -> _Held[T]:
        with self._lock:
            held = self._held.get(settings.key)
            gone = [held] if held and held.settings != settings else []
            self._give_up(gone)
            held = self._held.setdefault(settings.key, _Held(settings))
            held.users += 1
            self._held.move_to_end(settings.key)
            if self._most and len(self._held) > self._most:
                gone.append(next(iter(self._held.values())))
                self._give_up(gone[-1:])
        self._end_unused(gone)
        return held

    def _give_up(self, gone: list[_Held[T]]) -> None:
        for held in gone:
            held.over = True
            self._held.pop(held.settings.key, None)

    def _end_unused(self, candidates: list[_Held[T]]) -> None:
        with self._lock:
            ended = [held.made.pop() for held in candidates if held.over and not held.users and held.made]
        for made in ended:
            self._end(made)
