"""Law 9: recognition is locked until the data lead records what it rests on; off, nothing is encoded or compared."""

from dataclasses import replace
from io import BytesIO

import pytest

from moderation.db.models import LawfulMatching, ReferencePhoto
from moderation.demo.lawful import lawful
from moderation.rules.findings import Kind
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import cases, enrolment, matching, register, tagging
from moderation.services.work import Mistake, NotFound
from tests.builders import School, listed_portrait
from tests.services.listed import DAY, key_of, listed, references
from tests.services.moments import rows
from tests.web.pages import small


def record(school: School, **more: object) -> LawfulMatching:
    with school.parts.work() as work:
        form = replace(lawful(work.today), **more)  # type: ignore[arg-type]
        return matching.record(work, school.data_lead, form)


def switch_off(school: School) -> int:
    with school.parts.work() as work:
        row = matching.in_force(work)
        assert row
        return matching.switch_off(work, school.data_lead, row.id)


def test_law_9_locked_or_switched_off_no_face_is_ever_encoded(school: School, encoded: list[int]) -> None:
    """The spy sits in the network itself, which every encoding comes from."""
    person = school.person("A1", "Ada", "Quill", no_publish=True)
    assert_found_and_left_alone(school, small(listed_portrait(1)))
    assert upload(school, person.id) == 422
    assert encoded == []
    record(school)
    with school.parts.work() as work:
        school.permit(work, person)
    assert upload(school, person.id) == 303
    assert encoded, "the spy sees what it is there for"
    switch_off(school)
    encoded.clear()
    assert_found_and_left_alone(school, small(listed_portrait(2)))
    assert upload(school, person.id) == 422
    assert encoded == []
    assert rows(school, ReferencePhoto) == 0


def assert_found_and_left_alone(school: School, photo: bytes) -> None:
    (finding,) = school.findings(school.in_review(photo))
    assert finding.kind is Kind.FACE_UNCOMPARED
    assert finding.evidence == "recognition is off: found, but compared with nobody"
    assert finding.box and finding.person_id is None


def upload(school: School, person_id: int) -> int:
    form = {"photo": (BytesIO(small(listed_portrait(0))), "photo.jpg")}
    answer = school.browser(Role.DATA_LEAD).post(f"/register/{person_id}/references", data=form)
    return answer.status_code


def test_while_it_is_off_eyes_have_to_look_for_everybody_listed(school: School) -> None:
    person = listed(school)
    with school.parts.reading() as work:
        assert enrolment.cannot_be_recognised(work) == []
    switch_off(school)
    with school.parts.reading() as work:
        assert [one.id for one in enrolment.cannot_be_recognised(work)] == [person.id]
        person = work.session.merge(person)
        assert matching.obstacle(work, person) is None, "the family's answers stand"
        assert matching.matched(work, [person]) == []


def test_a_reference_photo_is_refused_with_a_sentence_that_says_what_to_do(school: School) -> None:
    person = school.person("A1", "Ada", "Quill", no_publish=True)
    with (
        school.parts.reading() as work,
        pytest.raises(Mistake, match=r"Recognition is off.*records first what it rests"),
    ):
        enrolment.may_enrol(work, person.id)


@pytest.mark.parametrize("missing", ["dpia_reference", "lawful_basis", "condition", "wording"])
def test_half_a_record_unlocks_nothing(school: School, missing: str) -> None:
    with pytest.raises(Mistake, match="Fill in everything"):
        record(school, **{missing: " "})
    with pytest.raises(Mistake, match="Fill in everything"):
        record(school, dpia_on=None)
    with school.parts.reading() as work:
        tomorrow = work.today + DAY
    with pytest.raises(Mistake, match="still to come"):
        record(school, dpia_on=tomorrow)
    with school.parts.reading() as work:
        assert matching.in_force(work) is None


def test_one_record_is_in_force_and_the_earlier_ones_stay_to_be_read(school: School) -> None:
    person = listed(school)
    second = record(school, wording="Other words.")
    with school.parts.reading() as work:
        now = matching.in_force(work)
        assert now and now.id == second.id
        newest, oldest = matching.history(work)
        assert newest.ended_at is None and newest.recorded_by_id == school.data_lead.id
        assert oldest.ended_at and oldest.ended_by_id == school.data_lead.id
    assert len(references(school)) == 1, "other words alone destroy nothing"
    assert key_of(school, person)


def test_switching_off_destroys_every_encoding_and_what_waits_is_checked_again(school: School) -> None:
    people = [listed(school, "A1", photos=2), listed(school, "B2")]
    with school.parts.reading() as work:
        before = work.register_version.list_version
    assert switch_off(school) == 2
    assert references(school) == []
    assert [key_of(school, person) for person in people] == [None, None]
    with school.parts.reading() as work:
        assert list(work.keys.ids()) == []
        assert work.register_version.list_version > before


def test_a_page_left_open_cannot_switch_off_a_record_that_came_after_it(school: School) -> None:
    first = record(school)
    record(school, wording="Other words.")
    with pytest.raises(NotFound), school.parts.work() as work:
        matching.switch_off(work, school.data_lead, first.id)
    with school.parts.reading() as work:
        assert matching.in_force(work)


def test_strict_compares_nobody_in_a_photo_unless_all_who_are_tagged_may_be_matched(school: School) -> None:
    ada = listed(school)
    ben = school.person("B2", "Ben", "Quill")
    record(school, strict=True)
    with school.parts.work() as work:
        ada, ben = work.session.merge(ada), work.session.merge(ben)
        assert matching.uncompared(work, [ada]) == ""
        assert "the school's rule" in matching.uncompared(work, [ada], others=2), "nobody asked the visitors"
        for tagged in ([], [ada, ben]):
            assert "the school's rule" in matching.uncompared(work, tagged)
        school.permit(work, ben)
        assert matching.uncompared(work, [ada, ben]) == "", "permission is asked of all, the list of the listed"


def test_strict_is_asked_of_each_post_with_the_people_who_are_tagged_in_it(school: School) -> None:
    ada = listed(school)
    record(school, strict=True)
    post_id = school.draft()
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        assert register.lists(work, post).gallery is None
        tagging.tag(work, school.teacher, post_id, [ada.id])
        assert register.lists(work, post).gallery is None, "in a draft nobody has said yet who is in it"
        post.state = State.CHECKING
        gallery = register.lists(work, post).gallery
        assert gallery is not None and gallery.people == (str(ada.id),)
