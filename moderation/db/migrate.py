"""Brings a database to the newest migration."""

import random
import time
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from moderation.db.engine import schema_of

FOLDER = Path(__file__).parent / "migrations"
_TRIES: Final = 60  # each holds up those who work for a second at most
_NO_LOCK: Final = "55P03"  # what PostgreSQL calls it


def configuration(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


@cache  # each school of a trust is held against it
def known_revisions() -> frozenset[str]:
    """Every migration that this program has."""
    scripts = ScriptDirectory(str(FOLDER))
    return frozenset(script.revision for script in scripts.walk_revisions())


@cache
def newest_revision() -> str:
    """What `migrate` brings a database to."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


class Standing(Enum):
    CURRENT = "of this version"
    OLDER = "of an older version"
    NEWER = "of a newer version"


def standing(engine: Engine) -> Standing:
    """How the database stands to this program. Raises what a database that is away does."""
    with engine.connect() as connection:
        there = MigrationContext.configure(connection).get_current_revision()
    if there == newest_revision():
        return Standing.CURRENT
    return Standing.OLDER if there is None or there in known_revisions() else Standing.NEWER


def migrate(engine: Engine, target: str = "head") -> None:
    """Up (or, with an older `target`, down). All or nothing: on both databases the steps share one transaction.

    On SQLite foreign keys rest meanwhile, for rebuilding a parent table would delete its children; rows that point at
    nothing afterwards undo the whole migration. On PostgreSQL a step that needs a table alone waits a
    second for those who read it, and gives way: all who come later would wait behind it, and a reader for one of them.
    """
    for left in reversed(range(_TRIES)):
        try:
            _migrate(engine, target)
            return
        except OperationalError as error:
            if not left or getattr(error.orig, "sqlstate", None) != _NO_LOCK:
                raise
            time.sleep(random.uniform(0.1, 1.0))  # noqa: S311 (no secret)


def _migrate(engine: Engine, target: str) -> None:
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if schema := schema_of(engine):
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            connection.commit()
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=OFF")  # only outside a transaction
        try:
            with connection.begin():
                _bring(connection, target, sqlite)
        finally:
            if sqlite:
                connection.connection.execute("PRAGMA foreign_keys=ON")  # the connection is kept for others


def _bring(connection: Connection, target: str, sqlite: bool) -> None:
    if not sqlite:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # a large table takes as long as it takes
        connection.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
    current = configuration(connection)
    if target == "head" or target.startswith("+"):
        command.upgrade(current, target)
    else:
        command.downgrade(current, target)
    if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("After the migration some rows would point at nothing; nothing was changed.")
