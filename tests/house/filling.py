"""Fills every table of a database, of whatever migration it stands at, with rows that its rules allow."""

from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import Column, Connection, LargeBinary, MetaData, Table, inspect, select
from sqlalchemy import types as kinds

from moderation.db.base import Word
from moderation.db.models import Base

ROWS: Final = (901, 902)  # numbers that no migration uses for rows of its own


def fill(connection: Connection) -> None:
    """Two rows more in each table; each points at rows of the others, and its words tell it from the other."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name == "alembic_version":
            continue
        for number in ROWS:
            if row := _row(connection, table, number):
                connection.execute(table.insert().values(row))


def rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Everything that the database holds, each table in the order of its own key."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        table.name: [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for table in metadata.sorted_tables
        if table.name != "alembic_version"
    }


def _row(connection: Connection, table: Table, number: int) -> dict[str, Any] | None:
    """None where every word that may stand once stands already."""
    unique = {name for one in inspect(connection).get_unique_constraints(table.name) for name in one["column_names"]}
    values = {column.name: _value(column, number) for column in table.columns}
    for column in table.columns:
        for key in column.foreign_keys:
            values[column.name] = _partner(connection, key.column, table, number)
        if words := _words(column):
            there = connection.scalars(select(column)).all() if column.primary_key else ()
            free = [word for word in words if word not in there]
            if not free:
                return None
            values[column.name] = free[(number - ROWS[0]) % len(free)]
    for name in unique:  # a word that stands once, such as the freeze that stands
        if isinstance(table.c[name].type, kinds.Boolean) and number != ROWS[0]:
            values[name] = None
    return values


def _words(column: Column[Any]) -> list[str]:
    """What the newest program would understand there, if it wants one of some words."""
    known = Base.metadata.tables.get(column.table.name)
    kind = known.c[column.name].type if known is not None and column.name in known.c else None
    return [str(word) for word in kind.words] if isinstance(kind, Word) else []


def _partner(connection: Connection, column: Column[Any], table: Table, number: int) -> Any:
    if column.table is table:
        return None
    there = connection.scalars(select(column).order_by(column).where(column.isnot(None))).all()
    return number if number in there else there[-1 if number == ROWS[1] else 0]


def _value(column: Column[Any], number: int) -> Any:
    kind = column.type
    second = number - ROWS[0]
    if isinstance(kind, kinds.Boolean):
        return not second
    if isinstance(kind, kinds.DateTime):
        return datetime(2026, 9, 1 + second, 10, 30, 15, 123456, UTC)
    if isinstance(kind, kinds.Date):
        return date(2026, 9, 1 + second)
    if isinstance(kind, kinds.Time):
        return time(10, 30 + second)
    if isinstance(kind, kinds.JSON):
        return {"word": f"Zoë {number}"}
    if isinstance(kind, LargeBinary):
        return bytes([0, 255, second])
    if isinstance(kind, kinds.Float | kinds.Numeric) and not isinstance(kind, kinds.Integer):
        return 0.1 + number
    if isinstance(kind, kinds.Integer):
        return number
    return f"Zoë {number}"[: getattr(kind, "length", None)]
