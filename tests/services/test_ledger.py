"""The biometric ledger: a row for every encoding made and destroyed, and a certificate that says only what is so."""

import os

import numpy as np
import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from moderation.db.models import LedgerRow, Person, ReferencePhoto
from moderation.detect.faces import ENGINE
from moderation.rules.matching import Why
from moderation.services import encodings, enrolment, ledger, matching, permission_to_match, register
from moderation.services.register import PersonForm
from moderation.services.work import NotFound
from tests import buckets, postgresql
from tests.builders import School
from tests.services.listed import encoding, key_of, listed, references
from tests.services.listed import ledger as ledger_of


def test_every_way_to_lose_an_encoding_leaves_a_row_with_its_reason(school: School) -> None:
    people = [listed(school, f"A{number}", photos=2) for number in range(5)]
    lead = school.data_lead
    with school.parts.work() as work:
        permission_to_match.withdraw(work, lead, people[0].id)
        register.save(work, lead, PersonForm("A1", "Ada", "Quill"), people[1].id)
        register.leave(work, lead, people[2].id)
        enrolment.remove_reference(work, lead, people[3].id, references(school)[6].id)
        row = matching.in_force(work)
        assert row
        matching.switch_off(work, lead, row.id)
    destroyed = [(row.person_id, row.change, row.why) for row in ledger_of(school) if row.change < 0]
    assert destroyed == [
        (people[0].id, -2, Why.WITHDRAWN),
        (people[1].id, -2, Why.OFF_THE_LIST),
        (people[2].id, -2, Why.LEFT),
        (people[3].id, -1, Why.REFERENCE_REMOVED),
        (people[3].id, -1, Why.RECOGNITION_OFF),
        (people[4].id, -2, Why.RECOGNITION_OFF),
    ]
    assert sum(row.change for row in ledger_of(school)) == 0 == len(references(school))
    assert [row.number for row in ledger_of(school)] == list(range(1, len(ledger_of(school)) + 1))
    assert {row.engine for row in ledger_of(school)} == {ENGINE}
    assert {row.actor_id for row in ledger_of(school)} == {lead.id}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE biometric_ledger SET change = 0",
        "DELETE FROM biometric_ledger",
        pytest.param(
            "REPLACE INTO biometric_ledger SELECT number, at, actor_id, person_id, 0, engine, why, key_id"
            " FROM biometric_ledger",
            marks=postgresql.sqlite_only,
        ),
    ],
)
def test_the_database_itself_keeps_the_ledger_as_it_was_written(school: School, statement: str) -> None:
    listed(school)
    with pytest.raises(DatabaseError, match="append-only"), school.parts.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert [row.change for row in ledger_of(school)] == [1]


def test_a_certificate_is_given_only_once_the_key_is_gone(school: School) -> None:
    person = listed(school, photos=2)
    with school.parts.work() as work:
        permission_to_match.withdraw(work, school.data_lead, person.id)
        row = work.session.get_one(LedgerRow, 3)
        assert not ledger.certificate(work, row.number).key_is_gone, "nothing is committed yet"
    with school.parts.reading() as work:
        certificate = ledger.certificate(work, 3)
        assert certificate.key_is_gone and certificate.encodings == 2 and certificate.left == 0
        for number in (1, 99):
            with pytest.raises(NotFound):
                ledger.certificate(work, number)


def test_what_stays_when_one_photo_goes_is_sealed_under_another_key(school: School) -> None:
    person = listed(school, photos=3)
    first, *others = references(school)
    before = key_of(school, person)
    with school.parts.work() as work:
        enrolment.remove_reference(work, school.data_lead, person.id, first.id)
    assert key_of(school, person) != before
    assert {one.sealed_encoding for one in references(school)}.isdisjoint(one.sealed_encoding for one in others)
    with school.parts.reading() as work:
        assert np.allclose(enrolment.gallery(work).encodings, [encoding(1), encoding(2)], atol=1e-6)
        assert ledger.certificate(work, ledger_of(school)[-1].number).left == 2
        assert ledger.certificate(work, ledger_of(school)[-1].number).key_is_gone


def test_encodings_of_an_earlier_engine_are_said_to_be_made_again_and_are(school: School) -> None:
    """A lost key is the same case: the photos are kept, so that nobody has to be asked for new ones."""
    for spoil in (_by_an_earlier_engine, _without_its_key):
        person = listed(school, spoil.__name__, photos=2)
        spoil(school, person)
        with school.parts.work() as work:
            assert [one.id for one in enrolment.must_be_made_again(work)] == [person.id]
            assert person.id in {one.id for one in enrolment.cannot_be_recognised(work)}
            kept = enrolment.to_make_again(work, person.id)
            assert len(kept) == 2
            taken = {number: encoding(7) for number in kept}
            enrolment.make_again(work, school.data_lead, person.id, taken)
            assert enrolment.must_be_made_again(work) == [] == enrolment.cannot_be_recognised(work)
        rows = [(row.change, row.why) for row in ledger_of(school)[-2:]]
        assert rows == [(-2, Why.REPLACED), (2, Why.MADE_AGAIN)]
        with school.parts.reading() as work:
            assert len(list(work.keys.ids())) == len({key_of(school, person)} | _others(school, person))


def _others(school: School, person: Person) -> set[str | None]:
    with school.parts.reading() as work:
        people = work.session.query(Person).filter(Person.id != person.id, Person.key_id.is_not(None))
        return {one.key_id for one in people}


def _by_an_earlier_engine(school: School, person: Person) -> None:
    with school.parts.work() as work:
        work.session.execute(update(ReferencePhoto).where(ReferencePhoto.person_id == person.id).values(engine="old"))


def _without_its_key(school: School, person: Person) -> None:
    school.parts.keys.destroy(key_of(school, person) or "")


@buckets.folder_only
def test_a_key_that_nobody_has_is_destroyed_but_not_while_it_may_be_on_its_way(school: School) -> None:
    person = listed(school)
    stray = school.parts.keys.put(school.parts.vault.new_key())
    with school.parts.reading() as work:
        assert encodings.destroy_unclaimed_keys(work) == 0
    for key_id in school.parts.keys.ids():
        os.utime(school.parts.settings.person_keys_folder / key_id, (0, 0))  # put there long ago
    with school.parts.reading() as work:
        assert encodings.destroy_unclaimed_keys(work) == 1
        assert not work.keys.exists(stray)
        assert work.keys.exists(key_of(school, person))
