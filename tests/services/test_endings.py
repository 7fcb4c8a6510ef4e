"""Permissions that end by their own date, and many refusals at once: the same as a withdrawal, on the day itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from moderation.db.models import LookBack, Person, Takedown
from moderation.rules.consent import Giver, Word
from moderation.rules.looking_back import Cause, Reason
from moderation.rules.retention import months_after
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import cases, endings, lookback, permissions, standards, withdrawal
from moderation.services.permissions import PermissionForm
from tests.builders import School
from tests.services.exports import bring_in, person, table
from tests.services.moments import later, rows
from tests.services.test_withdrawal import LONG_AGO, bring_to, draft_of, grant
from workers import sweep as rounds


def today(school: School) -> date:
    with school.parts.reading() as work:
        return work.today


def acted(school: School, **passed: float) -> int:
    with later(school, **passed) as work:
        return endings.act(work)


def causes(school: School) -> list[Cause]:
    with school.parts.reading() as work:
        return list(work.session.scalars(select(LookBack.cause).order_by(LookBack.id)))


def until_tomorrow(school: School) -> Person:
    """Ada, who may appear today and tomorrow. What ended before was acted on."""
    acted(school)
    ada = school.person("A1", "Ada", "Quill")
    grant(school, ada, until=today(school) + timedelta(days=1))
    return ada


def test_law_1_on_the_day_after_its_last_one_posts_are_held_back_and_tasks_open(school: School) -> None:
    ada = until_tomorrow(school)
    released, live = draft_of(school, ada), draft_of(school, ada)
    bring_to(school, released, State.RELEASED)
    bring_to(school, live, State.LIVE)
    assert acted(school, days=1) == 0
    assert (school.state(released), rows(school, LookBack), rows(school, Takedown)) == (State.RELEASED, 0, 0)
    assert acted(school, days=2) == 1
    with later(school, days=2) as work:
        post = cases.get(work, released)
        assert post.state is State.CHECKING and post.note == withdrawal.HELD
        (takedown,) = work.session.scalars(select(Takedown))
        assert takedown.reason is Reason.MUST_NOT_APPEAR
    assert causes(school) == [Cause.ENDED]


def test_law_1_a_permission_that_runs_out_by_the_schools_months_ends_as_one_with_a_last_day(school: School) -> None:
    with school.parts.work() as work:
        standards.set_months(work, school.data_lead, 12)
    acted(school)
    ada = school.person("A1", "Ada", "Quill")
    begun = months_after(today(school), -12) + timedelta(days=2)
    with school.parts.work() as work:
        permissions.record(work, school.data_lead, ada.id, PermissionForm(Word.GRANTED, Giver.PARENT_1, begun))
    bring_to(school, draft_of(school, ada), State.LIVE)
    assert [acted(school, days=days) for days in (1, 2, 3)] == [0, 1, 0]
    assert (causes(school), rows(school, Takedown)) == ([Cause.ENDED], 1)


def test_what_ended_is_acted_on_once_and_none_is_missed_while_the_server_was_away(school: School) -> None:
    ada = until_tomorrow(school)
    bring_to(school, draft_of(school, ada), State.LIVE)
    assert [acted(school, days=days) for days in (9, 9, 10)] == [1, 0, 0]


def test_a_permission_given_anew_before_the_last_day_changes_nothing(school: School) -> None:
    ada = until_tomorrow(school)
    grant(school, ada)
    bring_to(school, draft_of(school, ada), State.LIVE)
    assert acted(school, days=2) == 0
    assert rows(school, LookBack) == 0


def test_a_refusal_written_down_ahead_is_acted_on_when_it_begins(school: School) -> None:
    acted(school)
    ada = school.person("A1", "Ada", "Quill")
    grant(school, ada)
    bring_to(school, draft_of(school, ada), State.LIVE)
    form = PermissionForm(Word.REFUSED, Giver.PARENT_2, today(school) + timedelta(days=2))
    with school.parts.work() as work:
        permissions.record(work, school.data_lead, ada.id, form)
    assert rows(school, Takedown) == 0
    assert [acted(school, days=days) for days in (1, 2, 3)] == [0, 1, 0]
    assert rows(school, Takedown) == 1


def test_a_refusal_that_held_when_it_was_written_down_is_not_acted_on_again(school: School) -> None:
    acted(school)
    ada = school.person("A1", "Ada", "Quill")
    grant(school, ada)
    with school.parts.work() as work:
        permissions.record(work, school.data_lead, ada.id, PermissionForm(Word.REFUSED, Giver.CHILD, work.today))
    assert [acted(school, days=days) for days in (1, 2)] == [0, 0]


def test_the_sweep_does_it_by_itself_for_an_installation_from_before_too(school: School) -> None:
    school.live(caption="A good day.")
    ada = school.person("A1", "Ada", "Quill")
    grant(school, ada, until=today(school) - timedelta(days=40))
    rounds.once(school.parts, refresh=True)
    assert causes(school) == [Cause.ENDED]
    with school.parts.reading() as work:
        assert not endings.due(work)


PUPILS = (("A1", "Ada", "Quill", "4B"), ("B2", "Ben", "Fenn", "4B"))


def refused_by_import(school: School, count: int) -> list[int]:
    """So many pupils who said yes and now say no, none of them tagged in a post."""
    for answers in (("Yes", "Yes"), ("Yes", "No")):
        bring_in(school, table(*((*pupil, *answers) for pupil in PUPILS[:count])))
    return [person(school, key).id for key, *_ in PUPILS[:count]]


def test_everybody_whom_an_import_refuses_is_looked_for_one_after_another(school: School) -> None:
    school.live(caption="Thank you, Ada Quill!")
    first, second = refused_by_import(school, 2)
    with school.parts.reading() as work:
        found = work.session.scalars(select(LookBack).order_by(LookBack.id)).all()
    assert [(one.person_id, one.in_line, one.cause) for one in found] == [
        (first, True, Cause.REFUSED),
        (second, True, Cause.REFUSED),
    ]
    for person_id in (first, second):
        with school.parts.work() as work:
            lookback.ring_again(work)
        with school.parts.reading() as work:
            begun = work.session.scalars(
                select(LookBack.person_id).where(LookBack.ended_at.is_(None), LookBack.in_line.is_(False))
            ).all()
            assert begun == [person_id]
        (look_back,) = (one.id for one in found if one.person_id == person_id)
        lookback.run(school.parts.work, school.parts.reading, school.parts.looker, look_back)
    with school.parts.reading() as work:
        (takedown,) = work.session.scalars(select(Takedown))
    assert (takedown.person_id, takedown.reason) == (first, Reason.LOOK_FIRST)


def test_where_nothing_is_live_nobody_is_put_in_line(school: School) -> None:
    refused_by_import(school, 2)
    assert rows(school, LookBack) == 0


def test_somebody_new_whom_an_import_puts_on_the_list_is_looked_for_too(school: School) -> None:
    school.live(caption="A good day.")
    bring_in(school, table(("A1", "Ada", "Quill", "Yes"), headings=("UPN", "Forename", "Surname", "No photos")))
    assert causes(school) == [Cause.LISTED]


def test_starting_by_hand_passes_the_line(school: School) -> None:
    school.live(caption="A good day.")
    _, second = refused_by_import(school, 2)
    with school.parts.work() as work:
        look_back = withdrawal.start(work, school.data_lead, second, Cause.BY_HAND)
        assert not look_back.in_line
        assert lookback.progress(work, look_back).posts == 1


@pytest.mark.parametrize("end", ["date", "import"])
def test_a_look_back_in_line_says_so_on_the_page(school: School, end: str) -> None:
    school.live(caption="A good day.")
    if end == "import":
        (ada,) = refused_by_import(school, 1)
    else:
        acted(school)
        someone = school.person("A1", "Ada", "Quill")
        with school.parts.work() as work:
            form = PermissionForm(Word.GRANTED, Giver.PARENT_1, LONG_AGO, until=work.today)
            ada = permissions.record(work, school.data_lead, someone.id, form).person_id
        acted(school, days=1)
    assert "Waits for its turn" in school.browser(Role.DATA_LEAD).get(f"/register/{ada}/look-back").text


def test_law_1_what_has_run_out_by_shorter_months_is_over_at_once(school: School) -> None:
    acted(school)
    ada, ben = (school.person(key, key, "Quill") for key in ("Ada", "Ben"))
    long_ago = months_after(today(school), -20)
    with school.parts.work() as work:
        for person, day in ((ada, long_ago), (ben, work.today)):
            form = PermissionForm(Word.GRANTED, Giver.PARENT_1, day)
            permissions.record(work, school.data_lead, person.id, form)
    on_its_way = draft_of(school, ada)
    bring_to(school, on_its_way, State.RELEASED)
    for person in (ada, ben):
        bring_to(school, draft_of(school, person), State.LIVE)
    for months, tasks in ((24, 0), (12, 1), (24, 1), (12, 1)):
        with school.parts.work() as work:
            standards.set_months(work, school.data_lead, months)
        assert rows(school, Takedown) == tasks
    assert school.state(on_its_way) is State.CHECKING
    with school.parts.reading() as work:
        assert set(work.session.scalars(select(LookBack.person_id))) == {ada.id}, "Ben’s is new"
