"""One consistent copy of the database while others write, and what it says about the files in the media."""

import os
import sqlite3
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, exists, func, inspect, make_url, select, table, text
from sqlalchemy.pool import NullPool

from moderation.db.copying import copy_rows
from moderation.db.engine import READ_ONLY, open_engine
from moderation.db.migrate import migrate, newest_revision
from moderation.db.models import (
    AuditRow,
    Base,
    CopyPicture,
    LiveLook,
    Permission,
    Photo,
    ReferencePhoto,
    RegisterImport,
    Rendition,
    SchoolLook,
    Sticker,
    UploadPart,
    User,
)

# Every column that names a file in the media. A test holds this against the columns that there are: one that is
# forgotten is a file that no backup has.
NAMES_FILES: Final = (
    Photo.media_key,
    ReferencePhoto.media_key,
    Rendition.media_key,
    Sticker.media_key,
    SchoolLook.media_key,
    Permission.evidence_key,
    RegisterImport.file_key,
    RegisterImport.undo_key,
    CopyPicture.media_key,
    LiveLook.media_key,
    UploadPart.media_key,
)


class NotNewest(Exception):
    """The database stands at an older migration; the message says what to do."""


def file_of(url: str) -> Path | None:
    """Where an SQLite database lies; None for another kind of database."""
    address = make_url(url)
    return Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None


def with_its_own(file: Path) -> tuple[Path, ...]:
    """An SQLite database and whatever SQLite keeps beside it. No others: oak's neighbour may be called oakfield."""
    return tuple(file.with_name(f"{file.name}{ending}") for ending in ("", "-wal", "-shm", "-journal"))


def take(engine: Engine, path: Path) -> None:
    """Copy the database of `engine` to `path`, as SQLite: as it was at one moment; nobody who writes waits for it.

    Raises NotNewest for a PostgreSQL that stands at an older migration than this program.
    """
    if engine.name == "sqlite":
        _vacuum_into(engine, path)
    else:
        _write_anew(engine, path)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _vacuum_into(engine: Engine, path: Path) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        connection.close()


def _write_anew(engine: Engine, path: Path) -> None:
    with engine.execution_options(**READ_ONLY).connect() as source:
        if revision(source) != newest_revision():
            raise NotNewest("The database was not brought to this version of Gatepost yet. Start Gatepost once.")
        target = open_engine(f"sqlite:///{path}")
        migrate(target)
        with target.begin() as connection:
            copy_rows(source, connection)
    raw = target.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode=DELETE")  # all of it in one file
    finally:
        raw.close()


def is_empty(engine: Engine) -> bool:
    """Whether no school is there: no table, or those of Gatepost with no more in them than a migration puts there."""
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    if not names <= Base.metadata.tables.keys():
        return False
    with engine.connect() as connection:
        asked = [one for one in (AuditRow, User) if one.__tablename__ in names]  # every school has had a first step
        return not any(connection.scalar(select(exists(select(one)))) for one in asked)


def opened(path: Path) -> Engine:
    """A copy that nobody writes to, opened without leaving a trace beside it."""
    address = f"file:{quote(str(path))}?immutable=1"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)


def revision(connection: Connection) -> str:
    """The migration that the database stands at; empty if none was ever made."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = sorted(inspect(connection).get_table_names())
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def files_named(connection: Connection) -> set[str]:
    """The keys of all files that some row names, in a database of this or an older migration."""
    found: set[str] = set()
    here = {
        name: {column["name"] for column in inspect(connection).get_columns(name)}
        for name in inspect(connection).get_table_names()
        if name in Base.metadata.tables
    }
    for column in NAMES_FILES:
        if column.key in here.get(column.class_.__tablename__, ()):
            found.update(connection.scalars(select(column).where(column.is_not(None)).distinct()))
    return found


def is_sound(connection: Connection) -> bool:
    """Whether SQLite finds every page in order and every row's partner there."""
    return (
        connection.scalar(text("PRAGMA integrity_check")) == "ok"
        and not connection.execute(text("PRAGMA foreign_key_check")).all()
    )
