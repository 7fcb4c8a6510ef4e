"""Puts a backup into an empty instance: checked before and after, and locked until the data lead has looked."""

import fcntl
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from moderation.db import snapshot
from moderation.db.copying import CannotHold, copy_database
from moderation.db.engine import open_engine
from moderation.db.migrate import known_revisions, migrate
from moderation.db.models import AuditRow
from moderation.media import archive, books
from moderation.media.archive import Manifest, NotABackup
from moderation.media.books import FileBook
from moderation.media.disk import fsync_folder
from moderation.media.opening import Media
from moderation.media.store import MediaDamaged
from moderation.media.vault import Vault
from moderation.services import audit, invitations, phone, purge_ledger, restored, retention, signing_in
from moderation.services.whole import School
from moderation.services.work import Mistake
from moderation.settings import Settings


@dataclass(frozen=True)
class Source:
    """A backup of which every file was read and fits."""

    folder: Path
    manifest: Manifest
    ledgers: tuple[Path, ...]  # of what was purged; each is replayed
    given: Path | None  # the one of them that came from the school that was lost
    trail: Path | None  # how far the audit trail had come
    purges_known: bool  # to the end: it was given, whole
    steps_known: bool  # the same of the trail


@dataclass(frozen=True)
class PutBack:
    purged_again: int
    head: int  # the newest row of the audit trail in the backup


def find(folder: Path, vault: Vault, purged: Path | None = None, trail: Path | None = None) -> Source:
    """The backup in `folder`, and the newest ledgers that are known: those given, and those of the newest backup.

    Every file is read and compared. Raises NotABackup, Mistake.
    """
    _must_be(purged, archive.PURGED, lambda line: line["certificate"])
    _must_be(trail, archive.TRAIL, lambda line: restored.Line(**line))
    source = archive.chosen(folder)
    manifest = archive.read(source, vault)
    if manifest.schema not in known_revisions():
        raise Mistake(f"The backup was made by a newer Gatepost ({manifest.program}). Install that one first.")
    archive.check(source, manifest)
    newest, its = _newest_beside(source, manifest, vault)
    found = {name: archive.check_file(newest, its, name) for name in its.files if name.endswith(".jsonl")}
    ledgers = tuple(path for path in (purged, found.get(archive.PURGED)) if path)
    known = {"purges_known": purged is not None and _is_whole(purged), "steps_known": trail is not None}
    return Source(source, manifest, ledgers, purged, trail or found.get(archive.TRAIL), **known)


def _must_be(path: Path | None, name: str, read: Callable[[books.Line], object]) -> None:
    """With another file than it is given for the school would pass for one that knows all its purges."""
    texts = path.read_bytes().splitlines() if path else []
    lines = [line for line in map(books.line_of, texts) if line]
    try:
        for line in lines:
            read(line)
    except (KeyError, TypeError):
        lines = []
    if texts and not lines:
        raise Mistake(f"{path} is not the {name} of a school.")


def _is_whole(ledger: Path) -> bool:
    """Its lines are counted from one on, and one that was cut short is written again: a gap is what a disk has lost."""
    lines = [books.line_of(text) for text in ledger.read_bytes().splitlines()]
    numbers = {line["number"] for line in lines if line}
    return numbers == set(range(1, len(numbers) + 1)) and (not lines or lines[-1] is not None)


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
def claimed(settings: Settings, media: Media) -> Iterator[None]:
    """An instance for a restore alone: nothing is served from it until this ends well. Raises Mistake for a school.

    What a restore left here that was cut short is thrown away.
    """
    database, mark = open_engine(settings.database_url), settings.restoring_file
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not mark.exists():
        _must_be_empty(settings, database, media)
    with mark.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Mistake("A backup is being put back here at this moment.") from None
        if os.fstat(file.fileno()).st_nlink == 0:  # another one came to its end between the two lines above
            raise Mistake("A backup was put back here a moment ago.")
        if not file.tell():
            try:
                _must_be_empty(settings, database, media)
            except Mistake:
                mark.unlink()
                raise
            file.write("A backup is being put back. Until that is done this is no school.\n")
            file.flush()
            os.fsync(file.fileno())
            fsync_folder(settings.instance)
        _throw_away(settings, database, media)
        yield
        mark.unlink()
        fsync_folder(settings.instance)


def _must_be_empty(settings: Settings, database: Engine, media: Media) -> None:
    file = snapshot.file_of(settings.database_url)
    found: list[Path | str] = [file] if file and file.exists() else []
    if not file and not snapshot.is_empty(database):
        found.append("a school in the database")  # its address may hold a password
    if any(book.newest() for book in (media.trail, media.purged)):
        found.append("what a school knows outside its database (trail.jsonl, purged.jsonl)")
    if any(media.store.keys()):
        found.append("a picture where the media lie")  # an address may hold more than a path
    if found:
        raise Mistake(f"A backup is put into an empty place only, and there is {found[0]}. Choose another --instance.")


def _throw_away(settings: Settings, database: Engine, media: Media) -> None:
    file = _file(settings)
    for path in snapshot.with_its_own(file):
        path.unlink(missing_ok=True)
    for book in (media.trail, media.purged):
        book.clear()
    if not snapshot.file_of(settings.database_url):
        migrate(database, "base")
    for key in list(media.store.keys()):
        media.store.delete(key)


def _file(settings: Settings) -> Path:
    """Where the backup's database is looked through; if that is SQLite, there it stays."""
    return snapshot.file_of(settings.database_url) or settings.instance / "restoring.sqlite3"


def put_back(school: School, source: Source) -> PutBack:
    """Everything of the backup, then what has to follow. In a `claimed` instance. Raises Mistake, NotABackup."""
    settings, manifest = school.settings, source.manifest
    file = shutil.copyfile(source.folder / archive.DATABASE, _file(settings))
    database = open_engine(f"sqlite:///{file}")
    with database.connect() as connection:
        named = snapshot.files_named(connection)
        if snapshot.rows(connection) != manifest.rows or not snapshot.is_sound(connection):
            raise NotABackup(f"{source.folder / archive.DATABASE} does not hold the rows that it should.")
    _put_media(school, source, named)
    migrate(database)
    if not snapshot.file_of(settings.database_url):
        try:
            copy_database(database, school.engine)
        except CannotHold as why:
            raise Mistake(f"The backup cannot be put into this database. {why}") from None
        for path in snapshot.with_its_own(file):
            path.unlink(missing_ok=True)
    with school.reading() as work:
        head = work.session.get(AuditRow, manifest.head)
        if audit.verify(work.session) is not None or head is None or head.hash != manifest.head_hash:
            raise NotABackup(f"{source.folder / archive.DATABASE}: its audit trail does not fit.")
    if archive.NICKNAMES in manifest.files:
        shutil.copyfile(source.folder / archive.NICKNAMES, settings.nicknames_file)
    return PutBack(_follow(school, source), manifest.head)


def _put_media(school: School, source: Source, named: Collection[str]) -> None:
    for key in sorted({*named, *source.manifest.media}):
        path = source.folder / archive.media_path(key)
        try:
            school.store.put(school.store.plain(key, path.read_bytes()))
        except (OSError, MediaDamaged):
            raise NotABackup(f"{path} is not there, or is not the picture that it should be.") from None


def _follow(school: School, source: Source) -> int:
    """What has to be true before anybody is let in: purged again, signed out, locked. Nothing is rung for."""
    with school.work() as work:
        if source.given and not purge_ledger.fits(work, FileBook(source.given)):
            told = "of this school: the backup knows of other purges."
            raise Mistake(f"{source.given} is not the {archive.PURGED} {told}")
        again = sum(retention.catch_up(work, FileBook(ledger)) for ledger in source.ledgers)
        signing_in.end_all(work)
        phone.void_all(work)
        invitations.void_all(work)
        known = {"purges_known": source.purges_known, "steps_known": source.steps_known}
        restored.say(work, source.manifest.made_at, purged_again=again, **known)
        work.bells.clear()
        if source.trail:
            work.steps.clear()  # they come behind those of the school that was lost
    if source.trail:
        school.trail.append(books.in_order(FileBook(source.trail)))
    with school.reading() as work:
        purge_ledger.keep_copy(work, school.purged)
    return again
