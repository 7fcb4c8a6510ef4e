"""Undoing the last import puts back exactly what it changed, and leaves alone what changed since."""

import pytest
from sqlalchemy import select

from moderation.db.models import ImportState, Membership, Permission, Person
from moderation.services import enrolment, import_words, importing, register
from moderation.services.register import PersonForm
from moderation.services.work import Mistake, NotFound
from tests.builders import School, listed_portrait
from tests.services.exports import bring_in, everybody_keys, person, pupils, table

Facts = tuple[object, ...]


def register_of(school: School) -> dict[str, Facts]:
    """Everything about everybody that a person or a rule can read."""
    with school.parts.reading() as work:
        words = import_words.in_force(work)
        classes = {
            one.person_id: one.group_name
            for one in work.session.scalars(select(Membership).where(Membership.until.is_(None)))
        }
        return {
            one.key: (
                *(one.forename, one.surname, one.preferred_name, one.aliases, one.class_name, one.kind, one.no_publish),
                sorted(words.get(one.id, ())),
                classes.get(one.id),
            )
            for one in work.session.scalars(select(Person).where(Person.left_at.is_(None)))
        }


def undo(school: School, import_id: int) -> int:
    with school.parts.work() as work:
        return importing.undo(work, school.data_lead, import_id)


def test_everything_is_as_it_was(school: School) -> None:
    bring_in(school, table(*pupils(4, "Yes", "No")))
    before = register_of(school)
    rows = [
        ("A000000000001", "Adele", "Quill1", "5C", "No", "Yes"),
        *pupils(1, "No", "No", first=2),
        *pupils(2, first=8),
    ]
    import_id = bring_in(school, table(*rows), take_off=True)
    after = register_of(school)
    assert set(before) - set(after) == {"A000000000003", "A000000000004"}
    assert before["A000000000001"] != after["A000000000001"]
    assert undo(school, import_id) == 0
    assert register_of(school) == before


def test_words_are_withdrawn_and_written_anew_never_changed(school: School) -> None:
    bring_in(school, table(*pupils(1, "Yes", "")))
    undo(school, bring_in(school, table(*pupils(1, "No", ""))))
    with school.parts.reading() as work:
        words = [(one.word, one.withdrawn_on is None) for one in work.session.scalars(select(Permission))]
    assert words == [("granted", False), ("refused", False), ("granted", True)]


def test_people_who_changed_since_are_left_alone(school: School) -> None:
    import_id = bring_in(school, table(*pupils(3, "Yes", "")))
    ada = person(school, "A000000000001")
    with school.parts.work() as work:
        form = PersonForm(ada.key, "Ada", "Quill", class_name="4B", no_publish=True)
        register.save(work, school.data_lead, form, ada.id)
    assert undo(school, import_id) == 1
    assert everybody_keys(school) == {ada.key}
    assert person(school, ada.key).no_publish


def test_a_reference_photo_added_since_keeps_somebody_on_the_list(school: School) -> None:
    """Undoing would destroy an encoding that somebody has made in the meantime."""
    school.person("A1", "Ada", "Quill", may_match=True)
    import_id = bring_in(school, table(("A1", "Yes"), headings=("UPN", "Must not appear")))
    ada = person(school, "A1")
    judged = enrolment.enrol(school.parts.looker, listed_portrait())
    with school.parts.work() as work:
        enrolment.add_reference(work, school.data_lead, ada.id, judged)
    assert undo(school, import_id) == 1
    assert person(school, "A1").no_publish


def test_only_the_last_import_can_be_undone_and_once(school: School) -> None:
    first, second = bring_in(school, table(*pupils(1))), bring_in(school, table(*pupils(2)))
    with pytest.raises(Mistake, match="last import"):
        undo(school, first)
    undo(school, second)
    for import_id in (first, second):
        with pytest.raises((Mistake, NotFound)):
            undo(school, import_id)
    assert len(everybody_keys(school)) == 1


def test_what_undoing_needed_is_destroyed_with_it(school: School) -> None:
    before = set(school.parts.store.keys())
    import_id = bring_in(school, table(*pupils(1)))
    (kept,) = set(school.parts.store.keys()) - before
    assert b"Quill" not in school.parts.store.get(kept)
    undo(school, import_id)
    assert set(school.parts.store.keys()) == before
    with school.parts.reading() as work:
        assert importing.last(work) is None
        assert work.session.query(importing.RegisterImport).one().state is ImportState.UNDONE
