"""Makes a backup beside a running Gatepost: one moment of the database, and every file that it names, each checked."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from moderation.db import snapshot
from moderation.db.engine import READ_ONLY
from moderation.db.models import AuditRow
from moderation.media import archive, books
from moderation.media.archive import Manifest, NotABackup
from moderation.media.disk import fsync_folder, write_new
from moderation.media.store import MediaDamaged, MediaMissing, MediaStore
from moderation.media.vault import Vault
from moderation.rules.roles import SYSTEM
from moderation.services import audit
from moderation.services.whole import School
from moderation.services.work import Mistake, Work

MADE: Final = "backup made"
LATE: Final = timedelta(days=2)  # a night that was missed is seen, and a night that took long is not
ROUNDS: Final = 20
NAMED: Final = 20  # files in one sentence


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    path: Path
    manifest: Manifest
    again: int  # files that were there in the backup before, and take no room twice
    rounds: int  # more than one: files went meanwhile, and the database was copied anew


@dataclass(frozen=True)
class _Making:
    engine: Engine
    store: MediaStore
    partial: Path
    before: Path | None
    known: dict[str, str]  # the files of the backup before
    digests: dict[str, str] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)


def make(school: School, folder: Path) -> Made:
    """One more backup in `folder`. Raises Mistake, and then leaves nothing; the message names each file at fault.

    Raises NotABackup if what was written is read back otherwise, OSError as disks do.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        now = datetime.now(UTC)
        partial = folder / (archive.name_at(now) + archive.PARTIAL)
        partial.mkdir(mode=0o700)
        making = _Making(school.engine, school.store, partial, *_before(folder, school.vault))
        try:
            rounds = _copy(making)
            manifest = _manifest(making, school, now)
            archive.write(partial, school.vault, manifest)
            archive.check(partial, manifest)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        path = partial.rename(folder / archive.name_at(now))
        fsync_folder(folder)
        return Made(path, manifest, len(making.again), rounds)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time; what another one left unfinished when it was killed goes."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in archive.unfinished(folder):
            shutil.rmtree(left)
        yield
    except BlockingIOError:
        raise Mistake(f"Somebody else is making a backup in {folder} now. Try again later.") from None
    finally:
        os.close(handle)


def _before(folder: Path, vault: Vault) -> tuple[Path | None, dict[str, str]]:
    """The newest backup that can be read, to take unchanged files from."""
    for path in reversed(archive.finished(folder)):
        try:
            return path, archive.read(path, vault).files
        except NotABackup:
            continue
    return None, {}


def _copy(making: _Making) -> int:
    """The database and its files. A file that goes meanwhile goes with its rows: then the database is copied anew."""
    database = making.partial / archive.DATABASE
    for rounds in range(1, ROUNDS + 1):
        database.unlink(missing_ok=True)
        try:
            snapshot.take(making.engine, database)
        except snapshot.NotNewest as behind:
            raise Mistake(str(behind)) from None
        with snapshot.opened(database).connect() as connection:
            named = snapshot.files_named(connection)
        for path in set(making.digests) - {archive.media_path(key) for key in named}:
            (making.partial / path).unlink()
            making.digests.pop(path)
            making.again.discard(path)
        if _copy_files(making, named):
            return rounds
    raise Mistake("Files are being deleted all the time, so no backup could be made. Try again later.")


def _copy_files(making: _Making, named: set[str]) -> bool:
    """Whether every file was there. Raises Mistake for those that should be."""
    gone = []
    for key in sorted(named):
        path = archive.media_path(key)
        if path in making.digests:
            continue
        try:
            raw = making.store.raw(key)
            making.store.plain(key, raw)
        except (MediaMissing, MediaDamaged):
            gone.append(key)
        else:
            _keep(making, path, raw)
    with making.engine.execution_options(**READ_ONLY).connect() as connection:
        bad = sorted(snapshot.files_named(connection).intersection(gone))
    if bad:
        files = ", ".join(archive.media_path(key) for key in bad[:NAMED]) + (" …" if len(bad) > NAMED else "")
        raise Mistake(
            f"No backup was made: {len(bad)} of the school’s files are missing or damaged: {files}. Put each back from "
            "an older backup, where it lies under the same path, or purge its post, then try again."
        )
    return not gone


def _keep(making: _Making, name: str, raw: bytes) -> None:
    """Write one file, or link it to the same one in the backup before, if that is still what it was."""
    path, digest = making.partial / name, archive.digest(raw)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    making.digests[name] = digest
    old = making.before / name if making.before and making.known.get(name) == digest else None
    if old and old.is_file() and archive.digest_of(old) == digest:
        try:
            os.link(old, path)
            making.again.add(name)
            return
        except OSError:
            pass  # a disk that knows no links: it is written again
    write_new(path, raw)


def _manifest(making: _Making, school: School, now: datetime) -> Manifest:
    """What was copied, once the copy of the database has been looked through. Raises Mistake."""
    database = making.partial / archive.DATABASE
    files = {**making.digests, archive.DATABASE: archive.digest_of(database), **_beside(making, school)}
    with snapshot.opened(database).connect() as connection, Session(connection) as session:
        if not snapshot.is_sound(connection):
            raise Mistake("No backup was made: the database is damaged. Put the last backup back.")
        if (bad := audit.verify(session)) is not None:
            raise Mistake(f"No backup was made: the audit trail does not fit from row {bad} on.")
        head = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).one()
        return Manifest(
            made_at=now.isoformat(timespec="microseconds"),
            program=version("gatepost"),
            schema=snapshot.revision(connection),
            school=school.settings.school,
            key=archive.fingerprint(school.vault),
            head=head.number,
            head_hash=head.hash,
            rows=snapshot.rows(connection),
            files=dict(sorted(files.items())),
        )


def _beside(making: _Making, school: School) -> dict[str, str]:
    """What stands beside the database: the two books, and the school's own short names."""
    nicknames = school.settings.nicknames_file
    found = {
        archive.PURGED: books.text(school.purged),
        archive.TRAIL: books.text(school.trail),
        archive.NICKNAMES: nicknames.read_bytes() if nicknames.is_file() else b"",
    }
    found = {name: raw for name, raw in found.items() if raw}
    for name, raw in found.items():
        write_new(making.partial / name, raw)
    return {name: archive.digest(raw) for name, raw in found.items()}


def record(work: Work, made: Made) -> None:
    """Write down that there is a backup, up to which row of the trail."""
    audit.append(
        work, SYSTEM, MADE, made=made.manifest.made_at, head=made.manifest.head, files=len(made.manifest.files)
    )


def forget_older(folder: Path, keep: int) -> int:
    """Remove the oldest finished backups until `keep` are left; how many went. What was purged since lives in them."""
    with _alone(folder):
        old = archive.finished(folder)[:-keep]
        for path in old:
            shutil.rmtree(path.rename(path.with_name(path.name + archive.PARTIAL)))
    return len(old)


@dataclass(frozen=True)
class Last:
    """The last backup that is known here; `at` is None if there was none."""

    at: datetime | None
    late: bool


def last(work: Work) -> Last:
    row = audit.newest(work, MADE)
    at = datetime.fromisoformat(json.loads(row.detail)["made"]) if row else None
    return Last(at, at is None or at < work.now - LATE)
