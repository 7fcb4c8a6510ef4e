"""How every school of an installation stands, in counts and clocks: for who runs them all. No name, no picture."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from threading import Semaphore, Thread
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from moderation.queue import Standing
from moderation.rules.overseeing import Late, Need, needs
from moderation.rules.watching import UNWELL, Trouble
from moderation.rules.workflow import State
from moderation.schools import Kept
from moderation.services import overseeing, watching
from moderation.services.watching import Figures
from moderation.settings import Settings, SettingsError
from moderation.wiring import Parts

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE: Final = 3.0  # seconds for all schools together
OPENED: Final = 15.0  # seconds, for those that nobody has opened in this process yet
FRESH: Final = 30.0  # seconds for which the answer of one that was late can still be said
EACH: Final = 0.03  # seconds more for each school: of a thousand, one machine looks at so many in that time
AT_ONCE: Final = 20  # so many that hang hold up the others


@dataclass(frozen=True)
class Look:
    """One school at one moment. Without figures its database could not be asked, or it could not be opened at all."""

    key: str
    name: str = ""  # of the school
    now: datetime | None = None
    figures: Figures | None = None
    posts: Mapping[State, int] = field(default_factory=dict)
    queue: Standing = field(default_factory=lambda: Standing(False))
    troubles: tuple[Trouble, ...] = ()
    late: Late | None = None
    seen_at: datetime | None = None  # when it last answered, as far as this process knows

    @property
    def needs(self) -> tuple[Need, ...]:
        return needs(self.late, self.troubles, self.figures.messages_parked if self.figures else 0)

    @property
    def is_well(self) -> bool:
        return self.figures is not None and not UNWELL.intersection(self.troubles)


def look(parts: Parts) -> Look:
    settings, queue = parts.settings, parts.queue_standing()
    try:
        with parts.reading() as work:
            figures, troubles = watching.figures(work), watching.wrong(work, queue)
            posts, late = watching.posts(work), overseeing.late(work)
            if settings.demo:  # nobody makes a backup of one
                late = replace(late, backup=False)
            return Look(settings.key, settings.school, work.now, figures, posts, queue, troubles, late, work.now)
    except SQLAlchemyError:
        return Look(settings.key, settings.school, queue=queue)


def looks(kept: Kept[T], schools: tuple[Settings, ...], parts_of: Callable[[T], Parts]) -> list[Look]:
    """At each of them, one after the other; one that cannot be opened hides no other."""
    return [_look_into(kept, settings, parts_of) for settings in schools]


def _look_into(kept: Kept[T], settings: Settings, parts_of: Callable[[T], Parts]) -> Look:
    try:
        with kept.of(settings, passing=True) as one:
            return look(parts_of(one))
    except (SettingsError, SQLAlchemyError, OSError):
        return Look(settings.key, settings.school)


class Lookout(Generic[T]):
    """Looks at all schools side by side, for whoever keeps looking. One call at a time.

    One that does not answer in time is said to be silent. It is waited for no second time, nor asked anew before its
    first look has ended: its answer is taken when it is there.
    """

    def __init__(self, kept: Kept[T], parts_of: Callable[[T], Parts], patience: float = PATIENCE) -> None:
        self._kept, self._parts_of, self._patience = kept, parts_of, patience
        self._under_way: dict[str, Future[tuple[float, Look]]] = {}
        self._last: dict[str, Look] = {}
        self._at_once = Semaphore(AT_ONCE)

    def looks(self, schools: tuple[Settings, ...]) -> list[Look]:
        late = {key: one for key, one in self._under_way.items() if not _is_stale(one)}
        self._under_way = {one.key: late.get(one.key) or self._begun(one) for one in schools}
        more = EACH * len(schools)
        begun = {key: future for key, future in self._under_way.items() if key not in late}
        wait([future for key, future in begun.items() if key in self._last], self._patience + more)
        wait([future for key, future in begun.items() if key not in self._last], max(self._patience, OPENED) + more)
        found = [self._taken(one) for one in schools]
        self._last = {one.key: one for one in found}
        return found

    def _begun(self, settings: Settings) -> "Future[tuple[float, Look]]":
        future: Future[tuple[float, Look]] = Future()

        def go() -> None:
            try:
                with self._at_once:
                    found = _look_into(self._kept, settings, self._parts_of)
            except Exception as error:  # noqa: BLE001 (whatever is wrong with one school hides no other)
                log.error("the school %s cannot be looked at: %s", settings.key, type(error).__name__)
                found = Look(settings.key, settings.school)
            future.set_result((monotonic(), found))

        Thread(target=go, name="look", daemon=True).start()
        return future

    def _taken(self, settings: Settings) -> Look:
        last = self._last.get(settings.key)
        if not self._under_way[settings.key].done():
            found = Look(settings.key, settings.school)
        else:
            _, found = self._under_way.pop(settings.key).result()
        return replace(found, seen_at=found.now or (last.seen_at if last else None))


def _is_stale(future: "Future[tuple[float, Look]]") -> bool:
    return future.done() and future.result()[0] < monotonic() - FRESH


def as_json(looks: list[Look]) -> dict[str, Any]:
    """What `gatepost trust overview --json` prints; ages in seconds."""
    return {
        "version": version("gatepost"),
        "queue": any(one.queue.is_there for one in looks),
        "workers": max((one.queue.workers for one in looks), default=0),
        "well": all(one.is_well for one in looks),
        "schools": [_school(one) for one in looks],
    }


def _school(look: Look) -> dict[str, Any]:
    said: dict[str, Any] = {"school": look.key, "well": look.is_well, "trouble": [str(one) for one in look.troubles]}
    said["look"] = [str(one) for one in look.needs]
    figures, late = look.figures, look.late
    if figures is None or late is None:
        return said
    posts = {
        str(state): look.posts.get(state, 0) for state in (State.CHECKING, State.IN_REVIEW, State.RELEASED, State.LIVE)
    }
    last = max((one.at for one in figures.canaries), default=None)
    ages = {
        "check": figures.oldest_waiting,
        "decision": figures.oldest_in_review,
        "takedown": figures.oldest_takedown,
        "sweep": figures.sweep_at,
        "test_picture": last,
        "backup": figures.backup_at,
    }
    seconds = {name: round((look.now - at).total_seconds()) if at and look.now else None for name, at in ages.items()}
    waiting = {
        "messages": figures.messages_waiting,
        "takedowns": figures.takedowns,
        "takedowns late": late.takedowns,
        "decisions late": late.decisions,
        "jobs": sum(look.queue.jobs.values()),
    }
    return said | {"posts": posts, "waiting": waiting, "seconds_since": seconds}
