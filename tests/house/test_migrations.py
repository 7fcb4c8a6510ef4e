"""The migrations build the tables that the models describe, can be undone, and guard the audit trail."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from moderation.db.engine import open_engine
from moderation.db.migrate import migrate
from moderation.db.models import AuditRow, Base


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'gatepost.sqlite3'}")
    migrate(engine)
    yield engine
    engine.dispose()


def statements(engine: Engine) -> set[tuple[str, ...]]:
    """Every table, index and trigger, as the database wrote it down; a table's lines stand in no order of their own."""
    with engine.connect() as connection:
        written = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").scalars()
        return {tuple(sorted(line.strip().rstrip(",") for line in one.splitlines())) for one in written}


def triggers(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'").scalars())


def test_the_migrations_build_what_the_models_describe(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_go_down_to_nothing_and_up_again(engine: Engine) -> None:
    before = statements(engine)
    migrate(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert statements(engine) == before


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    before = statements(engine)
    migrate(engine)
    assert statements(engine) == before


def test_accounts_that_are_there_get_the_network_that_was_meant(engine: Engine) -> None:
    typed = {
        "Facebook": "facebook",
        " facebook page": "facebook",
        "Twitter": "x",
        "School website": "website",
        "Threads": "",
    }
    migrate(engine, "0016")
    with engine.begin() as connection:
        for number, network in enumerate(typed, 1):
            row = (number, network, "Our School", "social media", True)
            connection.exec_driver_sql(
                "INSERT INTO accounts (id, network, handle, medium, in_use) VALUES (?, ?, ?, ?, ?)", row
            )
    migrate(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT network, network_key FROM accounts").all()
    assert [tuple(row) for row in found] == list(typed.items())


def test_accounts_from_before_the_register_are_in_use_or_closed_as_they_were(engine: Engine) -> None:
    migrate(engine, "0018")
    with engine.begin() as connection:
        for number, in_use in ((1, True), (2, False)):
            row = (number, "Facebook", f"School {number}", "social media", "facebook", in_use)
            connection.exec_driver_sql(
                "INSERT INTO accounts (id, network, handle, medium, network_key, in_use) VALUES (?, ?, ?, ?, ?, ?)", row
            )
    migrate(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT standing FROM accounts").scalars().all() == ["in use", "closed"]
    migrate(engine, "0018")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT in_use FROM accounts").scalars().all() == [1, 0]


TAMPERING = {
    "an update": "UPDATE audit SET action = 'approve'",
    "a delete": "DELETE FROM audit",
    "a replacement": "REPLACE INTO audit (number, at, action, detail, previous, hash)"
    " SELECT number, at, 'approve', detail, previous, hash FROM audit",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_the_database_itself_keeps_the_audit_trail_as_it_was_written(engine: Engine, statement: str) -> None:
    """Law 7: append-only, whoever is connected and with whatever program."""
    with Session(engine) as session, session.begin():
        now = datetime.now(UTC)
        session.add(AuditRow(number=1, at=now, action="submit", detail="{}", previous="0" * 64, hash="1" * 64))
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with engine.connect() as connection:
        assert connection.scalars(select(AuditRow.action)).all() == ["submit"]


def test_an_undone_migration_leaves_the_audit_trail_guarded_again(engine: Engine) -> None:
    assert len(triggers(engine)) >= 2
    migrate(engine, "base")
    assert not triggers(engine)
