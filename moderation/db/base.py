"""What every table shares: aware UTC moments, words kept as text, RESTRICT on every foreign key."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, String, Table, bindparam, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, mapped_column
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import DateTime, TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, on databases that keep the zone and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        moment: datetime | None = value
        return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


class Word(TypeDecorator[StrEnum]):
    """A StrEnum kept as its text."""

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


class WrappedKey(TypeDecorator[bytes]):
    """A key that the vault wrapped. Rotating the master key finds every column of this type by itself."""

    impl = LargeBinary
    cache_ok = True


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def rows_of(table: type[Base]) -> Table:
    """The table without its mapping: for writing rows by the ten thousand, in half the time."""
    return cast(Table, table.__table__)


def partial(name: str, *columns: str, where: str) -> Index:
    """An index of the few rows that something waits for, however many lie behind them."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def as_it_stands(column: InstrumentedAttribute[Any], word: StrEnum) -> BindParameter[Any]:
    """The word itself in the statement: SQLite uses a partial index only for the very words that it was made with."""
    return bindparam(None, word, type_=column.type, literal_execute=True)


def refers_to(column: str, **options: Any) -> Any:
    """A foreign key that keeps what it points at: nothing takes evidence with it when it goes."""
    return mapped_column(ForeignKey(column, ondelete="RESTRICT"), **options)
