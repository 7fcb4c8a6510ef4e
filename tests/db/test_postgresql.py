"""PostgreSQL keeps what SQLite keeps: one writer at a time, readers that wait for nobody, words that stay inside."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

from moderation.db.base import rows_of
from moderation.db.copying import CannotHold, copy_rows
from moderation.db.engine import READ_ONLY, open_engine
from moderation.db.migrate import migrate
from moderation.db.models import Person, RegisterVersion, Sticker, User
from tests import postgresql
from tests.house import filling

pytestmark = postgresql.needed

TIMES = 50
WRITERS = 4


@pytest.fixture(scope="module")
def migrated() -> str:
    url = postgresql.create()
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture
def engine(migrated: str) -> Iterator[Engine]:
    url = postgresql.create(like=migrated)
    engine = open_engine(url)
    yield engine
    engine.dispose()
    postgresql.drop(url)


def version(engine: Engine) -> int:
    with engine.execution_options(**READ_ONLY).connect() as connection:
        return connection.scalars(select(RegisterVersion.list_version)).one()


def one_more(engine: Engine) -> None:
    """Reads, then writes what it has read: the loser of a race would overwrite the winner."""
    with engine.begin() as connection:
        there = connection.scalars(select(RegisterVersion.list_version)).one()
        connection.execute(update(RegisterVersion).values(list_version=there + 1))


def test_no_update_is_lost_between_writers_who_read_first(engine: Engine) -> None:
    before = version(engine)
    with ThreadPoolExecutor(WRITERS) as people:
        for done in [people.submit(one_more, engine) for _ in range(TIMES * WRITERS)]:
            done.result()
    assert version(engine) == before + TIMES * WRITERS


def test_who_only_asks_waits_for_no_writer_and_sees_one_moment(engine: Engine) -> None:
    asks = engine.execution_options(**READ_ONLY)
    with asks.connect() as reader:
        before = reader.scalars(select(RegisterVersion.list_version)).one()
        with engine.begin() as writer:
            writer.execute(update(RegisterVersion).values(list_version=before + 1))
            assert version(engine) == before
        assert reader.scalars(select(RegisterVersion.list_version)).one() == before
    assert version(engine) == before + 1


def test_who_only_asks_cannot_write(engine: Engine) -> None:
    with engine.execution_options(**READ_ONLY).connect() as reader, pytest.raises(InternalError, match="read-only"):
        reader.execute(update(RegisterVersion).values(list_version=7))


def test_a_writer_who_waits_too_long_has_done_nothing(engine: Engine) -> None:
    before = version(engine)
    with engine.begin() as first, engine.connect() as second:
        first.execute(update(RegisterVersion).values(list_version=before + 1))
        second.connection.execute("SET lock_timeout = '50ms'")  # type: ignore[attr-defined]
        second.connection.commit()
        with pytest.raises(OperationalError, match="lock timeout"), second.begin():
            raise AssertionError("it wrote beside the first")
    assert version(engine) == before + 1


REFUSED = {"nothing": {"key": None}, "too long": {"key": "k" * 41}, "twice": {"key": "p17"}}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_law_10_what_postgresql_refuses_is_not_quoted(engine: Engine, wrong: dict[str, str | None]) -> None:
    people = rows_of(Person)
    with engine.begin() as connection:
        filling.fill(connection)
        there = connection.execute(select(people).where(people.c.id == 901)).mappings().one()
        row = dict(there) | {"id": 17, "key": "p17", "forename": "Harvey", "surname": "Pemberton"}
        connection.execute(insert(people), row)
    with pytest.raises(DBAPIError) as refused, engine.begin() as connection:
        connection.execute(insert(people), row | {"id": 18} | wrong)
    said = f"{refused.value} {refused.value.orig} {refused.value.__cause__}"
    assert "key" in said or "too long" in said
    assert not {"Harvey", "Pemberton", "p17"} & set(re.findall(r"\w+", said))


def served_by(engine: Engine) -> int:
    """Which process of the server is at the other end."""
    with engine.execution_options(**READ_ONLY).connect() as connection:
        return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def test_a_forked_process_leaves_the_connections_to_its_parent(engine: Engine) -> None:
    here = served_by(engine)
    child = os.fork()
    if child == 0:
        os._exit(0 if served_by(engine) != here else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert served_by(engine) == here


def test_a_lost_connection_is_noticed_before_it_is_used(engine: Engine, migrated: str) -> None:
    before = version(engine)
    with open_engine(engine.url.render_as_string(hide_password=False)).begin() as other:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert other.exec_driver_sql(f"SELECT count(pg_terminate_backend(pid)) {others}").scalar()
    assert version(engine) == before


def test_every_row_goes_to_postgresql_and_back_as_it_was(engine: Engine, tmp_path: Path) -> None:
    first, last = (open_engine(f"sqlite:///{tmp_path / name}") for name in ("first", "last"))
    for one in (first, last):
        migrate(one)
    with first.begin() as source, engine.begin() as target:
        filling.fill(source)
        copy_rows(source, target)
    with engine.execution_options(**READ_ONLY).connect() as source, last.begin() as target:
        copy_rows(source, target)
    with first.connect() as before, last.connect() as after:
        rows = filling.rows(before)
        assert rows == filling.rows(after) and all(rows.values())
    with engine.begin() as target:
        made = insert(rows_of(Sticker)).values(media_key="0" * 64, added_by_id=901, added_at=func.now())
        assert target.scalar(made.returning(rows_of(Sticker).c.id)) == 903, "numbers go on behind the last"


def test_law_12_a_nul_among_the_words_loses_nothing_else(engine: Engine) -> None:
    with engine.begin() as connection:
        filling.fill(connection)
        connection.execute(update(User).where(User.id == 901).values(name="Zo\0ë"))
        assert connection.scalars(select(User.name).where(User.id == 901)).one() == "Zoë"


def test_words_too_long_for_postgresql_are_named_and_not_cut(engine: Engine, tmp_path: Path) -> None:
    file = open_engine(f"sqlite:///{tmp_path / 'file'}")
    migrate(file)
    with file.begin() as source:
        filling.fill(source)
        source.execute(update(User).where(User.id == 902).values(name="n" * 121))
    with file.begin() as source, pytest.raises(CannotHold, match="name in row 902 of users"), engine.begin() as target:
        copy_rows(source, target)
    with engine.connect() as connection:
        assert connection.scalars(select(User.id)).all() == []
