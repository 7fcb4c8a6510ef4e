"""A thousand schools: what a process keeps is bounded, who goes round pushes nobody out, the file is read at once."""

import time
from pathlib import Path

import pytest

from moderation.db import idle
from moderation.db.engine import open_engine
from moderation.schools import Kept
from moderation.settings import SettingsError
from moderation.settings.trust import parsed
from tests.statements import heard
from tests.trust.schools import Two
from tests.trust.test_file import school
from workers.sweep import Rounds


def test_a_file_of_a_thousand_schools_is_read_in_seconds_and_two_that_meet_are_found(tmp_path: Path) -> None:
    """Each held against each took minutes: half a million pairs."""
    text = "".join(school(f"s{number}") for number in range(1000))
    began = time.process_time()
    trust = parsed(text, tmp_path / "trust.toml", {})
    assert time.process_time() - began < 10
    assert trust.named["s999"] is trust.at_host["s999.example"][0] is trust.schools[999]
    inside = school("inner", 'instance = "schools/s500/media/pupils"')
    with pytest.raises(SettingsError, match="s500 and inner: no folder"):
        parsed(text + inside, tmp_path / "trust.toml", {})


def test_who_goes_round_all_schools_pushes_out_none_that_is_kept(two: Two) -> None:
    ended: list[str] = []
    kept = Kept(two.watched, lambda settings: settings.key, ended.append, most=1)
    oakfield, harbour = two.trust.schools
    for settings in (oakfield, harbour, oakfield, harbour):
        with kept.of(settings, passing=True) as key:
            assert key == settings.key
    assert (ended, len(kept)) == (["harbour", "harbour"], 1), "the one that found room stays"
    with kept.of(harbour):
        pass
    assert ended[2:] == ["oakfield"], "who asks for a page comes before"


def test_the_sweep_goes_on_where_it_was_with_a_school_that_made_room_for_others(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds, tidied = Rounds(two.watched), list[str]()
    rounds.kept = Kept(rounds.kept.watched, rounds._opened, lambda school: school.end(), most=1)
    monkeypatch.setattr("workers.sweep.tidy", lambda parts: tidied.append(parts.settings.key))
    for _ in range(3):
        rounds.go_round()
    assert {key: its.rounds for key, its in rounds._progress.items()} == {"oakfield": 3, "harbour": 3}
    assert tidied == ["oakfield", "harbour"], "once, not each time that it is opened"
    two.file.write_text(two.file.read_text() + "\n")
    rounds.go_round()
    assert tidied[2:] == ["harbour"], "it may have been closed meanwhile, and put back from a backup"


def test_connections_that_nobody_uses_are_few_however_many_schools_were_asked(tmp_path: Path) -> None:
    few = idle.Idle(3)
    engines = [open_engine(f"sqlite:///{tmp_path}/{number}/x.sqlite3") for number in range(8)]
    for engine in engines:
        few.watch(engine)
    with engines[0].connect() as in_use:
        in_use.exec_driver_sql("SELECT 1")
        for engine in engines[1:]:
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        assert in_use.exec_driver_sql("SELECT 2").scalar() == 2, "what is in use is never closed"
        there = [engine.pool.checkedin() for engine in engines[1:]]  # type: ignore[attr-defined]
    assert there == [0, 0, 0, 0, 1, 1, 1]
    for engine in engines:
        engine.dispose()


def test_a_statement_is_put_into_words_once_for_all_schools(two: Two) -> None:
    """What the second school asks first is what the other has asked already."""
    from sqlalchemy import select

    from moderation.db.models import Post

    one, other = (school.parts.engine for school in (two.oakfield, two.harbour))
    question = select(Post.id).where(Post.id == 1, Post.caption != "asked nowhere else")
    words: list[bool] = []
    for engine in (one, other):
        with engine.connect() as connection, heard(engine):
            asked = connection.execute(question)
            words.append(asked.context.cache_hit.name == "CACHE_HIT")  # type: ignore[attr-defined]
    assert words == [False, True]
    assert one.dialect == other.dialect and one.dialect is not other.dialect
