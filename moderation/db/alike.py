"""Dialects that are one to SQLAlchemy, whichever school's database they speak to.

It keeps what it made of a statement by dialect, so each of a thousand schools had all statements written for itself:
three megabytes and a second. What is kept is SQL without values; those come with each execution.
"""

from typing import Any, Final

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

STATEMENTS: Final = LRUCache[Any, Any](3000)  # three times what the program has


class Sqlite(SQLiteDialect_pysqlite):
    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Postgresql(PGDialect_psycopg):
    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        """Of another version a server may need other words."""
        return isinstance(other, Postgresql) and self._version == other._version

    def __hash__(self) -> int:
        return hash((Postgresql, self._version))

    @property
    def _version(self) -> object:
        return getattr(self, "server_version_info", None)


registry.register("sqlite.alike", __name__, Sqlite.__name__)
registry.register("postgresql.alike", __name__, Postgresql.__name__)
