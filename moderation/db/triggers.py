"""Triggers that make the audit trail append-only in the database itself, whoever is connected."""

from sqlalchemy import Connection

_SQLITE = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    # REPLACE deletes without asking the trigger above
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN NEW.number IN (SELECT number FROM audit) "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
)
_UNPROTECT = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS audit_no_{verb}" for verb in ("update", "delete", "replace")),
    "postgresql": ("DROP TRIGGER IF EXISTS audit_no_change ON audit",),
}


def protect_audit(connection: Connection) -> None:
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def unprotect_audit(connection: Connection) -> None:
    for statement in _UNPROTECT[connection.dialect.name]:
        connection.exec_driver_sql(statement)
