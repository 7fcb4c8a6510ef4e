"""What makes a large register quick says what a look at each person would: whom words find, who may be matched."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from moderation.db.models import MatchingPermission, Person, PersonWord
from moderation.services import matching, people_found, purging, register
from moderation.services.register import PersonForm
from moderation.services.work import Work
from tests.builders import School
from workers import sweep

DAY = timedelta(days=1)


def words(school: School, person_id: int) -> set[str]:
    with school.parts.reading() as work:
        return set(work.session.scalars(select(PersonWord.word).where(PersonWord.person_id == person_id)))


def called(work: Work, typed: str) -> list[str]:
    return [person.called for person in people_found.called(work, typed, 10)]


def test_the_words_of_a_person_are_those_of_their_name_of_today_and_go_with_it(school: School) -> None:
    lead = school.data_lead
    form = PersonForm("U 12-7", "Zoë Anne", "O’Brien-Łuk", aliases="Zed; Zo")
    with school.parts.work() as work:
        person = register.save(work, lead, form).id
    assert words(school, person) == {"u127", "zoe", "anne", "obrien", "luk", "zed", "zo"}
    with school.parts.work() as work:
        register.save(work, lead, PersonForm("U 12-7", "Zoë", "Fenn"), person)
    assert words(school, person) == {"u127", "zoe", "fenn"}
    with school.parts.reading() as work:
        assert called(work, "ZOE fe") == ["Zoë Fenn"]
        assert called(work, "u12") == ["Zoë Fenn"]
        assert called(work, "brien") == called(work, "zoe u13") == called(work, "’") == []
    with school.parts.work() as work:
        purging.person(work, lead, work.session.get_one(Person, person))
    assert words(school, person) == set()


def test_words_that_the_version_before_left_behind_are_put_right(school: School) -> None:
    ids = [school.person(f"A{number}", "Ada", f"Quill{number}").id for number in range(3)]
    with school.parts.work() as work:
        work.session.execute(update(Person).where(Person.id == ids[1]).values(surname="Fenn"))
        new = Person(key="A9", forename="Bo", surname="Lee")
        work.session.add(new)
        work.session.execute(update(Person).where(Person.id == ids[2]).values(forename="", erased_at=work.now))
    with school.parts.reading() as work:
        assert people_found.out_of_step(work) == [ids[1], ids[2], new.id]
    sweep.tidy(school.parts)
    with school.parts.reading() as work:
        assert people_found.out_of_step(work) == []
        assert called(work, "fenn") == ["Ada Fenn"]
    assert words(school, ids[2]) == set()


def _changed(work: Work, number: int, person: Person) -> None:
    """Each of them differs in one thing from somebody who may be matched."""
    permission = person.matching_permission
    assert permission is not None
    first, second = permission.answers
    deeds: tuple[Callable[[], None], ...] = (
        lambda: None,
        lambda: setattr(permission, "refused_on", work.today),
        lambda: setattr(second, "objected_on", work.today + DAY),
        lambda: setattr(second, "told_on", None),
        lambda: _set(second, told_on=None, excused_on=work.today - 9 * DAY),
        lambda: setattr(first, "agreed_on", None),
        lambda: setattr(first, "agreed_on", (first.told_on or work.today) - DAY),
        lambda: setattr(permission, "ended_at", work.now),
        lambda: setattr(person, "left_at", work.now),
        lambda: setattr(person, "no_publish", False),
        lambda: _take_away(work, permission),
        lambda: work.session.add(_refusal(work, permission)),
    )
    deeds[number]()


def _set(row: object, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _take_away(work: Work, permission: MatchingPermission) -> None:
    for answer in permission.answers:
        work.session.delete(answer)


def _refusal(work: Work, before: MatchingPermission) -> MatchingPermission:
    """A second record beside one that was not ended: the first one holds."""
    days = {"refused_on": work.today, "starts_on": before.starts_on, "ends_on": before.ends_on}
    who = {"recorded_by_id": before.recorded_by_id, "recorded_at": work.now}
    return MatchingPermission(person_id=before.person_id, lawful_id=before.lawful_id, **days, **who)


@pytest.mark.parametrize("days", [0, -25, 900], ids=["today", "before they agreed", "after it ended"])
def test_the_database_says_of_everybody_what_the_rule_says(school: School, days: int) -> None:
    ids = [school.person(f"A{number}", "Ada", f"Quill{number}", no_publish=True).id for number in range(12)]
    with school.parts.work() as work:
        for number, one in enumerate(ids):
            person = work.session.get_one(Person, one)
            school.permit(work, person)
            work.session.expire_all()
            _changed(work, number, person)
        work.session.flush()
        work.session.expire_all()
        then = replace(work, now=work.now + timedelta(days=days))
        asked = set(work.session.scalars(select(Person.id).where(matching.may_be_matched(then))))
        assert asked == {person.id for person in matching.matched(then, work.session.scalars(select(Person)).all())}
        assert asked == ({ids[0], ids[4], ids[11]} if not days else set())


def test_nobody_may_be_matched_while_recognition_is_off(school: School) -> None:
    school.person("A1", "Ada", "Quill", no_publish=True)
    with school.parts.reading() as work:
        assert work.session.scalars(select(Person.id).where(matching.may_be_matched(work))).all() == []
