"""What a service works with: one transaction, the time, the media, and what to ring once it is committed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.db.models import (
    LiveLook,
    Photo,
    ReferencePhoto,
    RegisterVersion,
    Rendition,
    SchoolLook,
    Sticker,
    UploadPart,
)
from moderation.media.books import Book
from moderation.media.keys import PersonKeys
from moderation.media.store import MediaStore
from moderation.media.vault import Vault
from moderation.queue import Job
from moderation.rules.language import gettext
from moderation.rules.names import Roll
from moderation.rules.roles import Role

T = TypeVar("T")


class NotFound(Exception):
    """There is no such thing, or it is not for this person to know."""


class Mistake(Exception):
    """What was given cannot be used. The message says why and what to do, and loses nothing."""


def written(text: str, longest: int, otherwise: str = "") -> str:
    """A reason, tidied and cut to `longest` characters. Raises Mistake, with `otherwise`, if there is none."""
    if not text.strip():
        raise Mistake(otherwise or gettext("Say why, in a few words."))
    return text.strip()[:longest]


@dataclass(frozen=True)
class Work:
    """One unit of work. The caller commits it, then rings `bells` (law 8: commit first, then ring)."""

    session: Session
    now: datetime  # aware UTC
    store: MediaStore
    vault: Vault
    keys: PersonKeys
    zone: tzinfo  # the school's own
    engine: str  # what would check now: the versions of both engines
    own_nicknames: Callable[[], str]  # the school's own list of short names, read where a roll is needed
    trail: Book  # outside the database: see `services.restored`
    channels: frozenset[Role] = frozenset()  # roles that are told in a channel of theirs as well
    school_in_settings: str = ""
    steps: list[int] = field(default_factory=list)  # the rows that this one has added to the audit trail
    bells: list[tuple[Job, tuple[int | str, ...]]] = field(default_factory=list)
    # The roll by its version and the list of short names; outlives a work that only asks.
    rolls: dict[tuple[int, str], Roll] = field(default_factory=dict)
    lasting: dict[str, tuple[object, Any]] = field(default_factory=dict)  # answers with the version that they are of
    kept: dict[tuple[str, object], Any] | None = None  # answers; of a work that only asks
    afterwards: list[Callable[[], None]] = field(default_factory=list)  # file deletions: only once the rows are gone

    @property
    def today(self) -> date:
        """The day at the school."""
        return self.now.astimezone(self.zone).date()

    @property
    def school(self) -> str:
        """Its name, which no password may be made of: as the administrator wrote it, or as the settings have it."""
        look = self.session.get(SchoolLook, 1)
        return (look.name if look else None) or self.school_in_settings

    def once(self, what: str, of: object, ask: Callable[[], T]) -> T:
        """The answer to a question that may have been asked before.

        A work that only asks sees one moment, so its answers stay true to its end. One that writes asks anew each time.
        """
        if self.kept is None:
            return ask()
        if (what, of) not in self.kept:
            self.kept[what, of] = ask()
        found: T = self.kept[what, of]
        return found

    def while_same(self, what: str, version: object, ask: Callable[[], T]) -> T:
        """The answer to a question whose answer only moves on with `version`: one for all that only ask."""
        if self.kept is None:
            return ask()
        known = self.lasting.get(what)
        if known is None or known[0] != version:
            known = self.lasting[what] = version, ask()
        found: T = known[1]
        return found

    def ring(self, job: Job, *ids: int | str) -> None:
        self.bells.append((job, ids))

    def delete_media(self, key: str) -> None:
        """Delete a picture once this is committed, unless a row still shows it. Flush the deletion of rows first."""
        for table in (Photo, ReferencePhoto, Rendition, Sticker, LiveLook, UploadPart, SchoolLook):
            if self.session.scalars(select(table.id).where(table.media_key == key).limit(1)).first():
                return
        self.afterwards.append(lambda: self.store.delete(key))

    @property
    def register_version(self) -> RegisterVersion:
        version = self.once("register version", None, lambda: self.session.get(RegisterVersion, 1))
        if version is None:
            raise RuntimeError("the database was not set up: its register has no version")
        return version


OpenWork = Callable[[], AbstractContextManager[Work]]  # a transaction of its own, committed at the end
