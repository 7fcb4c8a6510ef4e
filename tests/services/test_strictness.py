"""Law 9, strictly: when tags change after a check, faces are looked at again, and encoded or left alone accordingly."""

from dataclasses import replace

import pytest

from moderation.db.models import Person
from moderation.demo.lawful import lawful
from moderation.rules.findings import Box, Detector, Kind, Resolution, Sighting
from moderation.rules.workflow import State
from moderation.services import intake, matching, permission_to_match, review, scanning, sweep, tagging
from tests.builders import School, stranger_portrait
from tests.services.listed import listed
from tests.services.moments import Quick, later, photo_scan, small_photo
from tests.web.pages import small

COMPARED = Sighting(Detector.FACES, Kind.FACE_OTHER, Box(5, 5, 60, 60))
LEFT_ALONE = replace(COMPARED, kind=Kind.FACE_UNCOMPARED)
NAME = Sighting(Detector.NAMES, Kind.NAME_POSSIBLE, Box(70, 5, 90, 20), evidence="may be a name")


@pytest.fixture
def strictly(school: School) -> tuple[School, Person, Person]:
    """A strict school with Ada, who may be matched, and Ben, whom nobody asked."""
    ada, ben = listed(school, photos=1), school.person("B2", "Ben", "Quill")
    with school.parts.work() as work:
        matching.record(work, school.data_lead, replace(lawful(work.today), strict=True))
    return school, ada, ben


def hand_in(school: School, post_id: int, *tagged: Person) -> None:
    """With these people in it and no others, checked by whatever looker the school has."""
    with school.parts.work() as work:
        people = tagging.People(shown=tuple(range(50)), ticked=tuple(person.id for person in tagged), others=0)
        tagging.save(work, school.teacher, post_id, people)
        intake.submit(work, school.teacher, post_id)


def change(school: School, post_id: int, *tagged: Person) -> None:
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
    hand_in(school, post_id, *tagged)


def faces(school: School, post_id: int) -> list[Kind]:
    return [finding.kind for finding in school.findings(post_id) if finding.detector is Detector.FACES]


def test_tags_changed_after_a_check_bring_a_new_look_with_the_real_engines(
    strictly: tuple[School, Person, Person], encoded: list[int]
) -> None:
    school, ada, ben = strictly
    post_id = school.draft(small(stranger_portrait()))
    hand_in(school, post_id, ada)
    school.run_checks(post_id)
    assert (faces(school, post_id), len(encoded)) == ([Kind.FACE_OTHER], 1)
    encoded.clear()
    change(school, post_id, ada, ben)
    assert school.state(post_id) is State.CHECKING
    school.run_checks(post_id)
    assert (faces(school, post_id), encoded) == ([Kind.FACE_UNCOMPARED], []), "Ben was asked by nobody"
    change(school, post_id, ada)
    school.run_checks(post_id)
    assert (faces(school, post_id), len(encoded)) == ([Kind.FACE_OTHER], 1)


def quick(school: School, *seen: Sighting) -> School:
    return replace(school, parts=replace(school.parts, looker=Quick(*seen)))


def test_a_person_s_word_on_a_name_outlives_the_new_look_at_faces(strictly: tuple[School, Person, Person]) -> None:
    school, ada, ben = strictly
    post_id = school.draft(small_photo())
    hand_in(school, post_id, ada)
    quick(school, COMPARED, NAME).run_checks(post_id)
    (name,) = [finding.id for finding in school.findings(post_id) if finding.kind is Kind.NAME_POSSIBLE]
    with school.parts.work() as work:
        word = review.Word(Resolution.FALSE_ALARM, "A word")
        review.settle(work, school.head, post_id, [name], word, school.digest(post_id))
    for tagged, seen in (((ada, ben), LEFT_ALONE), ((ada,), COMPARED), ((), LEFT_ALONE), ((ada,), COMPARED)):
        change(school, post_id, *tagged)
        quick(school, seen, NAME).run_checks(post_id)
        found = {finding.kind: finding for finding in school.findings(post_id)}
        assert seen.kind in found and found[Kind.NAME_POSSIBLE].resolution is Resolution.FALSE_ALARM


def test_unchanged_tags_bring_no_new_look(strictly: tuple[School, Person, Person]) -> None:
    school, ada, _ = strictly
    post_id = school.draft(small_photo())
    hand_in(school, post_id, ada)
    quick(school, COMPARED).run_checks(post_id)
    change(school, post_id, ada)
    assert school.state(post_id) is State.IN_REVIEW


def test_a_look_that_tags_have_overtaken_is_not_kept(strictly: tuple[School, Person, Person]) -> None:
    school, ada, ben = strictly
    post_id = school.draft(small_photo())
    hand_in(school, post_id, ada)

    class Slow(Quick):
        def look(self, *anything: object) -> list[Sighting]:  # type: ignore[override]
            change(school, post_id, ada, ben)
            return [COMPARED]

    before = photo_scan(school, post_id)
    assert not scanning.scan(school.parts.work, school.parts.reading, Slow(), *before)
    assert faces(school, post_id) == []
    quick(school, LEFT_ALONE).run_checks(post_id)
    assert faces(school, post_id) == [Kind.FACE_UNCOMPARED]


def test_when_the_permission_of_somebody_tagged_ends_the_faces_are_looked_at_again(school: School) -> None:
    """Ben is on no list, so no encoding of his goes and no version moves: his day alone decides."""
    ada, ben = listed(school), school.person("B2", "Ben", "Quill")
    with school.parts.work() as work:
        matching.record(work, school.data_lead, replace(lawful(work.today), strict=True))
        school.permit(work, ben, ends_on=work.today)
    post_id = school.draft(small_photo())
    hand_in(school, post_id, ada, ben)
    quick(school, COMPARED).run_checks(post_id)
    with school.parts.reading() as work:
        assert sweep.overdue(work) == []
    with later(school, days=1) as work:
        assert sweep.overdue(work) == [post_id]
        sweep.refresh(work, post_id)
    assert school.state(post_id) is State.CHECKING


def test_withdrawn_while_it_waits_nothing_compared_stays(strictly: tuple[School, Person, Person]) -> None:
    school, ada, _ = strictly
    post_id = school.draft(small_photo())
    hand_in(school, post_id, ada)
    quick(school, COMPARED).run_checks(post_id)
    with school.parts.work() as work:
        permission_to_match.withdraw(work, school.data_lead, ada.id)
    with school.parts.work() as work:
        sweep.refresh(work, post_id)
    quick(school, LEFT_ALONE).run_checks(post_id)
    assert faces(school, post_id) == [Kind.FACE_UNCOMPARED]
