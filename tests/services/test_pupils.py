"""Schools that show no pupils, or none who could be recognised: every face and every tagged pupil is a flag."""

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.db.models import Person
from moderation.rules.consent import Giver, Medium, PersonKind, Standard, Word
from moderation.rules.findings import Box, Detector, Kind, Resolution, Sighting
from moderation.rules.workflow import Refused, State
from moderation.services import appearing, intake, permissions, publishing, review, standards, sweep, tagging
from moderation.services.covering import Wish
from moderation.services.permissions import PermissionForm
from tests.builders import School
from tests.services.moments import Quick, small_photo

FACES = [
    Sighting(Detector.FACES, kind, Box(30 * n, 5, 30 * n + 20, 30))
    for n, kind in enumerate((Kind.FACE_OTHER, Kind.FACE_UNCOMPARED))
]
STRICT = (Standard.NEVER, Standard.UNRECOGNISABLE)


def watched(school: School, *seen: Sighting) -> School:
    return replace(school, parts=replace(school.parts, looker=Quick(*seen)))


def rule(school: School, pupils: Standard, medium: Medium = Medium.SOCIAL) -> None:
    with school.parts.work() as work:
        standards.set_standard(work, school.data_lead, medium, pupils, Standard.PERMISSION)


def somebody(school: School, number: int, kind: PersonKind) -> Person:
    person = school.person(f"P{number}", f"Firstly{number}", f"Lastly{number}", kind=kind)
    giver = Giver.PARENT_1 if kind is PersonKind.PUPIL else Giver.ADULT
    with school.parts.work() as work:
        form = PermissionForm(Word.GRANTED, giver, work.today - timedelta(days=1))
        permissions.record(work, school.data_lead, person.id, form)
    return person


def handed_in(school: School, *people: Person, photos: tuple[bytes, ...] = ()) -> int:
    post_id = school.draft(*(photos or (small_photo(),)), caption="A day out.")
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [person.id for person in people])
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    return post_id


def kinds(school: School, post_id: int) -> list[Kind]:
    return sorted(finding.kind for finding in school.findings(post_id) if finding.must_be_settled)


def say(school: School, post_id: int, kind: Kind, word: Resolution, count: int = 1) -> None:
    wanted = [f.id for f in school.findings(post_id) if f.kind is kind and not f.is_settled][:count]
    with school.parts.work() as work:
        review.settle(work, school.head, post_id, wanted, review.Word(word, "I know them"), school.digest(post_id))


@pytest.mark.parametrize("strict", STRICT)
def test_every_face_found_is_a_flag_compared_or_not(school: School, strict: Standard) -> None:
    rule(school, strict)
    post_id = handed_in(watched(school, *FACES))
    assert kinds(school, post_id) == [Kind.FACE_PUPIL, Kind.FACE_PUPIL]
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)


def test_where_permission_is_asked_for_no_face_is_a_flag_by_itself(school: School) -> None:
    rule(school, Standard.NEVER, Medium.PRESS)
    assert kinds(school, handed_in(watched(school, *FACES))) == []


@pytest.mark.parametrize("word", [Resolution.ALLOWED, Resolution.LOOKED_AT])
def test_a_face_that_nobody_declared_an_adult_s_is_never_allowed(school: School, word: Resolution) -> None:
    rule(school, Standard.NEVER)
    post_id = handed_in(watched(school, *FACES), somebody(school, 1, PersonKind.PUPIL))
    with pytest.raises(Refused, match="cannot be"):
        say(school, post_id, Kind.FACE_PUPIL, word)


def test_as_many_faces_are_adults_as_adults_are_tagged_who_may_appear(school: School) -> None:
    rule(school, Standard.NEVER)
    colleague, silent = somebody(school, 1, PersonKind.STAFF), school.person("S", "No", "Word", kind=PersonKind.STAFF)
    post_id = handed_in(watched(school, *FACES), colleague, silent)
    with pytest.raises(Refused, match="Only 1 of the faces"):
        say(school, post_id, Kind.FACE_PUPIL, Resolution.ALLOWED, count=2)
    say(school, post_id, Kind.FACE_PUPIL, Resolution.ALLOWED)
    with pytest.raises(Refused, match="Only 1 of the faces"):
        say(school, post_id, Kind.FACE_PUPIL, Resolution.ALLOWED)


def test_a_face_that_is_no_person_s_is_called_so(school: School) -> None:
    rule(school, Standard.NEVER)
    post_id = handed_in(watched(school, FACES[0]))
    say(school, post_id, Kind.FACE_PUPIL, Resolution.FALSE_ALARM)
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED


@pytest.mark.parametrize(("strict", "kind"), [(STRICT[0], Kind.TAG_PUPIL), (STRICT[1], Kind.TAG_REFUSED)])
def test_a_tagged_pupil_is_a_flag_whatever_their_parents_say(school: School, strict: Standard, kind: Kind) -> None:
    rule(school, strict)
    post_id = handed_in(watched(school), somebody(school, 1, PersonKind.PUPIL))
    assert kinds(school, post_id) == [kind]


@pytest.mark.parametrize("word", Resolution)
def test_where_no_pupils_are_shown_no_word_settles_a_tagged_one(school: School, word: Resolution) -> None:
    rule(school, Standard.NEVER)
    post_id = handed_in(watched(school), somebody(school, 1, PersonKind.PUPIL))
    with pytest.raises(Refused, match="Send the post back"):
        say(school, post_id, Kind.TAG_PUPIL, word)


def test_a_covered_face_is_no_flag_any_more_and_its_pupil_is_asked_about_anew(school: School) -> None:
    rule(school, Standard.UNRECOGNISABLE)
    seeing = watched(school, FACES[0])
    post_id = handed_in(seeing, somebody(school, 1, PersonKind.PUPIL))
    say(school, post_id, Kind.TAG_REFUSED, Resolution.FALSE_ALARM)
    (face,) = [f.id for f in school.findings(post_id) if f.kind is Kind.FACE_PUPIL]
    school.cover(post_id, Wish((face,)))
    watched(school).run_checks(post_id)
    assert [(f.kind, f.is_settled) for f in school.findings(post_id)] == [(Kind.TAG_REFUSED, False)]
    say(school, post_id, Kind.TAG_REFUSED, Resolution.FALSE_ALARM)
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED


@pytest.mark.parametrize("strict", STRICT)
def test_a_stricter_rule_closes_the_kit_at_once_and_flags_what_was_approved(school: School, strict: Standard) -> None:
    seeing = watched(school, *FACES)
    post_id = handed_in(seeing)
    school.approve(post_id)
    rule(school, strict)
    with pytest.raises(Refused), school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    with school.parts.work() as work:
        assert sweep.overdue(work) == [post_id]
        sweep.refresh(work, post_id)
    seeing.run_checks(post_id)
    assert (school.state(post_id), kinds(school, post_id)) == (State.IN_REVIEW, [Kind.FACE_PUPIL] * 2)


def test_a_milder_rule_takes_the_flags_back(school: School) -> None:
    rule(school, Standard.NEVER)
    seeing = watched(school, *FACES)
    post_id = handed_in(seeing)
    rule(school, Standard.PERMISSION)
    with school.parts.work() as work:
        sweep.refresh(work, post_id)
    seeing.run_checks(post_id)
    assert (school.state(post_id), kinds(school, post_id)) == (State.IN_REVIEW, [])


def test_a_colleague_s_withdrawn_permission_opens_the_flag_again(school: School) -> None:
    rule(school, Standard.NEVER)
    colleague = somebody(school, 1, PersonKind.STAFF)
    post_id = handed_in(watched(school, FACES[0]), colleague)
    say(school, post_id, Kind.FACE_PUPIL, Resolution.ALLOWED)
    school.approve(post_id)
    with school.parts.work() as work:
        (row,) = permissions.of_person(work, colleague.id)
        permissions.withdraw(work, school.data_lead, colleague.id, row.id)
    with school.parts.work() as work:
        sweep.refresh(work, post_id)
    assert {f.kind for f in school.findings(post_id) if not f.is_settled} == {Kind.FACE_PUPIL, Kind.TAG_REFUSED}


@pytest.mark.parametrize("strict", STRICT)
def test_the_strictest_of_several_places_counts(school: School, strict: Standard) -> None:
    rule(school, strict)
    with school.parts.reading() as work:
        found = appearing.school_standards(work)
    assert found.of_pupils([Medium.WEBSITE, Medium.SOCIAL]) is strict
    assert found.of_pupils([Medium.WEBSITE]) is Standard.PERMISSION
