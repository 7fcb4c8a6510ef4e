"""Law 9: when a permission ends, encodings, key and reference picture are destroyed."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from sqlalchemy import select

from moderation.db.models import AuditRow, Person, ReferencePhoto
from moderation.detect.faces import ENGINE, Enrolled, FaceEngine, enrol
from moderation.media.store import MediaMissing
from moderation.services import enrolment, permission_to_match, register, roster
from moderation.services.register import PersonForm
from moderation.services.work import NotFound
from tests.builders import School, listed_portrait
from tests.services.moments import rows


@pytest.fixture(scope="module")
def portrait() -> bytes:
    return listed_portrait()


@pytest.fixture
def enrolled_once(monkeypatch: pytest.MonkeyPatch, portrait: bytes) -> Iterator[None]:
    """The real encoding of the one portrait, worked out once: each time costs seconds."""

    def remembered(engine: FaceEngine, rgb: np.ndarray) -> Enrolled:
        if not _known:
            _known.append(enrol(engine, rgb))
        return _known[0]

    monkeypatch.setattr("moderation.detect.faces.enrol", remembered)
    yield


_known: list[Enrolled] = []


def off_the_list(school: School, person: Person) -> None:
    form = PersonForm(person.key, person.forename, person.surname)
    with school.parts.work() as work:
        register.save(work, school.data_lead, form, person.id)


def withdraw(school: School, person: Person) -> None:
    with school.parts.work() as work:
        permission_to_match.withdraw(work, school.data_lead, person.id)


def versions(school: School) -> tuple[int, int]:
    with school.parts.reading() as work:
        version = work.register_version
        return version.list_version, version.roll_version


def reference(school: School) -> ReferencePhoto:
    with school.parts.reading() as work:
        return work.session.scalars(select(ReferencePhoto)).one()


@pytest.mark.usefixtures("enrolled_once")
class TestTakingPermissionAway:
    @pytest.mark.parametrize("take_away", [withdraw, off_the_list])
    def test_law_9_destroys_encoding_key_and_picture(
        self, school: School, portrait: bytes, take_away: Callable[[School, Person], None]
    ) -> None:
        person = school.person("A1", "Ada", "Quill", references=[portrait])
        key, before = reference(school).media_key, versions(school)
        take_away(school, person)
        self.assert_destroyed(school, person, key)
        assert versions(school) == (before[0] + 1, before[1]), "the list changed, the roll did not"

    def test_law_9_so_does_leaving(self, school: School, portrait: bytes) -> None:
        person = school.person("A1", "Ada", "Quill", references=[portrait])
        key = reference(school).media_key
        with school.parts.work() as work:
            register.leave(work, school.data_lead, person.id)
        self.assert_destroyed(school, person, key)
        with school.parts.reading() as work:
            assert roster.named(work) == []
            assert not register.roll(work).entries
            with pytest.raises(NotFound):
                roster.get(work, person.id)

    def assert_destroyed(self, school: School, person: Person, key: str) -> None:
        assert rows(school, ReferencePhoto) == 0
        with school.parts.reading() as work:
            assert work.session.get_one(Person, person.id).key_id is None
            assert list(work.keys.ids()) == []
            assert len(enrolment.gallery(work)) == 0
        with pytest.raises(MediaMissing):
            school.parts.store.get(key)
        assert "encodings destroyed" in self.trail(school)

    def trail(self, school: School) -> list[str]:
        with school.parts.reading() as work:
            return list(work.session.scalars(select(AuditRow.action)))

    def test_law_9_keeps_a_picture_that_a_post_still_shows(self, school: School, portrait: bytes) -> None:
        post_id = school.draft(portrait)
        key = school.post(post_id).photos[0].media_key
        person = school.person("A1", "Ada", "Quill", references=[portrait])
        assert reference(school).media_key == key
        withdraw(school, person)
        assert rows(school, ReferencePhoto) == 0
        assert school.parts.store.get(key)

    def test_law_8_destroys_no_file_if_the_change_is_not_kept(self, school: School, portrait: bytes) -> None:
        person = school.person("A1", "Ada", "Quill", references=[portrait])
        form = PersonForm("A1", "Ada", "Quill")
        with pytest.raises(ZeroDivisionError), school.parts.work() as work:
            register.save(work, school.data_lead, form, person.id)
            raise ZeroDivisionError
        assert school.parts.store.get(reference(school).media_key)
        with school.parts.reading() as work:
            assert len(enrolment.gallery(work)) == 1

    def test_of_one_person_leaves_the_other_s_alone(self, school: School, portrait: bytes) -> None:
        ada = school.person("A1", "Ada", "Quill", references=[portrait])
        ben = school.person("B2", "Ben", "Quill", references=[portrait])
        with school.parts.reading() as work:
            keys = {work.session.get_one(Person, person.id).key_id for person in (ada, ben)}
            assert len(keys) == 2, "a key of that person's own"
        off_the_list(school, ada)
        with school.parts.reading() as work:
            assert enrolment.gallery(work).people == (str(ben.id),)
            assert work.store.get(reference(school).media_key)


@pytest.mark.usefixtures("enrolled_once")
def test_an_encoding_of_an_earlier_engine_is_not_compared_and_is_counted(school: School, portrait: bytes) -> None:
    school.person("A1", "Ada", "Quill", references=[portrait])
    with school.parts.work() as work:
        work.session.scalars(select(ReferencePhoto)).one().engine = ENGINE + " before"
    with school.parts.reading() as work:
        assert len(enrolment.gallery(work)) == 0
        assert len(enrolment.cannot_be_recognised(work)) == 1


@pytest.mark.usefixtures("enrolled_once")
def test_law_9_one_reference_taken_away_goes_with_its_encoding_and_its_file(school: School, portrait: bytes) -> None:
    person = school.person("A1", "Ada", "Quill", references=[portrait])
    taken, before = reference(school), versions(school)
    with school.parts.work() as work:
        with pytest.raises(NotFound):
            enrolment.remove_reference(work, school.data_lead, person.id, taken.id + 1)
        enrolment.remove_reference(work, school.data_lead, person.id, taken.id)
    assert rows(school, ReferencePhoto) == 0
    assert versions(school) == (before[0] + 1, before[1])
    with pytest.raises(MediaMissing):
        school.parts.store.get(taken.media_key)
