"""What serves each school of an installation: made when it is first needed, so many kept, let go with the school."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from moderation.settings import Settings, SettingsError, Trust, Watched

T = TypeVar("T")
TRIED_AGAIN_AFTER: Final = 5.0  # seconds: until then a school that could not be opened is not asked for once more
MOST: Final = 100  # at once, in each process; docs/performance.md says what a hundred take


class StillOpening(SettingsError):
    """The school takes longer than whoever asks can wait: its database or its bucket says nothing, perhaps."""


@dataclass
class _Held(Generic[T]):
    settings: Settings
    made: list[T] = field(default_factory=list)  # one, once somebody has needed it
    users: int = 0
    over: bool = False  # nobody else gets it
    opening: "Future[T] | None" = None  # the last one that somebody began
    changed: float = 0.0  # when it began, or failed


class Kept(Generic[T]):
    """One thing a school, for many threads. What was used last is kept; what is in use is never ended.

    `make` may raise: that concerns whoever asks for this school within the next seconds, and nobody else. `end` takes
    apart what was made. With `patience`, in seconds, it is made in a thread of its own, and nobody waits longer for it.
    """

    def __init__(
        self,
        watched: Watched,
        make: Callable[[Settings], T],
        end: Callable[[T], None],
        most: int = MOST,
        patience: float | None = None,
    ) -> None:
        self.watched, self._make, self._end, self._most, self._patience = watched, make, end, most, patience
        self._held: OrderedDict[str, _Held[T]] = OrderedDict()
        self._lock = threading.Lock()
        self._seen: Trust | None = None

    def __len__(self) -> int:
        return len(self._held)

    @contextmanager
    def of(self, settings: Settings, passing: bool = False) -> Iterator[T]:
        """For as long as this is open. Raises what `make` raises, and StillOpening.

        `passing`: of whoever goes round all schools. That pushes out nobody: without room, its own is ended behind it.
        """
        held = self._taken(settings, passing)
        try:
            yield self._opened(held)
        finally:
            self._given_back(held)

    def _opened(self, held: _Held[T]) -> T:
        """One opens it, and all who ask meanwhile get what comes of that."""
        with self._lock:
            if held.made:
                return held.made[0]
            now, opening = time.monotonic(), held.opening
            mine = opening is None or (opening.done() and now >= held.changed + TRIED_AGAIN_AFTER)
            if mine:
                opening = held.opening = Future()
                held.changed = now
                held.users += 1  # whoever makes it
            assert opening is not None
            left = None if self._patience is None else max(0.0, held.changed + self._patience - now)
        if mine and self._patience is None:
            self._open(held, opening)
        elif mine:
            threading.Thread(target=self._open, args=(held, opening), name="opening", daemon=True).start()
        try:
            failed = opening.exception(left)
        except TimeoutError:
            raise StillOpening(f"{held.settings.key} is still being opened.") from None
        if failed:
            raise failed.with_traceback(None)
        return opening.result()

    def _open(self, held: _Held[T], opening: "Future[T]") -> None:
        made, failed = [], None
        try:
            made.append(self._make(held.settings))
        except BaseException as error:  # noqa: BLE001 (it is raised again where somebody waits for it)
            # Without the frames that it came from: they would keep what was half opened, and its lock with it.
            failed = error.with_traceback(None)
            failed.__context__ = failed.__cause__ = None
        with self._lock:
            held.made += made
            held.changed = time.monotonic()
        if failed:
            opening.set_exception(failed)
        else:
            opening.set_result(made[0])
        self._given_back(held)

    def _given_back(self, held: _Held[T]) -> None:
        served = self.watched.now().serves(held.settings)
        with self._lock:
            held.users -= 1
            if not served and not held.over:  # it was closed between the look and the use
                self._give_up([held])
        self._end_unused([held])

    def tidy(self) -> Trust:
        """Lets go of the schools that the trust's file does not name any more; the trust as it is now."""
        trust = self.watched.now()
        if trust is not self._seen:
            with self._lock:
                gone = [held for held in self._held.values() if not trust.serves(held.settings)]
                self._give_up(gone)
                self._seen = trust
            self._end_unused(gone)
        return trust

    def _taken(self, settings: Settings, passing: bool) -> _Held[T]:
        with self._lock:
            held = self._held.get(settings.key)
            gone = [held] if held and held.settings != settings else []
            self._give_up(gone)
            if held is None or gone:
                held = _Held(settings, over=passing and len(self._held) >= self._most)
            if not held.over:
                self._held[settings.key] = held
            if not passing:
                self._held.move_to_end(settings.key)
            if len(self._held) > self._most:
                gone.append(next(iter(self._held.values())))
                self._give_up(gone[-1:])
            held.users += 1
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
