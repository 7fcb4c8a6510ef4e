"""Copies every row from one database into another, SQLite or PostgreSQL, both at the newest migration."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import Column, Connection, Engine, Integer, String, Table, delete, func, insert, select, text

from moderation.db.migrate import migrate
from moderation.db.models import Base

AT_ONCE: Final = 1000  # rows


class CannotHold(Exception):
    """SQLite keeps words of any length, PostgreSQL does not; the message names table, column and row."""


def copy_database(old: Engine, new: Engine) -> None:
    """Every row, compared, into a database that holds no school: all or nothing. Raises CannotHold.

    What is cut short leaves tables without a school in them, and may be done again.
    """
    migrate(new)
    with old.connect() as source, new.begin() as target:
        copy_rows(source, target)
        _compare(source, target)


def _compare(source: Connection, target: Connection) -> None:
    """Row by row. Raises CannotHold with the name of a table."""
    for table in Base.metadata.sorted_tables:
        if not same_rows(source, target, table):
            raise CannotHold(f"The rows of {table.name} are not the same.")


def same_rows(source: Connection, target: Connection, table: Table) -> bool:
    return all(one == other for one, other in zip_longest(_rows(source, table), _rows(target, table)))


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """In one order on every database: these sort numbers alike, and words each in its own way."""
    key = list(table.primary_key)
    found = connection.execute(select(table).order_by(*key).execution_options(yield_per=AT_ONCE)).mappings()
    rows = (dict(row) for row in found)
    if all(isinstance(column.type, Integer) for column in key):
        return rows
    return iter(sorted(rows, key=lambda row: [str(row[column.name]) for column in key]))


def copy_rows(source: Connection, target: Connection) -> None:
    """Into tables that hold nothing but what the migrations put there, which goes first. Raises CannotHold.

    Copied by the key, so that a row that points at another one of its own table comes behind it.
    """
    for table in reversed(Base.metadata.sorted_tables):
        if target.execute(select(table).limit(1)).first():  # asked first: some refuse to be emptied even of nothing
            target.execute(delete(table))
    for table in Base.metadata.sorted_tables:
        all_rows = select(table).order_by(*table.primary_key).execution_options(yield_per=AT_ONCE)
        rows = source.execute(all_rows)
        for part in rows.mappings().partitions():
            for row in part:
                _must_fit(table, row)
            target.execute(insert(table), [dict(row) for row in part])
    if target.dialect.name == "postgresql":
        _count_on(target)


def _must_fit(table: Table, row: Mapping[Any, Any]) -> None:
    for column in table.columns:
        length = column.type.length if isinstance(column.type, String) else None
        value = row[column.name]
        if length and isinstance(value, str) and len(value) > length:
            which = ", ".join(str(row[key.name]) for key in table.primary_key if not isinstance(key.type, String))
            raise CannotHold(f"{column.name} in row {which} of {table.name} is longer than {length} characters.")


def _count_on(target: Connection) -> None:
    """The next row of each table gets the number behind the last one."""
    for table in Base.metadata.sorted_tables:
        column: Column[Any] | None = table.autoincrement_column
        if column is None:
            continue
        counter = target.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name})
        last = target.scalar(select(func.max(column)))
        if counter and last is not None:
            target.execute(text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})
