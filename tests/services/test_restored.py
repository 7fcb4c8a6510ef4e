"""After an older database is put back nothing goes out until the data lead has put in again what it lost."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from moderation.db import snapshot
from moderation.db.engine import open_engine
from moderation.db.models import Person
from moderation.media import books
from moderation.rules.consent import Giver, Word
from moderation.rules.roles import Role
from moderation.rules.workflow import NotYours, Refused, Stale, State
from moderation.services import appearing, intake, permissions, publishing, register, restored, tagging
from moderation.services.permissions import PermissionForm
from tests import buckets, postgresql
from tests.builders import School


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    opened: list[Engine] = []
    yield opened
    for engine in opened:
        engine.dispose()


def backed_up(school: School, tmp_path: Path) -> str:
    """The address of a copy of its database."""
    if postgresql.WANTED:
        school.parts.engine.dispose()
        return postgresql.create(like=school.parts.settings.database_url)
    backup = tmp_path / "backup.sqlite3"
    snapshot.take(school.parts.engine, backup)
    return f"sqlite:///{backup}"


def put_back(school: School, backup: str, engines: list[Engine]) -> School:
    """The database of the backup, with everything that stands beside it as it is."""
    school.parts.engine.dispose()
    if postgresql.WANTED:
        engine = open_engine(postgresql.create(like=backup))
    else:
        folder = school.parts.settings.instance
        for old in folder.glob("gatepost.sqlite3*"):
            old.unlink()
        shutil.copy(backup.removeprefix("sqlite:///"), folder / "gatepost.sqlite3")
        engine = open_engine(school.parts.settings.database_url)
    engines.append(engine)
    return replace(school, parts=replace(school.parts, engine=engine))


def permitted(school: School) -> tuple[Person, int]:
    person = school.person("A1", "Ada", "Quill", class_name="4B")
    with school.parts.work() as work:
        form = PermissionForm(Word.GRANTED, Giver.PARENT_1, work.today - timedelta(days=1))
        return person, permissions.record(work, school.data_lead, person.id, form).id


def released_with(school: School, person: Person) -> int:
    post_id = school.draft(caption="A walk by the river.")
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [person.id])
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    school.approve(post_id)
    return post_id


def open_kit(school: School, post_id: int) -> None:
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)


def lost(school: School) -> restored.Lost:
    with school.parts.reading() as work:
        found = restored.lost(work)
        assert found
        return found


def test_a_withdrawal_made_after_the_backup_cannot_be_undone_by_restoring_it(
    school: School, tmp_path: Path, engines: list[Engine]
) -> None:
    person, permission = permitted(school)
    post_id = released_with(school, person)
    backup = backed_up(school, tmp_path)
    with school.parts.work() as work:
        permissions.withdraw(work, school.data_lead, person.id, permission)
    school = put_back(school, backup, engines)
    assert school.state(post_id) is State.RELEASED, "the backup knows nothing of the withdrawal"
    with pytest.raises(Refused, match="A backup was restored"):
        open_kit(school, post_id)
    waiting = school.in_review(caption="Words alone.")
    with pytest.raises(Refused, match="A backup was restored"):
        school.approve(waiting)

    found = lost(school)
    assert (found.about_people[0].person, found.about_people[0].action) == (person.id, "permission withdrawn")
    with pytest.raises(NotYours), school.parts.work() as work:
        restored.confirm(work, school.head, found.seen)
    with pytest.raises(Stale), school.parts.work() as work:
        restored.confirm(work, school.data_lead, "0" * 64)
    with school.parts.work() as work:
        permissions.withdraw(work, school.data_lead, person.id, permission)
    with school.parts.work() as work:
        restored.confirm(work, school.data_lead, found.seen)
    with school.parts.reading() as work:
        assert not restored.is_behind(work) and restored.lost(work) is None
        (standing,) = appearing.of_people(work, [work.session.merge(person)], appearing.Setting([school.account]))
        assert standing.refused, "put in again"
    with pytest.raises(Refused):
        open_kit(school, post_id)
    school.approve(waiting)
    open_kit(school, waiting)


@pytest.mark.parametrize("what", ["refusal", "list", "day", "leaver"])
def test_whatever_is_lost_about_a_person_is_named(
    school: School, tmp_path: Path, engines: list[Engine], what: str
) -> None:
    person, _ = permitted(school)
    backup = backed_up(school, tmp_path)
    with school.parts.work() as work:
        if what == "refusal":
            refusal = PermissionForm(Word.REFUSED, Giver.CHILD, work.today)
            permissions.record(work, school.data_lead, person.id, refusal)
        elif what == "list":
            form = register.PersonForm("A1", "Ada", "Quill", class_name="4B", no_publish=True)
            register.save(work, school.data_lead, form, person.id)
        elif what == "day":
            permissions.exclude_today(work, school.teacher, person.id)
        else:
            register.leave(work, school.data_lead, person.id)
    assert person.id in {line.person for line in lost(put_back(school, backup, engines)).about_people}


def test_a_backup_that_lost_nothing_locks_nothing(school: School, tmp_path: Path, engines: list[Engine]) -> None:
    person, _ = permitted(school)
    post_id = released_with(school, person)
    school = put_back(school, backed_up(school, tmp_path), engines)
    open_kit(school, post_id)


def test_new_steps_after_the_restore_do_not_hide_what_was_lost(
    school: School, tmp_path: Path, engines: list[Engine]
) -> None:
    """The numbers of the trail go on and pass those that are lost; the hashes tell them apart."""
    person, permission = permitted(school)
    backup = backed_up(school, tmp_path)
    with school.parts.work() as work:
        permissions.withdraw(work, school.data_lead, person.id, permission)
    school = put_back(school, backup, engines)
    for number in range(9):
        school.draft(caption=f"Draft {number}.")
    with school.parts.reading() as work:
        assert restored.is_behind(work)
    assert lost(school).about_people[0].person == person.id


def test_a_second_restore_is_seen_as_well(school: School, tmp_path: Path, engines: list[Engine]) -> None:
    person, permission = permitted(school)
    backup = backed_up(school, tmp_path)
    with school.parts.work() as work:
        permissions.withdraw(work, school.data_lead, person.id, permission)
    school = put_back(school, backup, engines)
    with school.parts.work() as work:
        restored.confirm(work, school.data_lead, lost(school).seen)
    school.draft()
    school = put_back(school, backup, engines)
    with school.parts.reading() as work:
        assert restored.is_behind(work)


@buckets.folder_only
def test_a_line_cut_short_by_a_power_cut_is_written_again(school: School) -> None:
    path = school.parts.settings.trail_file
    before = path.read_bytes()
    path.write_bytes(before[:-20])
    school.draft()
    with school.parts.reading() as work:
        assert not restored.is_behind(work)
    numbers = [line["number"] for line in school.parts.trail.newest_first()]
    assert numbers == sorted(numbers, reverse=True) and len(numbers) == len(set(numbers)) >= before.count(b"\n")


def test_what_stands_in_the_file_is_numbers_and_never_a_name(school: School) -> None:
    """Law 10."""
    permitted(school)
    text = books.text(school.parts.trail).decode()
    assert text and "Ada" not in text and "Quill" not in text and "4B" not in text


def test_everybody_reads_that_nothing_goes_out_and_the_data_lead_confirms_on_the_page(
    school: School, tmp_path: Path, engines: list[Engine]
) -> None:
    person, permission = permitted(school)
    backup = backed_up(school, tmp_path)
    with school.parts.work() as work:
        permissions.withdraw(work, school.data_lead, person.id, permission)
    school = put_back(school, backup, engines)
    for role, address in ((Role.TEACHER, "/posts/"), (Role.ASSISTANT_HEAD, "/review/"), (Role.DATA_LEAD, "/register/")):
        assert "A backup was restored" in school.browser(role).get(address).text
    browser = school.browser(Role.DATA_LEAD)
    page = browser.get("/register/restored/").text
    assert "Ada Quill" in page and "Permission withdrawn" in page
    assert browser.post("/register/restored/", data={"seen": lost(school).seen}).status_code == 409
    answer = browser.post("/register/restored/", data={"seen": lost(school).seen, "sure": "on"}, follow_redirects=True)
    assert "Nothing is missing" in answer.text and "nothing can be approved" not in answer.text


@buckets.folder_only
def test_what_a_power_cut_leaves_behind_the_last_line_opens_no_lock(
    school: School, tmp_path: Path, engines: list[Engine]
) -> None:
    backup = backed_up(school, tmp_path)
    permitted(school)
    with school.parts.settings.trail_file.open("ab") as file:
        file.write(b"\0" * 10_000)
    behind = put_back(school, backup, engines)
    with behind.parts.reading() as work:
        assert restored.is_behind(work)
