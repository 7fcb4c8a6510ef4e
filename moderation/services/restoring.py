"""Puts a backup into an empty instance: checked before and after, and locked until the data lead has looked."""

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from moderation.db import snapshot
from moderation.db.copying import CannotHold, copy_rows
from moderation.db.engine import open_engine
from moderation.db.migrate import known_revisions, migrate
from moderation.db.models import AuditRow
from moderation.media import archive
from moderation.media.archive import Manifest, NotABackup
from moderation.media.disk import fsync_folder
from moderation.media.store import MediaDamaged, MediaStore
from moderation.media.vault import Vault
from moderation.services import audit, invitations, phone, purge_ledger, restored, retention, signing_in
from moderation.services.work import Mistake, Work
from moderation.settings import Settings


class Machine(Protocol):
    """Where the school is put back."""

    @property
    def settings(self) -> Settings: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def store(self) -> MediaStore: ...
    def work(self) -> AbstractContextManager[Work]: ...
    def reading(self) -> AbstractContextManager[Work]: ...


@dataclass(frozen=True)
class Source:
    """A backup of which every file was read and fits."""

    folder: Path
    manifest: Manifest
    ledgers: tuple[Path, ...]  # of what was purged; each is replayed
    trail: Path | None  # how far the audit trail had come
    purges_known: bool  # to the end: the ledger of the school that was lost was given
    steps_known: bool  # the same of the trail


@dataclass(frozen=True)
class PutBack:
    purged_again: int
    head: int  # the newest row of the audit trail in the backup


def find(folder: Path, vault: Vault, purged: Path | None = None, trail: Path | None = None) -> Source:
    """The backup in `folder`, and the newest ledgers that are known: those given, and those of the newest backup.

    Every file is read and compared. Raises NotABackup, Mistake.
    """
    source = archive.chosen(folder)
    manifest = archive.read(source, vault)
    if manifest.schema not in known_revisions():
        raise Mistake(f"The backup was made by a newer Gatepost ({manifest.program}). Install that one first.")
    archive.check(source, manifest)
    newest, its = _newest_beside(source, manifest, vault)
    found = {name: archive.check_file(newest, its, name) for name in its.files if name.endswith(".jsonl")}
    ledgers = tuple(path for path in (purged, found.get("purged.jsonl")) if path)
    known = {"purges_known": purged is not None, "steps_known": trail is not None}
    return Source(source, manifest, ledgers, trail or found.get("trail.jsonl"), **known)


def _newest_beside(source: Path, manifest: Manifest, vault: Vault) -> tuple[Path, Manifest]:
    """What a newer backup in the same folder knows of purges and steps, an older one has to be told."""
    for path in reversed(archive.finished(source.parent)):
        if path.name <= source.name:
            break
        try:
            return path, archive.read(path, vault)
        except NotABackup:
            continue
    return source, manifest


@contextmanager
def claimed(settings: Settings, store: MediaStore) -> Iterator[None]:
    """An instance for a restore alone: nothing is served from it until this ends well. Raises Mistake for a school.

    What a restore left here that was cut short is thrown away.
    """
    database, mark = open_engine(settings.database_url), settings.restoring_file
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not mark.exists():
        _must_be_empty(settings, database, store)
    with mark.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Mistake("A backup is being put back here at this moment.") from None
        if os.fstat(file.fileno()).st_nlink == 0:  # another one came to its end between the two lines above
            raise Mistake("A backup was put back here a moment ago.")
        if not file.tell():
            try:
                _must_be_empty(settings, database, store)
            except Mistake:
                mark.unlink()
                raise
            file.write("A backup is being put back. Until that is done this is no school.\n")
            file.flush()
            os.fsync(file.fileno())
            fsync_folder(settings.instance)
        _throw_away(settings, database, store)
        yield
        mark.unlink()
        fsync_folder(settings.instance)


def _must_be_empty(settings: Settings, database: Engine, store: MediaStore) -> None:
    file = snapshot.file_of(settings.database_url)
    found: list[Path | str] = [
        path for path in (file, settings.purged_file, settings.trail_file) if path and path.exists()
    ]
    if not file and not snapshot.is_empty(database):
        found.append("a school in the database")  # its address may hold a password
    if found or any(store.keys()):
        what = found[0] if found else "a picture where the media lie"  # an address may hold more than a path
        raise Mistake(f"A backup is put into an empty place only, and there is {what}. Choose another --instance.")


def _throw_away(settings: Settings, database: Engine, store: MediaStore) -> None:
    file = _file(settings)
    for path in [*snapshot.with_its_own(file), settings.purged_file, settings.trail_file]:
        path.unlink(missing_ok=True)
    if not snapshot.file_of(settings.database_url) and not snapshot.is_empty(database):
        migrate(database, "base")
    for key in list(store.keys()):
        store.delete(key)


def _file(settings: Settings) -> Path:
    """Where the backup's database is looked through; if that is SQLite, there it stays."""
    return snapshot.file_of(settings.database_url) or settings.instance / "restoring.sqlite3"


def put_back(machine: Machine, source: Source) -> PutBack:
    """Everything of the backup, then what has to follow. In a `claimed` instance. Raises Mistake, NotABackup."""
    settings, manifest = machine.settings, source.manifest
    file = shutil.copyfile(source.folder / archive.DATABASE, _file(settings))
    database = open_engine(f"sqlite:///{file}")
    with database.connect() as connection:
        named = snapshot.files_named(connection)
        if snapshot.rows(connection) != manifest.rows or not snapshot.is_sound(connection):
            raise NotABackup(f"{source.folder / archive.DATABASE} does not hold the rows that it should.")
    _put_media(machine, source, named)
    migrate(database)
    if not snapshot.file_of(settings.database_url):
        _move(database, machine.engine)
        for path in snapshot.with_its_own(file):
            path.unlink(missing_ok=True)
    with machine.reading() as work:
        head = work.session.get(AuditRow, manifest.head)
        if audit.verify(work.session) is not None or head is None or head.hash != manifest.head_hash:
            raise NotABackup(f"{source.folder / archive.DATABASE}: its audit trail does not fit.")
    if "nicknames.txt" in manifest.files:
        shutil.copyfile(source.folder / "nicknames.txt", settings.nicknames_file)
    return PutBack(_follow(machine, source), manifest.head)


def _move(file: Engine, database: Engine) -> None:
    """From the file into the school's database, all or nothing. Raises Mistake."""
    migrate(database)
    with file.connect() as source, database.begin() as target:
        try:
            copy_rows(source, target)
        except CannotHold as why:
            raise Mistake(f"The backup cannot be put into this database: {why}") from None
        if snapshot.rows(source) != snapshot.rows(target):
            raise Mistake("The database did not take every row of the backup.")


def _put_media(machine: Machine, source: Source, named: Collection[str]) -> None:
    for key in sorted({*named, *source.manifest.media}):
        path = source.folder / archive.media_path(key)
        try:
            machine.store.put(machine.store.plain(key, path.read_bytes()))
        except (OSError, MediaDamaged):
            raise NotABackup(f"{path} is not there, or is not the picture that it should be.") from None


def _follow(machine: Machine, source: Source) -> int:
    """What has to be true before anybody is let in: purged again, signed out, locked. Nothing is rung for."""
    settings = machine.settings
    with machine.work() as work:
        again = sum(retention.catch_up(work, ledger) for ledger in source.ledgers)
        signing_in.end_all(work)
        phone.void_all(work)
        invitations.void_all(work)
        known = {"purges_known": source.purges_known, "steps_known": source.steps_known}
        restored.say(work, source.manifest.made_at, purged_again=again, **known)
        work.bells.clear()
    if source.trail:
        shutil.copyfile(source.trail, settings.trail_file)
    with machine.reading() as work:
        purge_ledger.keep_copy(work, settings.purged_file)
    return again
