"""Triggers that make a table append-only in the database itself, whoever is connected."""

from sqlalchemy import Connection

_SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the {name} is append-only'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the {name} is append-only'); END",
    # REPLACE deletes without asking the trigger above
    "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN NEW.number IN (SELECT number FROM {table}) "
    "BEGIN SELECT RAISE(ABORT, 'the {name} is append-only'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS "
    "$$ BEGIN RAISE EXCEPTION 'the {name} is append-only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
)
_UNPROTECT = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS {{table}}_no_{verb}" for verb in ("update", "delete", "replace")),
    "postgresql": (
        "DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        "DROP FUNCTION IF EXISTS {table}_refuse()",
    ),
}


def protect(connection: Connection, table: str, name: str) -> None:
    """`table` has a column `number`; `name` is what people call it."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement.format(table=table, name=name))


def unprotect(connection: Connection, table: str) -> None:
    for statement in _UNPROTECT[connection.dialect.name]:
        connection.exec_driver_sql(statement.format(table=table))
