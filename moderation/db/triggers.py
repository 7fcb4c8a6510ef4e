"""Triggers that make the audit trail append-only in the database itself, whoever is connected."""

from sqlalchemy import Connection

_SAYS = "the audit trail is append-only"

_SQLITE = (
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
    # REPLACE deletes without asking the trigger above
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN NEW.number IN (SELECT number FROM audit) "
    f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",  # noqa: S608 (a fixed sentence)
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger AS "
    f"$$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$ LANGUAGE plpgsql",
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
