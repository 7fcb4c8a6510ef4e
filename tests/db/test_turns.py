"""Writers of one SQLite database take turns: nobody is passed over, and nobody waits for one who is gone or stuck."""

import subprocess
import sys
from pathlib import Path
from threading import Thread, get_ident

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from moderation.db import engine as databases
from moderation.db import turns
from moderation.db.engine import READ_ONLY, open_engine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="turns are Linux's alone")

WRITERS, TURNS = 4, 60
HOLDS = "import sys, time; from moderation.db import turns; turns.take(sys.argv[1]); print(flush=True); time.sleep(600)"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'school.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE turn (number INTEGER PRIMARY KEY)"))
    return engine


def taken(engine: Engine) -> int:
    """How many turns were taken."""
    with engine.execution_options(**READ_ONLY).connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM turn")) or 0)


def write(engine: Engine) -> int:
    """How many turns were taken before this one."""
    with engine.begin() as connection:
        before = int(connection.scalar(text("SELECT count(*) FROM turn")) or 0)
        connection.execute(text("INSERT INTO turn DEFAULT VALUES"))
    return before


def test_nobody_is_passed_over_however_often_the_others_ask(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each writes in the order of the moments at which they asked, but for whoever was put aside just then."""
    monkeypatch.setattr(turns, "PATIENCE", 600.0)
    moments: dict[int, int] = {}  # of the newest turn of each thread
    written: dict[int, int] = {}  # by its place, the moment of asking
    before = turns._anybody_before

    def noted(turn: int, asked: int) -> bool:
        moments[get_ident()] = asked
        return before(turn, asked)

    monkeypatch.setattr(turns, "_anybody_before", noted)

    def one() -> None:
        for _ in range(TURNS):
            place = write(engine)
            written[place] = moments[get_ident()]

    writers = [Thread(target=one) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert taken(engine) == len(written) == WRITERS * TURNS
    in_order = {moment: place for place, moment in enumerate(sorted(written.values()))}
    assert max(abs(in_order[moment] - place) for place, moment in written.items()) <= WRITERS


def test_the_turn_of_a_process_that_is_killed_is_free_at_once(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 600.0)
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None and holder.stdout.readline()
            waits = Thread(target=write, args=(engine,), daemon=True)
            waits.start()
            waits.join(0.2)
            waited = waits.is_alive()
        finally:
            holder.kill()
    waits.join(30)
    assert waited and taken(engine) == 1


def test_whoever_keeps_a_turn_without_writing_holds_up_nobody_for_long(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    kept = turns.take(tmp_path)
    assert kept is not None
    assert [write(engine), write(engine)] == [0, 1]
    turns.give_back(kept)


def test_who_would_write_while_writing_is_told_so_and_the_next_gets_in(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    monkeypatch.setattr(databases, "_WAIT", 0.2)
    with engine.begin(), pytest.raises(OperationalError, match="database is locked"):
        write(engine)
    monkeypatch.setattr(turns, "PATIENCE", 600.0)
    assert [write(engine), write(engine)] == [0, 1], "a turn was not given back"
    beside = {path.name for path in tmp_path.iterdir()} - {f"school.sqlite3{end}" for end in ("", "-wal", "-shm")}
    assert not beside, "it leaves nothing beside the database"
