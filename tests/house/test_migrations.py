"""The migrations build the tables that the models describe, can be undone, and guard the audit trail."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, column, insert, inspect, select, table
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from moderation.db.engine import open_engine
from moderation.db.migrate import migrate
from moderation.db.models import AuditRow, Base
from tests import postgresql
from tests.house import filling

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database that was migrated once."""
    path = tmp_path_factory.mktemp("newest") / "gatepost.sqlite3"
    migrated(f"sqlite:///{path}").dispose()
    return path


@cache
def newest_on_postgresql() -> str:
    url = postgresql.create()
    migrated(url).dispose()
    return url


def migrated(url: str) -> Engine:
    engine = open_engine(url)
    migrate(engine)
    return engine


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=postgresql.needed)])
def engine(request: pytest.FixtureRequest, newest: Path, tmp_path: Path) -> Iterator[Engine]:
    on_sqlite = request.param == "sqlite"
    if on_sqlite:
        url = f"sqlite:///{copyfile(newest, tmp_path / 'gatepost.sqlite3')}"
    else:
        url = postgresql.create(like=newest_on_postgresql())
    engine = open_engine(url)
    yield engine
    engine.dispose()
    if not on_sqlite:
        postgresql.drop(url)


def statements(engine: Engine) -> set[tuple[str, ...]]:
    """Every table, index and trigger, as the database wrote it down; a table's lines stand in no order of their own."""
    if engine.name == "postgresql":
        written = postgresql.statements(engine.url.render_as_string(hide_password=False))
    else:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").scalars()
            written = list(found)
    return {tuple(sorted(line.strip().rstrip(",") for line in one.splitlines())) for one in written}


TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION SELECT proname FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace",
}


def triggers(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.exec_driver_sql(TRIGGERS[engine.name]).scalars())


def lost(before: Tables, after: Tables, but: Collection[str] = ()) -> list[str]:
    """What a table and a column that stand in both said before and say no more; `but`: meant to change."""
    found = []
    for name in before.keys() & after.keys():
        columns = [column for column in before[name][0] if column in after[name][0] and f"{name}.{column}" not in but]
        old, new = ([{column: row[column] for column in columns} for row in rows[name]] for rows in (before, after))
        found += [f"{name}: {row}" for row in old if row not in new]
    return found


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


def test_rows_of_every_table_stay_through_each_older_state_and_back(engine: Engine) -> None:
    with engine.begin() as connection:
        filling.fill(connection)
        before = filling.rows(connection)
    assert len(before) > 60 and all(before.values())
    for older in ("0016", "0001"):
        migrate(engine, older)
        with engine.connect() as connection:
            oldest = filling.rows(connection)
        assert lost(before, oldest, {"accounts.in_use"}) == []  # told from its standing, on the way down
    assert len(oldest) > 10
    migrate(engine)
    with engine.connect() as connection:
        assert lost(oldest, filling.rows(connection)) == []


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
            row = {"id": number, "network": network, "handle": "Our School", "medium": "social media", "in_use": True}
            connection.execute(insert(table("accounts", *map(column, row))).values(row))
    migrate(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT network, network_key FROM accounts ORDER BY id").all()
    assert [tuple(row) for row in found] == list(typed.items())


def test_accounts_from_before_the_register_are_in_use_or_closed_as_they_were(engine: Engine) -> None:
    migrate(engine, "0018")
    with engine.begin() as connection:
        for number, in_use in ((1, True), (2, False)):
            row = {"id": number, "network": "Facebook", "handle": f"School {number}", "medium": "social media"}
            row |= {"network_key": "facebook", "in_use": in_use}
            connection.execute(insert(table("accounts", *map(column, row))).values(row))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT standing FROM accounts ORDER BY id").scalars().all() == [
            "in use",
            "closed",
        ]
    migrate(engine, "0018")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT in_use FROM accounts ORDER BY id").scalars().all() == [1, 0]


TAMPERING = {
    "an update": "UPDATE audit SET action = 'approve'",
    "a delete": "DELETE FROM audit",
    "a replacement": {
        "sqlite": "REPLACE INTO audit (number, at, action, detail, previous, hash)"
        " SELECT number, at, 'approve', detail, previous, hash FROM audit",
        "postgresql": "INSERT INTO audit (number, at, action, detail, previous, hash)"
        " SELECT number, at, 'approve', detail, previous, hash FROM audit"
        " ON CONFLICT (number) DO UPDATE SET action = EXCLUDED.action",
    },
    "emptying": {"sqlite": "DELETE FROM audit WHERE 1", "postgresql": "TRUNCATE audit CASCADE"},
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_the_database_itself_keeps_the_audit_trail_as_it_was_written(
    engine: Engine, statement: str | dict[str, str]
) -> None:
    """Law 7: append-only, whoever is connected and with whatever program."""
    with Session(engine) as session, session.begin():
        now = datetime.now(UTC)
        session.add(AuditRow(number=1, at=now, action="submit", detail="{}", previous="0" * 64, hash="1" * 64))
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement if isinstance(statement, str) else statement[engine.name])
    with engine.connect() as connection:
        assert connection.scalars(select(AuditRow.action)).all() == ["submit"]


def test_an_undone_migration_leaves_the_audit_trail_guarded_again(engine: Engine) -> None:
    assert len(triggers(engine)) >= 2
    migrate(engine, "base")
    assert not triggers(engine)
