"""Opens the database: SQLite, or PostgreSQL where there is more than one machine. One writer at a time on both.

The rules look at many rows before they write one. Whoever writes alone decides on what is there, so no two people can
each be the last approver, and the audit trail never forks. Whoever only asks waits for nobody.
"""

import atexit
import os
import re
import time
import weakref
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from moderation.db import alike, idle, turns

READ_ONLY = {"gatepost_read_only": True}  # execution options of a transaction that only asks

_TURN: Final = "gatepost_turn"  # what a connection to SQLite has to give back
_WRITERS: Final = 0x6761_7465  # the lock of PostgreSQL that everybody who writes takes first; a number of our own
_SCHEMA: Final = "gatepost_schema"  # an execution option
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_WAIT: Final = 20  # seconds for another writer; then the transaction fails, and nothing of it was done
_KEPT: Final[dict[str, Any]] = {"max_overflow": 15, "pool_timeout": _WAIT, "hide_parameters": True}
_SHARED: Final = {"compiled_cache": alike.STATEMENTS}  # a statement is put into words once, not once a school
_PER_SESSION: Final = {
    "lock_timeout": f"{_WAIT}s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "300s",  # a process that hangs does not hold up the school
    "tcp_keepalives_idle": "30",  # nor does a machine that is gone
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "timezone": "UTC",
    "jit": "off",  # the questions are short: translating one first took half a second, answering it a tenth of that
}
# What PostgreSQL calls it: no connection, too many, shutting down or starting, no lock or no end in time.
_AWAY: Final = ("08", "53300", "57P", "55P03", "57014", "25P03")
_GONE: Final = {  # nor does this side wait for a server that is gone: without these, two hours
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds, for what was sent and never received
}


def open_engine(url: str) -> Engine:
    """Errors do not quote what was to be written (law 10). Raises sqlalchemy.exc.ArgumentError for no address."""
    parsed = make_url(url)
    return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)


def _sqlite(url: URL) -> Engine:
    """WAL and BEGIN IMMEDIATE, as measured: no update is lost, no writer fails.

    Connections are kept: opening one is half the work of a page, and closing the last one writes the whole log away.
    None may be used by a forked process: those that nobody uses are closed before, and the others it forgets. What is
    deleted is overwritten in the file too: a purged name cannot be read from it, nor from the log once `empty_log`
    was there.
    """
    folder = Path(url.database or "").parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = url.set(drivername="sqlite+alike")
    engine = create_engine(url, connect_args={"timeout": _WAIT}, execution_options=_SHARED, **_KEPT)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", partial(_begin_sqlite, folder))
    event.listen(engine, "checkin", _give_turn_back)
    idle.BY_KIND["sqlite"].watch(engine)
    known = weakref.ref(engine)
    os.register_at_fork(before=lambda: _forget(known()), after_in_child=lambda: _forget(known(), close=False))
    atexit.register(lambda: _forget(known()))  # the last one to go leaves no log beside the file
    return engine


def _prepare(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where the engine says, not where the driver guesses
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(folder: Path, connection: Connection) -> None:
    """Who writes has waited for its turn before it asks SQLite; both together take no longer than _WAIT."""
    if _only_asks(connection):
        connection.exec_driver_sql("BEGIN")
        return
    asked = time.monotonic()
    _give_turn_back(None, connection)  # of the transaction before
    connection.info[_TURN] = turns.take(folder)
    left = max(1.0, _WAIT - (time.monotonic() - asked))  # a process that stood still meanwhile may ask all the same
    connection.exec_driver_sql(f"PRAGMA busy_timeout={left * 1000:.0f}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _give_turn_back(connection: Any, record: Any) -> None:
    """Behind the end of the transaction: a connection goes back after its use, whatever became of that."""
    turn = record.info.pop(_TURN, None)
    if turn is not None:
        turns.give_back(turn)
    if connection is not None:
        connection.execute(f"PRAGMA busy_timeout={1000 * _WAIT}")  # as it came


def empty_log(engine: Engine) -> None:
    """SQLite writes to a log first, which keeps old pages after they were moved to the file: it is cut to nothing.

    Waits for nobody: whoever reads or writes just now keeps it for the next time. Raises sqlite3.Error, as for a full
    disk.
    """
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA busy_timeout = 0")  # until the connection goes back
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def is_away(error: SQLAlchemyError) -> bool:
    """Whether the database was only not to be had: busy, restarting, cut off. Trying again is all there is to do."""
    cause = getattr(error, "orig", None)
    name, state = getattr(cause, "sqlite_errorname", None), getattr(cause, "sqlstate", None)
    if name is not None:
        return str(name).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return state is None or state.startswith(_AWAY)


def schema_of(engine: Engine) -> str | None:
    """The schema in which a school's tables lie, if its address names one."""
    return engine.get_execution_options().get(_SCHEMA)


def _postgresql(url: URL) -> Engine:
    """Connections are kept, for opening one takes 25 times as long as a transaction; a forked process makes its own.

    With `?schema=NAME` all tables lie in that schema, and no other one is looked into: not even `public`.
    """
    schema = url.query.get("schema")
    if schema is not None and not (isinstance(schema, str) and _NAME.fullmatch(schema)):
        raise ArgumentError("The schema in the address of the database is a to z, 0 to 9 and _, as in oakfield.")
    per_session = _PER_SESSION | ({"search_path": schema} if schema else {})
    options = " ".join(f"-c {name}={value}" for name, value in per_session.items())
    engine = create_engine(
        url.difference_update_query(["schema"]).set(drivername="postgresql+alike"),
        execution_options={_SCHEMA: schema, **_SHARED},
        connect_args={"connect_timeout": 10, "options": options} | _GONE,
        pool_pre_ping=True,
        **_KEPT,
    )
    event.listen(engine, "connect", _drop_nul)
    event.listen(engine, "begin", partial(_begin_postgresql, _writers_of(schema)))
    event.listen(engine, "handle_error", _say_less)
    idle.BY_KIND["postgresql"].watch(engine)
    known = weakref.ref(engine)
    os.register_at_fork(after_in_child=lambda: _forget(known(), close=False))
    return engine


class _WithoutNul(StrDumperUnknown):
    """SQLite keeps a character NUL in a word; PostgreSQL refuses the whole row. It says nothing to anybody."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", ""))


def _drop_nul(connection: Any, record: Any) -> None:
    connection.adapters.register_dumper(str, _WithoutNul)


def _writers_of(schema: str | None) -> str:
    """What the writers of one school wait for: those of another in the same database wait for nobody here."""
    if schema is None:
        return str(_WRITERS)
    return f"{_WRITERS}, {int.from_bytes(sha256(schema.encode()).digest()[:4], signed=True)}"


def _begin_postgresql(writers: str, connection: Connection) -> None:
    """READ COMMITTED behind the lock sees all that the writers before did; who only asks sees one moment."""
    if _only_asks(connection):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({writers})")


def _say_less(context: ExceptionContext) -> None:
    """Behind its first line PostgreSQL quotes the row that it refused."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _forget(engine: Engine | None, close: bool = True) -> None:
    """The connections that nobody uses just now. `close` False: they are the parent process's to close."""
    if engine is not None:
        engine.dispose(close=close)


def _only_asks(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("gatepost_read_only", False))
