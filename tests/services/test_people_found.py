"""Looking through the register: by name, class, kind and what is known; a page at a time, quick for 50,000 people."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from moderation.db.models import Person
from moderation.rules.consent import Giver, PersonKind, Word
from moderation.services import groups, people_found, permissions, register
from moderation.services.people_found import PAGE, Found, Wanted
from moderation.services.permissions import PermissionForm
from tests.builders import School
from tests.services.moments import later


def found(school: School, page: int = 1, **wanted: object) -> Found:
    with school.parts.reading() as work:
        return people_found.search(work, Wanted(**wanted), page)  # type: ignore[arg-type]


def forenames(school: School, **wanted: object) -> list[str]:
    return [person.forename for person in found(school, **wanted).people]


@contextmanager
def counted(school: School) -> Iterator[list[str]]:
    """The questions that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    event.listen(school.parts.engine, "before_cursor_execute", note)
    yield asked
    event.remove(school.parts.engine, "before_cursor_execute", note)


def crowd(school: School, count: int) -> None:
    rows = [
        {"key": f"N{n}", "forename": f"Ada{n}", "surname": "Quill", "class_name": f"{n % 100}B", "no_publish": False}
        for n in range(count)
    ]
    with school.parts.work() as work:
        work.session.execute(insert(Person), rows)


@pytest.fixture
def four(school: School) -> School:
    """Ada may appear, Ben is on the list, Cleo has left and is protected, Dan teaches."""
    ada = school.person("A1", "Ada", "Quill-Ó Sé", class_name="4B")
    school.person("B2", "Ben", "Fenn", class_name="5A", no_publish=True)
    with school.parts.work() as work:
        last = work.today + timedelta(days=9)
        permissions.record(
            work, school.data_lead, ada.id, PermissionForm(Word.GRANTED, Giver.PARENT_1, work.today, until=last)
        )
    cleo = school.person("C3", "Cleo", "Moss", class_name="4B", protected_until=last)
    school.person("D4", "Dan", "Hart", kind=PersonKind.STAFF)
    with school.parts.work() as work:
        register.leave(work, school.data_lead, cleo.id)
    return school


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["Dan", "Cleo", "Ada", "Ben"]),
        ({"group": "4B"}, ["Cleo", "Ada"]),
        ({"kind": PersonKind.STAFF}, ["Dan"]),
        ({"listed": True}, ["Ben"]),
        ({"left": True}, ["Cleo"]),
        ({"unrecorded": True}, ["Dan", "Cleo", "Ben"]),
        ({"unrecorded": True, "group": "5A"}, ["Ben"]),
        ({"words": "o q"}, ["Ada"]),
        ({"words": "b2"}, ["Ben"]),
        ({"words": "ben", "group": "4B"}, []),
    ],
    ids=str,
)
def test_people_are_found_by_what_is_asked_for(four: School, wanted: dict[str, object], names: list[str]) -> None:
    assert forenames(four, **wanted) == names
    assert found(four, **wanted).count == len(names)


def test_a_permission_that_has_ended_is_none(four: School) -> None:
    with later(four, days=9) as work:
        assert "Ada" not in [one.forename for one in people_found.search(work, Wanted(unrecorded=True)).people]
    with later(four, days=10) as work:
        assert "Ada" in [one.forename for one in people_found.search(work, Wanted(unrecorded=True)).people]


def test_a_group_is_as_good_as_a_class(four: School) -> None:
    with four.parts.work() as work:
        choir = groups.make(work, four.data_lead, "Choir")
        (ben,) = people_found.search(work, Wanted(words="Ben")).people
        groups.add(work, four.data_lead, choir.id, [ben.id], None, None)
    assert forenames(four, group="Choir") == ["Ben"]


def test_pages_follow_each_other_and_one_too_far_is_the_last(school: School) -> None:
    crowd(school, 2 * PAGE + 1)
    pages = [found(school, page) for page in (1, 2, 3, 99, -1)]
    assert [len(one.people) for one in pages] == [PAGE, PAGE, 1, 1, PAGE]
    assert [one.page for one in pages] == [1, 2, 3, 3, 1]
    assert len({person.id for one in pages[:3] for person in one.people}) == 2 * PAGE + 1


def test_fifty_thousand_people_take_no_more_questions_than_fifty_and_a_moment(school: School) -> None:
    crowd(school, PAGE)
    asked = []
    for more in (0, 50_000 - PAGE):
        with school.parts.work() as work:
            rows = [
                {"key": f"M{n}", "forename": f"Ben{n}", "surname": "Fenn", "class_name": "4B", "no_publish": False}
                for n in range(more)
            ]
            work.session.execute(insert(Person), rows) if rows else None
        for wanted in ({}, {"words": "ada1"}, {"unrecorded": True, "group": "4B"}):
            began = time.monotonic()
            with counted(school) as statements:
                found(school, **wanted)
            seconds = time.monotonic() - began
            print(f"{more + PAGE} people, {wanted}: {seconds:.2f} s, {len(statements)} questions")
            assert seconds < 3
            asked.append(len(statements))
    assert all(later <= first for first, later in zip(asked[:3], asked[3:], strict=True))  # the count is kept
