"""gatepost move: everything is there in the new places, and there is a way back until nobody wants it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dotenv import dotenv_values

from moderation.cli import main
from moderation.db import snapshot
from moderation.db.engine import open_engine
from moderation.db.migrate import migrate
from moderation.db.models import AuditRow, Post
from moderation.media import books
from moderation.rules.roles import Role
from moderation.services import audit, cases, purge_ledger, retention
from moderation.settings import load
from moderation.wiring import Parts, wire
from tests import buckets, postgresql
from tests.access.schools import photo
from tests.builders import School, open_school
from tests.services.moments import Quick, later

pytestmark = [postgresql.needed, postgresql.sqlite_only, buckets.needed]


@pytest.fixture
def school(tmp_path: Path) -> School:
    """With a picture, words, and a person who has a key."""
    there = open_school(tmp_path / "instance", Quick())
    there.in_review(photo(90), caption="Moved with us.")
    return there


@pytest.fixture
def wanted(tmp_path: Path) -> Path:
    """The file that names the new places: a PostgreSQL and a bucket."""
    file = tmp_path / "new.env"
    settings = {"GATEPOST_DATABASE_URL": postgresql.create(), **buckets.server().settings()}
    file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
    return file


def run(school: School, *arguments: str) -> Result:
    instance = school.parts.settings.instance
    school.parts.in_use.release()  # it is stopped
    school.parts.engine.dispose()
    return CliRunner().invoke(main, ["--instance", str(instance), "move", *arguments])


def now(school: School) -> Parts:
    return wire(load({}, instance=school.parts.settings.instance))


def everything(parts: Parts) -> tuple[list[tuple[int, str]], list[bytes], list[str]]:
    with parts.reading() as work:
        assert audit.verify(work.session) is None
        posts = [(post.id, post.caption) for post in work.session.query(Post).order_by(Post.id)]
    files = [parts.store.get(key) for key in list(parts.store.keys())]
    return posts, files, list(parts.keys.ids())


def test_everything_is_there_in_the_new_places_and_the_old_ones_stay(school: School, wanted: Path) -> None:
    before = everything(school.parts)
    told = run(school, str(wanted))
    assert told.exit_code == 0, told.output
    parts = now(school)
    assert parts.engine.name == "postgresql"
    assert parts.settings.media_url.startswith("s3://")
    assert everything(parts) == before
    assert everything(school.parts) == before
    parts.in_use.release()


def test_the_way_back_is_open_until_something_was_done_in_the_new_places(school: School, wanted: Path) -> None:
    before = everything(school.parts)
    assert run(school, str(wanted)).exit_code == 0
    assert run(school, "--back").exit_code == 0
    assert now(school).engine.name == "sqlite"
    assert everything(now(school)) == before


def test_no_word_of_a_draft_is_lost_by_going_back_unless_somebody_says_so(school: School, wanted: Path) -> None:
    """Typing is no step of the audit trail."""
    post_id = school.draft(caption="Begun.")
    assert run(school, str(wanted)).exit_code == 0
    parts = now(school)
    with parts.work() as work:
        cases.get(work, post_id).caption = "Begun, and gone on."
    parts.end()
    told = run(school, "--back")
    assert (told.exit_code, "were put into drafts since the move" in told.output) == (1, True)
    assert now(school).engine.name == "postgresql"
    assert run(school, "--back", "--leave-drafts").exit_code == 0
    assert now(school).engine.name == "sqlite"


def test_what_is_kept_outside_the_database_comes_along_and_goes_back(school: School, wanted: Path) -> None:
    school.draft()
    with later(school, days=400) as work:
        retention.purge(work, school.data_lead)
    with school.parts.reading() as work:
        purge_ledger.keep_copy(work, school.parts.purged)
    before = [books.text(book) for book in (school.parts.trail, school.parts.purged)]
    assert all(before)
    assert run(school, str(wanted)).exit_code == 0
    parts = now(school)
    assert [books.text(book) for book in (parts.trail, parts.purged)] == before
    parts.end()
    assert run(school, "--finish").exit_code == 0
    assert not list(school.parts.settings.instance.glob("*.jsonl"))
    home = wanted.with_name("home.env")
    instance = school.parts.settings.instance
    home.write_text(
        f"GATEPOST_DATABASE_URL=sqlite:///{instance}/home.sqlite3\nGATEPOST_MEDIA_URL=file://{instance}/home\n"
    )
    assert run(school, str(home)).exit_code == 0
    assert [books.text(book) for book in (now(school).trail, now(school).purged)] == before


def test_a_move_that_was_killed_when_the_tables_stood_is_done_again(school: School, wanted: Path) -> None:
    url = dotenv_values(wanted)["GATEPOST_DATABASE_URL"]
    assert url
    new = open_engine(url)
    migrate(new)
    assert snapshot.is_empty(new)
    new.dispose()
    assert run(school, str(wanted)).exit_code == 0
    assert now(school).engine.name == "postgresql"


def test_tables_of_another_program_are_left_alone(school: School, wanted: Path) -> None:
    url = dotenv_values(wanted)["GATEPOST_DATABASE_URL"]
    assert url
    new = open_engine(url)
    with new.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE library_books (id int)")
    new.dispose()
    told = run(school, str(wanted))
    assert (told.exit_code, "database is not empty" in told.output) == (1, True)


def test_no_step_is_lost_by_going_back(school: School, wanted: Path) -> None:
    assert run(school, str(wanted)).exit_code == 0
    parts = now(school)
    with parts.work() as work:
        audit.append(work, school.head, "looked")
    parts.in_use.release()
    told = run(school, "--back")
    assert (told.exit_code, "1 steps stand in the new audit trail" in told.output) == (1, True)
    assert now(school).engine.name == "postgresql"


def test_at_the_end_nothing_is_left_in_the_old_places(school: School, wanted: Path) -> None:
    settings = school.parts.settings
    assert run(school, str(wanted)).exit_code == 0
    assert run(school, "--finish").exit_code == 0
    assert list(school.parts.store.keys()) == []
    assert list(settings.instance.glob("gatepost.sqlite3*")) == []
    assert everything(now(school))[0]
    assert "no move is under way" in run(school, "--back").output.lower()


def test_nothing_moves_while_gatepost_runs(school: School, wanted: Path) -> None:
    with wire(load({}, instance=school.parts.settings.instance)).in_use:
        told = run(school, str(wanted))
    assert (told.exit_code, "Stop it on every machine" in told.output) == (2, True)


def test_a_place_with_something_in_it_is_left_alone(school: School, wanted: Path) -> None:
    assert run(school, str(wanted)).exit_code == 0
    assert run(school, "--back").exit_code == 0
    told = run(school, str(wanted))
    assert (told.exit_code, "database is not empty" in told.output) == (1, True)
    assert now(school).engine.name == "sqlite"


def test_a_damaged_picture_stops_it_and_nothing_is_switched(school: School, wanted: Path) -> None:
    key = next(school.parts.store.keys())
    school.parts.store.place.patch(key, [(500, b"damaged")])
    told = run(school, str(wanted))
    assert (told.exit_code, "1 pictures are missing or damaged" in told.output) == (1, True)
    assert now(school).engine.name == "sqlite"
    assert not (school.parts.settings.instance / ".env.before-move").exists()


@pytest.mark.parametrize("text", ["", "GATEPOST_SCHOOL=Elsewhere\n", "GATEPOST_DATABASE_URL=\n"])
def test_a_file_that_names_no_new_place_is_refused(school: School, tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.env").write_text(text)
    assert run(school, str(tmp_path / "odd.env")).exit_code == 2


def test_people_sign_in_as_before(school: School, wanted: Path) -> None:
    assert run(school, str(wanted)).exit_code == 0
    school.parts = now(school)
    page = school.browser(Role.TEACHER).get("/posts/").text
    assert "Moved with us." in page
    with school.parts.reading() as work:
        assert work.session.query(AuditRow).count() > 0


def test_another_spelling_of_the_same_place_is_no_move(school: School, tmp_path: Path) -> None:
    """Else --finish would destroy the only copy."""
    (tmp_path / "same.env").write_text(f"GATEPOST_MEDIA_URL={school.parts.settings.media_url}/\n")
    before = everything(school.parts)
    told = run(school, str(tmp_path / "same.env"))
    assert (told.exit_code, "lead to one place" in told.output) == (1, True)
    assert everything(school.parts) == before


def test_what_was_stopped_by_damage_goes_on_once_that_is_mended(school: School, wanted: Path) -> None:
    key = next(school.parts.store.keys())
    whole = school.parts.store.raw(key)
    school.parts.store.place.patch(key, [(500, b"damaged")])
    assert run(school, str(wanted)).exit_code == 1
    school.parts.store.place.write(key, whole)
    assert run(school, str(wanted)).exit_code == 0
    assert now(school).engine.name == "postgresql"
