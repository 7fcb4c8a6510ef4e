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
from moderation.db.migrate import known_revisions, migrate
from moderation.db.models import AuditRow
from moderation.media import archive
from moderation.media.archive import Manifest, NotABackup
from moderation.media.disk import fsync_folder
from moderation.media.store import FolderStore, MediaDamaged
from moderation.media.vault import Vault
from moderation.services import audit, phone, purge_ledger, restored, retention, signing_in
from moderation.services.work import Mistake, Work
from moderation.settings import Settings


class Machine(Protocol):
    """Where the school is put back."""

    @property
    def settings(self) -> Settings: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def store(self) -> FolderStore: ...
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
def claimed(settings: Settings, store: FolderStore) -> Iterator[None]:
    """An instance for a restore alone: nothing is served from it until this ends well. Raises Mistake for a school.

    What a restore left here that was cut short is thrown away.
    """
    database, mark = _database(settings), settings.restoring_file
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


def _database(settings: Settings) -> Path:
    path = snapshot.file_of(settings.database_url)
    if path is None:
        raise Mistake("A backup can only be put back into SQLite, so far.")
    return path


def _must_be_empty(settings: Settings, database: Path, store: FolderStore) -> None:
    found = [path for path in (database, settings.purged_file, settings.trail_file) if path.exists()]
    if found or any(store.keys()):
        what = found[0] if found else store.root
        raise Mistake(f"A backup is put into an empty place only, and there is {what}. Choose another --instance.")


def _throw_away(settings: Settings, database: Path, store: FolderStore) -> None:
    for path in [*database.parent.glob(f"{database.name}*"), settings.purged_file, settings.trail_file]:
        path.unlink(missing_ok=True)
    for key in list(store.keys()):
        store.delete(key)


def put_back(machine: Machine, source: Source) -> PutBack:
    """Everything of the backup, then what has to follow. In a `claimed` instance. Raises Mistake, NotABackup."""
    settings, manifest = machine.settings, source.manifest
    shutil.copyfile(source.folder / archive.DATABASE, _database(settings))
    with machine.engine.connect() as connection:
        named = snapshot.files_named(connection)
        if snapshot.rows(connection) != manifest.rows or not snapshot.is_sound(connection):
            raise NotABackup(f"{source.folder / archive.DATABASE} does not hold the rows that it should.")
    _put_media(machine, source, named)
    migrate(machine.engine)
    with machine.reading() as work:
        head = work.session.get(AuditRow, manifest.head)
        if audit.verify(work.session) is not None or head is None or head.hash != manifest.head_hash:
            raise NotABackup(f"{source.folder / archive.DATABASE}: its audit trail does not fit.")
    if "nicknames.txt" in manifest.files:
        shutil.copyfile(source.folder / "nicknames.txt", settings.nicknames_file)
    return PutBack(_follow(machine, source), manifest.head)


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
        known = {"purges_known": source.purges_known, "steps_known": source.steps_known}
        restored.say(work, source.manifest.made_at, purged_again=again, **known)
        work.bells.clear()
    if source.trail:
        shutil.copyfile(source.trail, settings.trail_file)
    with machine.reading() as work:
        purge_ledger.keep_copy(work, settings.purged_file)
    return again
