"""Law 9: an encoding exists only with a recorded permission, under a key of that person's own, and goes with it."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from moderation.db.models import Person, ReferencePhoto
from moderation.demo.lawful import lawful
from moderation.detect.faces import enrol
from moderation.media.photo import ingest, pixels
from moderation.media.vault import Unsealable, Vault
from moderation.rules.findings import Kind
from moderation.rules.names import Roll
from moderation.services import enrolment, matching, register, roster
from moderation.services.register import PersonForm
from moderation.services.work import Mistake
from tests import postgresql
from tests.builders import School, listed_portrait, stranger_portrait
from tests.services.moments import rows, small_photo


@pytest.fixture(scope="module")
def portrait() -> bytes:
    return listed_portrait()


def versions(school: School) -> tuple[int, int]:
    with school.parts.reading() as work:
        version = work.register_version
        return version.list_version, version.roll_version


def reference(school: School) -> ReferencePhoto:
    with school.parts.reading() as work:
        return work.session.scalars(select(ReferencePhoto)).one()


@pytest.mark.parametrize(("no_publish", "may_match"), [(False, False), (True, False), (False, True)])
def test_law_9_no_reference_photo_without_both_list_and_permission(
    school: School, portrait: bytes, no_publish: bool, may_match: bool
) -> None:
    person = school.person("A1", "Ada", "Quill", no_publish=no_publish, may_match=may_match)
    judged = enrolment.Enrolment(ingest(portrait), np.zeros(128))
    with school.parts.work() as work:
        matching.record(work, school.data_lead, lawful(work.today))
        for attempt in (enrolment.may_enrol, lambda w, p: enrolment.add_reference(w, school.data_lead, p, judged)):
            with pytest.raises(Mistake, match="only for people on the no-publish list with permission"):
                attempt(work, person.id)
    assert rows(school, ReferencePhoto) == 0
    assert list(school.parts.store.keys()) == []
    with school.parts.reading() as work:
        assert work.session.get_one(Person, person.id).key_id is None


@postgresql.sqlite_only
def test_law_9_the_encoding_is_not_readable_in_the_database_without_the_key(school: School, portrait: bytes) -> None:
    school.person("A1", "Ada", "Quill", references=[portrait])
    encoding = enrol(school.parts.looker.faces, pixels(ingest(portrait).jpeg)).encoding
    with school.parts.reading() as work:
        opened = enrolment.gallery(work)
        assert np.allclose(opened.encodings[0], encoding)
        sealed, wrapped = reference(school).sealed_encoding, work.keys.get(work.session.get_one(Person, 1).key_id or "")
    folder = school.parts.settings.instance
    for file in folder.glob("gatepost.sqlite3*"):
        data = file.read_bytes()
        for kind in (np.float32, np.float64):
            form = np.asarray(encoding, dtype=kind).tobytes()
            assert all(form[at : at + 24] not in data for at in range(0, len(form), 24))
    with pytest.raises(Unsealable):
        Vault(b"\0" * 32).open(wrapped, sealed, b"encoding of person 1")
    with pytest.raises(Unsealable):  # nor does it pass for anybody else's
        school.parts.vault.open(wrapped, sealed, b"encoding of person 2")


@pytest.mark.parametrize(
    ("photo", "sentence"), [(b"no picture", "upload"), (small_photo(), "No face was found"), (b"", "The file is empty")]
)
def test_law_12_a_photo_that_is_no_use_as_a_reference_is_refused_with_a_reason(
    school: School, photo: bytes, sentence: str
) -> None:
    with pytest.raises(Mistake, match=sentence):
        enrolment.enrol(school.parts.looker, photo)


def test_laws_4_and_9_a_listed_face_is_found_a_stranger_is_no_match_and_nothing_is_learned(
    school: School, portrait: bytes
) -> None:
    """The whole way with real engines: enrol, upload, compare."""
    person = school.person("A1", "Ada", "Quill", references=[portrait])
    post_id = school.in_review(listed_portrait(1), stranger_portrait(1))
    match, stranger = school.findings(post_id)
    assert (match.kind, match.person_id) == (Kind.FACE_MATCH, person.id)
    assert (stranger.kind, stranger.person_id) == (Kind.FACE_OTHER, None)
    assert "no match found" in stranger.evidence
    assert rows(school, ReferencePhoto) == 1
    with school.parts.reading() as work:
        assert enrolment.cannot_be_recognised(work) == []


def test_who_is_listed_without_a_usable_encoding_is_counted_for_the_eyes(school: School) -> None:
    school.person("A1", "Ada", "Quill", no_publish=True)
    school.person("B2", "Ben", "Quill")
    with school.parts.reading() as work:
        assert len(enrolment.cannot_be_recognised(work)) == 1


def test_law_12_a_person_needs_a_key_and_a_name_and_the_key_once(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    for form, sentence in (
        (PersonForm("", "Ada", "Quill"), "needs an admission number"),
        (PersonForm("C3", "", ""), "a forename or a surname"),
        (PersonForm("A1", "Ben", "Quill"), "somebody on the register has it"),
    ):
        with pytest.raises(Mistake, match=sentence), school.parts.work() as work:
            register.save(work, school.data_lead, form)
    with school.parts.work() as work:
        register.save(work, school.data_lead, PersonForm("A1", "Ada", "Fenn"), ada.id)
        assert [person.surname for person in roster.named(work)] == ["Fenn"]


def change(school: School, person: Person, **fields: object) -> tuple[int, int]:
    """Save a person with these fields; by how much list and roll moved on."""
    before = versions(school)
    form = replace(PersonForm("A1", "Ada", "Quill", no_publish=True), **fields)  # type: ignore[arg-type]
    with school.parts.work() as work:
        register.save(work, school.data_lead, form, person.id)
    after = versions(school)
    return after[0] - before[0], after[1] - before[1]


def test_law_1_list_and_roll_move_on_with_what_the_checks_compare_with_and_only_then(school: School) -> None:
    person = school.person("A1", "Ada", "Quill", no_publish=True)
    assert change(school, person) == (0, 0), "nothing differs"
    assert change(school, person, key="A2") == (0, 0), "no check reads the number"
    for name in ("forename", "surname", "preferred_name", "aliases", "class_name"):
        assert change(school, person, **{name: "Zed"})[1] == 1, name
    change(school, person)
    assert change(school, person, no_publish=False) == (1, 0)
    assert change(school, person) == (1, 0)
    before = versions(school)
    with school.parts.work() as work:
        register.leave(work, school.data_lead, person.id)
        assert register.is_empty(work)
    assert versions(school) == (before[0] + 1, before[1] + 1)


def test_somebody_who_comes_back_is_the_same_person_without_a_face(school: School) -> None:
    person = school.person("A1", "Ada", "Quill")
    with school.parts.work() as work:
        register.leave(work, school.data_lead, person.id)
    before = versions(school)
    again = school.person("A1", "Ada", "Quill")  # nothing about them differs, and yet they are to be looked for
    assert again.id == person.id
    assert versions(school) == (before[0] + 1, before[1] + 1)
    with school.parts.reading() as work:
        assert [entry.id for entry in register.roll(work).entries] == [str(person.id)]
        assert len(enrolment.gallery(work)) == 0


def test_the_roll_has_everybody_with_their_other_names(school: School) -> None:
    school.person("A1", "Ada", "Quill", preferred_name="Addy", aliases=" Quilly ;; A. Q.", class_name="4B")
    with school.parts.reading() as work:
        entry = register.roll(work).entries[0]
    assert (entry.id, entry.preferred_name, entry.class_name) == ("1", "Addy", "4B")
    assert entry.aliases == ("Quilly", "A. Q.")


def roll_of(school: School) -> Roll:
    with school.parts.reading() as work:
        return register.roll(work)


def test_the_roll_is_put_in_order_once_for_each_of_its_versions(school: School) -> None:
    person = school.person("A1", "Ada", "Quill")
    before = roll_of(school)
    assert roll_of(school) is before
    change(school, person, no_publish=False)
    assert roll_of(school) is before, "the list moved on, not the roll"
    change(school, person, forename="Adele")
    assert [entry.forename for entry in roll_of(school).entries] == ["Adele"]


def test_names_that_were_never_committed_are_not_kept(school: School) -> None:
    school.person("A1", "Ada", "Quill")
    with pytest.raises(RuntimeError), school.parts.work() as work:
        register.save(work, school.data_lead, PersonForm("A2", "Ben", "Rowe"))
        assert len(register.roll(work).entries) == 2
        raise RuntimeError("undone")
    school.person("A3", "Cleo", "Stone")
    assert {entry.forename for entry in roll_of(school).entries} == {"Ada", "Cleo"}


def test_a_worker_makes_the_roll_ready_for_the_jobs_that_it_forks(school: School) -> None:
    school.person("A1", "Ada", "Quill")
    school.parts.freshen()
    (ready,) = school.parts.rolls.values()
    assert roll_of(school) is ready


def test_the_schools_own_short_names_count_from_the_next_look_on(school: School) -> None:
    school.person("A1", "Saoirse", "Quill")
    assert roll_of(school).find("Well done Sersh") == []
    school.parts.settings.nicknames_file.write_text("saoirse sersh\n")
    (hit,) = roll_of(school).find("Well done Sersh")
    assert hit.subjects == ("1",)
