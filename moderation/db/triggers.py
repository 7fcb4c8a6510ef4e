"""Triggers that make the audit trail append-only in the database itself, whoever is connected."""

from sqlalchemy import Connection

_SQLITE = [
    "CREATE TRIGGER audit_no_{verb} BEFORE {VERB} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
]
_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_no_{verb} BEFORE {VERB} ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
]


def protect_audit(connection: Connection) -> None:
    statements = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for verb in ("update", "delete"):
        for statement in statements:
            connection.exec_driver_sql(statement.format(verb=verb, VERB=verb.upper()))


def unprotect_audit(connection: Connection) -> None:
    table = "" if connection.dialect.name == "sqlite" else " ON audit"
    for verb in ("update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_no_{verb}{table}")
