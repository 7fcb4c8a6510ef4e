"""Law 9: permission to match is recorded in full, ends by itself on its day, and encodings go with it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from moderation.demo.lawful import permitted
from moderation.rules.matching import Excuse, Obstacle, Why
from moderation.rules.roles import SYSTEM
from moderation.services import enrolment, matching, permission_to_match
from moderation.services.permission_to_match import AnswerForm, PermissionForm
from moderation.services.work import Mistake
from tests.builders import School
from tests.services.listed import DAY, key_of, ledger, listed, references
from tests.services.moments import later
from workers import sweep as rounds


def today(school: School) -> date:
    with school.parts.reading() as work:
        return work.today


def record(school: School, person_id: int, form: PermissionForm) -> None:
    with school.parts.work() as work:
        permission_to_match.record(work, school.data_lead, person_id, form)


def test_a_no_from_anybody_destroys_what_there_is_at_once(school: School) -> None:
    day = today(school)
    form = permitted(day)
    objecting = replace(form, answers=(form.answers[0], replace(form.answers[1], objected_on=day)))
    refusing = replace(form, refused_on=day)
    for number, (answer, why) in enumerate(((objecting, Obstacle.OBJECTED), (refusing, Obstacle.REFUSED))):
        person = listed(school, f"A{number}", photos=2)
        record(school, person.id, answer)
        assert references(school) == [] and key_of(school, person) is None
        assert (ledger(school)[-1].change, ledger(school)[-1].why) == (-2, Why.WITHDRAWN)
        with school.parts.reading() as work:
            assert matching.obstacle(work, work.session.merge(person)) is why
            assert len(enrolment.gallery(work)) == 0


def test_every_record_is_kept_as_it_was_given_and_only_the_last_one_holds(school: School) -> None:
    person = listed(school)
    record(school, person.id, replace(permitted(today(school)), ends_on=today(school) + DAY))
    assert len(references(school)) == 1, "still permitted, so nothing is lost"
    with school.parts.work() as work:
        first, second = work.session.merge(person).matching_permissions
        assert first.ended_at and not second.ended_at
        assert [answer.who for answer in first.answers] == [answer.who for answer in second.answers]
        permission_to_match.withdraw(work, school.data_lead, person.id)
        assert matching.obstacle(work, work.session.merge(person)) is Obstacle.NONE_RECORDED
    assert references(school) == []


def test_on_the_day_after_its_last_the_sweep_destroys_the_encodings(school: School) -> None:
    day = today(school)
    person = listed(school, photos=2, ends_on=day)
    other = listed(school, "B2")
    rounds.once(school.parts)
    assert len(references(school)) == 3
    with later(school, days=1) as work:
        assert len(enrolment.gallery(work)) == 1, "not one comparison more, even before the sweep"
        assert matching.destroy_ended(work) == 1
    assert [one.person_id for one in references(school)] == [other.id]
    last = ledger(school)[-1]
    assert (last.person_id, last.change, last.why, last.actor_id) == (person.id, -2, Why.EXPIRED, SYSTEM.id)
    with later(school, days=1) as work:
        assert matching.destroy_ended(work) == 0


def test_the_sweep_itself_does_it(school: School) -> None:
    person = listed(school)
    with school.parts.work() as work:
        record = work.session.merge(person).matching_permission
        assert record
        record.ends_on = work.today - DAY
    rounds.once(school.parts)
    assert references(school) == [] and ledger(school)[-1].why is Why.EXPIRED


def test_somebody_who_left_and_comes_back_is_asked_again(school: School) -> None:
    from moderation.services import register

    person = listed(school)
    with school.parts.work() as work:
        register.leave(work, school.data_lead, person.id)
    assert ledger(school)[-1].why is Why.LEFT
    again = school.person("A1", "Ada", "Quill", no_publish=True)
    with school.parts.reading() as work:
        assert matching.obstacle(work, work.session.merge(again)) is Obstacle.NONE_RECORDED


def test_a_parent_who_cannot_be_found_is_recorded_with_reason_day_and_who_decided(school: School) -> None:
    """Section 27 of the Act: not left out of the record, and not in the way of the other parent's yes."""
    person, day = listed(school), today(school)
    form = permitted(day)
    lost = AnswerForm("Paul Marchetti", excuse=Excuse.NOT_FOUND, excused_on=day - DAY, excused_by="The headteacher")
    record(school, person.id, replace(form, answers=(form.answers[0], lost)))
    with school.parts.reading() as work:
        kept = work.session.merge(person).matching_permission
        assert kept and matching.obstacle(work, work.session.merge(person)) is None
        second = kept.answers[1]
        assert (second.excuse, second.excused_on, second.excused_by) == (Excuse.NOT_FOUND, day - DAY, "The headteacher")
        assert (kept.recorded_by_id, kept.recorded_at.date()) == (school.data_lead.id, work.now.date())


def test_nothing_can_be_recorded_while_recognition_is_locked(school: School) -> None:
    person = school.person("A1", "Ada", "Quill", no_publish=True)
    with pytest.raises(Mistake, match="Recognition is off"):
        record(school, person.id, permitted(today(school)))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"answers": ()}, "at least one parent"),
        ({"starts_on": None}, "Give the days"),
        ({"ends_on": None}, "Give the days"),
        ({"ends_on": -400}, "before the first"),
        ({"ends_on": 365 * 9}, "7 years at most"),
        ({"refused_on": 1}, "still to come"),
        ({"answer": {"who": ""}}, "Say who"),
        ({"answer": {"told_on": 1}}, "in the future"),
        ({"answer": {"told_on": None}}, "before they were told"),
        ({"answer": {"agreed_on": -40}}, "before they were told"),
        ({"answer": {"how": ""}}, "in which writing"),
        ({"answer": {"excuse": Excuse.NOT_FOUND}}, "the reason, the day, and who decided"),
        ({"answer": {"excused_on": -1, "excused_by": "The head"}}, "the reason, the day, and who decided"),
        ({"answer": {"excuse": Excuse.NOT_FOUND, "excused_on": -1, "excused_by": "The head"}}, "was asked"),
        ({"answer": {"excused_on": 1}}, "in the future"),
    ],
)
def test_law_12_what_cannot_be_is_refused_with_a_sentence(
    school: School, changed: dict[str, Any], sentence: str
) -> None:
    person, day = listed(school), today(school)

    def dated(values: dict[str, Any]) -> dict[str, Any]:
        return {name: day + value * DAY if isinstance(value, int) else value for name, value in values.items()}

    form = permitted(day)
    answer = dated(changed.pop("answer", {})) if "answer" in changed else {}
    first: AnswerForm = replace(form.answers[0], **answer)
    form = replace(replace(form, answers=(first, *form.answers[1:])), **dated(changed))
    with pytest.raises(Mistake, match=sentence):
        record(school, person.id, form)
    assert len(references(school)) == 1, "a mistake destroys nothing"
