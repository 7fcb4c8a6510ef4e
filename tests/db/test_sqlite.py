"""SQLite's connections are kept, none goes into another process, and what was deleted stands in no file."""

import os
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select

from moderation.db.engine import READ_ONLY, empty_log, open_engine
from moderation.db.migrate import migrate
from moderation.db.models import Person, Post
from moderation.services import purging
from tests import postgresql
from tests.builders import School
from workers import sweep

pytestmark = pytest.mark.skipif(postgresql.WANTED, reason="of SQLite alone")
SURNAME = b"Quillfeather"


@pytest.fixture
def opened(school: School) -> list[object]:
    """Each connection that is opened meanwhile."""
    seen: list[object] = []
    event.listen(school.parts.engine, "connect", lambda connection, record: seen.append(connection))
    return seen


def files(school: School) -> dict[str, bytes]:
    folder = Path(school.parts.settings.instance)
    return {path.name: path.read_bytes() for path in folder.glob("gatepost.sqlite3*")}


def posts(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Post)) or 0


def test_foreign_keys_hold_again_on_the_connection_that_migrated(school: School) -> None:
    migrate(school.parts.engine)
    with school.parts.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_one_connection_serves_many_transactions(school: School, opened: list[object]) -> None:
    for _ in range(5):
        school.draft()
        posts(school.parts.engine)
    assert len(opened) == 1


def test_a_forked_process_opens_its_own_and_both_go_on_writing(school: School, opened: list[object]) -> None:
    school.draft()
    child = os.fork()
    if not child:
        try:
            school.draft()
            os._exit(0 if len(opened) == 2 else 1)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    school.draft()
    assert posts(school.parts.engine) == 3


def test_law_9_a_forgotten_name_stands_in_no_file_once_the_sweep_was_there(school: School) -> None:
    person = school.person("A1", "Zebedee", SURNAME.decode())
    assert any(SURNAME in data for data in files(school).values())
    with school.parts.work() as work:
        purging.person(work, school.data_lead, work.session.get_one(Person, person.id))
    sweep.once(school.parts)
    assert not [name for name, data in files(school).items() if SURNAME in data]


def test_whoever_reads_meanwhile_keeps_nobody_waiting_and_the_next_time_empties_the_log(school: School) -> None:
    school.draft()
    other = open_engine(str(school.parts.engine.url)).execution_options(**READ_ONLY)
    with other.connect() as reader:
        reader.execute(select(Post.id)).all()
        school.draft()
        empty_log(school.parts.engine)
        assert files(school)["gatepost.sqlite3-wal"]
    empty_log(school.parts.engine)
    assert not files(school)["gatepost.sqlite3-wal"]
