"""Groups that are no classes: people in several of them at once, from one day to another."""

from datetime import timedelta

import pytest

from moderation.db.models import AuditRow
from moderation.services import groups, register, tagging
from moderation.services.register import PersonForm
from moderation.services.work import Mistake, NotFound
from tests.builders import School
from tests.services import exports
from tests.services.moments import later


def make(school: School, name: str, *people: int, **days: object) -> int:
    with school.parts.work() as work:
        group = groups.make(work, school.data_lead, name)
        starts, until = days.get("starts"), days.get("until")
        groups.add(work, school.data_lead, group.id, people, starts, until)  # type: ignore[arg-type]
        return group.id


def offered(school: School, **passed: float) -> dict[str, list[str]]:
    """Every class and group that staff can choose, and who is in it."""
    with later(school, **passed) as work:
        return {name: [person.forename for person in tagging.of_group(work, name)] for name in tagging.groups(work)}


def test_groups_are_offered_beside_the_classes_and_a_person_may_be_in_several(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill", class_name="4B").id
    ben = school.person("B2", "Ben", "Fenn", class_name="5A").id
    make(school, "Choir", ada, ben)
    make(school, "Eco council", ada)
    assert offered(school) == {"Choir": ["Ben", "Ada"], "Eco council": ["Ada"], "4B": ["Ada"], "5A": ["Ben"]}


def test_a_trip_has_a_first_and_a_last_day(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill").id
    with school.parts.reading() as work:
        today = work.today
    make(school, "Trip", ada, starts=today + timedelta(days=3), until=today + timedelta(days=5))
    assert [bool(offered(school, days=days)) for days in (2, 3, 5, 6)] == [False, True, True, False]


def test_moving_to_another_class_leaves_the_groups_alone(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill", class_name="4B").id
    make(school, "Choir", ada)
    with later(school, days=3) as work:
        register.save(work, school.data_lead, PersonForm("A1", "Ada", "Quill", class_name="5A"), ada)
    assert offered(school, days=3) == {"Choir": ["Ada"], "5A": ["Ada"]}


def test_whoever_is_taken_out_was_in_it_until_the_day_before(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill").id
    choir = make(school, "Choir", ada)
    with later(school, days=3) as work:
        ((row, _),) = groups.members(work, groups.get(work, choir))
        groups.remove(work, school.data_lead, choir, row.id)
        assert groups.members(work, groups.get(work, choir)) == []
        (kept,) = register.memberships(work, ada)
        assert kept.until == work.today - timedelta(days=1)
    assert offered(school, days=3) == {}


def test_a_slip_of_the_same_day_leaves_nothing(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill").id
    choir = make(school, "Choir", ada)
    with school.parts.work() as work:
        ((row, _),) = groups.members(work, groups.get(work, choir))
        groups.remove(work, school.data_lead, choir, row.id)
        assert register.memberships(work, ada) == []


def test_a_group_that_has_ended_is_offered_no_more_and_its_name_is_free(school: School) -> None:
    choir = make(school, "Choir", school.person("A1", "Ada", "Quill").id)
    with later(school, days=3) as work:
        groups.end(work, school.data_lead, choir)
        assert tagging.groups(work) == []
        with pytest.raises(NotFound):
            groups.get(work, choir)
        groups.make(work, school.data_lead, "Choir")


def test_adding_somebody_twice_is_once(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill").id
    choir = make(school, "Choir", ada)
    with school.parts.work() as work:
        assert groups.add(work, school.data_lead, choir, [ada], None, None) == 0


@pytest.mark.parametrize(("name", "said"), [("", "name"), ("x" * 41, "40"), ("choir", "already"), ("4b", "class")])
def test_a_name_that_would_be_taken_for_another_is_refused(school: School, name: str, said: str) -> None:
    school.person("A1", "Ada", "Quill", class_name="4B")
    make(school, "Choir")
    with pytest.raises(Mistake, match=said), school.parts.work() as work:
        groups.make(work, school.data_lead, name)


def test_days_that_are_over_are_refused(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill").id
    choir = make(school, "Choir")
    with school.parts.work() as work, pytest.raises(Mistake, match="last day"):
        groups.add(work, school.data_lead, choir, [ada], None, work.today - timedelta(days=1))


def test_whoever_leaves_is_in_no_group_and_in_none_after_coming_back(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill").id
    make(school, "Choir", ada)
    with school.parts.work() as work:
        register.leave(work, school.data_lead, ada)
    assert offered(school) == {}
    with later(school, days=9) as work:
        register.save(work, school.data_lead, PersonForm("A1", "Ada", "Quill"))
    assert offered(school, days=9) == {}


def test_an_import_that_took_somebody_off_puts_them_back_into_their_groups_when_it_is_undone(school: School) -> None:
    exports.bring_in(school, exports.table(*exports.pupils(2)))
    make(school, "Choir", exports.person(school, "A000000000002").id)
    taken = exports.bring_in(school, exports.table(*exports.pupils(1)), take_off=True)
    assert "Choir" not in offered(school)
    with school.parts.work() as work:
        exports.importing.undo(work, school.data_lead, taken)
    assert offered(school)["Choir"] == ["Ada2"]


def test_law_7_what_is_done_to_a_group_stands_in_the_trail_without_its_name(school: School) -> None:
    choir = make(school, "Choir", school.person("A1", "Ada", "Quill").id)
    with school.parts.work() as work:
        ((row, _),) = groups.members(work, groups.get(work, choir))
        groups.remove(work, school.data_lead, choir, row.id)
        groups.end(work, school.data_lead, choir)
    with school.parts.reading() as work:
        rows = [row for row in work.session.query(AuditRow) if "group" in row.action]
    assert [row.action for row in rows] == ["group made", "put into a group", "taken out of a group", "group ended"]
    assert not [row for row in rows if "Choir" in row.detail or "Ada" in row.detail]
