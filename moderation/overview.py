"""How every school of an installation stands, in counts and clocks: for who runs them all. No name, no picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from moderation.queue import Standing
from moderation.rules.watching import UNWELL, Trouble
from moderation.rules.workflow import State
from moderation.schools import Kept
from moderation.services import watching
from moderation.services.watching import Figures
from moderation.settings import Settings, SettingsError
from moderation.wiring import Parts

T = TypeVar("T")


@dataclass(frozen=True)
class Look:
    """One school at one moment. Without figures its database could not be asked, or it could not be opened at all."""

    key: str
    now: datetime | None = None
    figures: Figures | None = None
    posts: Mapping[State, int] = field(default_factory=dict)
    queue: Standing = field(default_factory=lambda: Standing(False))
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_well(self) -> bool:
        return self.figures is not None and not UNWELL.intersection(self.troubles)


def look(parts: Parts) -> Look:
    key, queue = parts.settings.key, parts.queue_standing()
    try:
        with parts.reading() as work:
            figures, troubles = watching.figures(work), watching.wrong(work, queue)
            return Look(key, work.now, figures, watching.posts(work), queue, troubles)
    except SQLAlchemyError:
        return Look(key, queue=queue)


def looks(kept: Kept[T], schools: tuple[Settings, ...], parts_of: Callable[[T], Parts]) -> list[Look]:
    """At each of them; one that cannot be opened hides no other."""
    found = []
    for settings in schools:
        try:
            with kept.of(settings) as one:
                found.append(look(parts_of(one)))
        except (SettingsError, SQLAlchemyError, OSError):
            found.append(Look(settings.key))
    return found


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
    figures = look.figures
    if figures is None:
        return said
    posts = {str(state): look.posts.get(state, 0) for state in (State.CHECKING, State.IN_REVIEW, State.RELEASED)}
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
        "jobs": sum(look.queue.jobs.values()),
    }
    return said | {"posts": posts, "waiting": waiting, "seconds_since": seconds}
