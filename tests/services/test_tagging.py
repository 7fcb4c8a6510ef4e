"""Who is in a post: tapped without faces, checked against the register, and bound to what the approver saw."""

from datetime import date, timedelta

import pytest

from moderation.db.models import AuditRow, Person
from moderation.rules.consent import Giver, Medium, Word
from moderation.rules.findings import Box, Detector, Kind, Resolution, Severity, Sighting
from moderation.rules.workflow import Refused, State
from moderation.services import audit, cases, intake, permissions, publishing, register, review, sweep, tagging
from moderation.services.permissions import PermissionForm
from moderation.services.tagging import People
from tests.builders import School
from tests.services.moments import Quick, later, small_photo
from tests.services.test_keeping import seen_by

LONG_AGO = date(2020, 1, 1)


def allow(school: School, person: Person, **more: object) -> int:
    form = PermissionForm(Word.GRANTED, Giver.PARENT_1, LONG_AGO, **more)  # type: ignore[arg-type]
    with school.parts.work() as work:
        return permissions.record(work, school.data_lead, person.id, form).id


def refuse(school: School, person: Person) -> int:
    form = PermissionForm(Word.REFUSED, Giver.PARENT_2, LONG_AGO)
    with school.parts.work() as work:
        return permissions.record(work, school.data_lead, person.id, form).id


def tagged_draft(school: School, *people: Person) -> int:
    post_id = school.draft()
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [person.id for person in people])
    return post_id


def tagged_in_review(school: School, *people: Person) -> int:
    post_id = tagged_draft(school, *people)
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    assert school.state(post_id) is State.IN_REVIEW
    return post_id


def refusals(school: School, post_id: int) -> set[int | None]:
    return {finding.person_id for finding in school.findings(post_id) if finding.kind is Kind.TAG_REFUSED}


def swept(school: School, post_id: int) -> State:
    with school.parts.work() as work:
        sweep.refresh(work, post_id)
    return school.state(post_id)


def test_who_has_no_permission_blocks_the_post_and_who_has_one_does_not(school: School) -> None:
    ada, ben = school.person("A1", "Ada", "Quill"), school.person("B2", "Ben", "Fenn")
    allow(school, ada)
    post_id = tagged_in_review(school, ada, ben)
    assert refusals(school, post_id) == {ben.id}
    (finding,) = school.findings(post_id)
    assert (finding.severity, finding.evidence) == (Severity.BLOCK, "Must not appear.")
    with pytest.raises(Refused, match="Settle every flag first"):
        school.approve(post_id)


def test_each_account_is_asked_for_by_itself(school: School) -> None:
    with school.parts.work() as work:
        website = school.add_account(work, "School website", "News", Medium.WEBSITE)
    ada = school.person("A1", "Ada", "Quill")
    allow(school, ada, medium=Medium.WEBSITE)
    post_id = tagged_draft(school, ada)
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        (standing,) = tagging.problems(work, post)
        assert standing.said == "must not appear"
        post.accounts = [*post.accounts, work.session.merge(website)]
        (standing,) = tagging.problems(work, post)
        assert standing.said == "must not appear on Facebook: Our School"
        post.accounts = [work.session.merge(website)]
        assert tagging.problems(work, post) == []


@pytest.mark.parametrize("change", ["withdrawn", "refused", "asked out", "listed", "expired"])
def test_law_1_a_permission_that_ends_closes_the_kit_at_once_and_brings_the_post_back(
    school: School, change: str
) -> None:
    ada = school.person("A1", "Ada", "Quill")
    with school.parts.reading() as work:
        tomorrow = work.today + timedelta(days=1)
    permission = allow(school, ada, until=tomorrow if change == "expired" else None)
    post_id = tagged_in_review(school, ada)
    school.approve(post_id)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    with school.parts.work() as work:
        if change == "withdrawn":
            permissions.withdraw(work, school.data_lead, ada.id, permission)
        elif change == "asked out":
            permissions.exclude_today(work, school.teacher, ada.id)
        elif change == "listed":
            form = register.PersonForm("A1", "Ada", "Quill", no_publish=True)
            register.save(work, school.data_lead, form, ada.id)
    if change == "refused":
        refuse(school, ada)
    with pytest.raises(Refused), later(school, days=2 if change == "expired" else 0) as work:
        publishing.kit_files(work, school.manager, post_id)
    with later(school, days=2 if change == "expired" else 0) as work:
        sweep.refresh(work, post_id)
    if change == "listed":
        school.run_checks(post_id)  # the list is another one, so pictures and words are looked at again too
    assert school.state(post_id) is State.IN_REVIEW
    with later(school, days=2 if change == "expired" else 0) as work:
        post = cases.get(work, post_id)
        assert cases.standing_approval(work, post) is None
        assert [finding.person_id for finding in review.checks.findings(work, post)] == [ada.id]


def test_law_1_what_an_approver_answers_for_holds_who_is_in_it_and_whether_each_may(school: School) -> None:
    ada, ben = school.person("A1", "Ada", "Quill"), school.person("B2", "Ben", "Fenn")
    post_id = school.draft()
    seen = [school.digest(post_id)]
    for person in (ada, ben):
        with school.parts.work() as work:
            tagging.tag(work, school.teacher, post_id, [person.id])
        seen.append(school.digest(post_id))
    allow(school, ada)
    seen.append(school.digest(post_id))
    assert len(set(seen)) == 4
    with school.parts.work() as work:
        tagging.save(work, school.teacher, post_id, People(shown=(ada.id, ben.id), others=0))
    assert school.digest(post_id) == seen[0]


def test_a_change_for_somebody_else_leaves_an_approval_alone(school: School) -> None:
    ada, ben = school.person("A1", "Ada", "Quill"), school.person("B2", "Ben", "Fenn")
    allow(school, ada)
    post_id = tagged_in_review(school, ada)
    school.approve(post_id)
    refuse(school, ben)
    renewed = PermissionForm(Word.GRANTED, Giver.PARENT_2, LONG_AGO)  # the answer is the same
    with school.parts.work() as work:
        permissions.record(work, school.data_lead, ada.id, renewed)
    assert swept(school, post_id) is State.RELEASED
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)


def test_an_approval_says_which_permissions_it_rests_on(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    permission = allow(school, ada)
    post_id = tagged_in_review(school, ada)
    school.approve(post_id)
    with school.parts.reading() as work:
        row = next(row for row in audit.of_post(work.session, post_id) if row.action == "approve")
    assert f'"permissions":[{permission}]' in row.detail


def test_a_word_on_a_tag_holds_while_pictures_and_answers_are_the_same(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    post_id = tagged_in_review(school, ada)
    school.settle_all(post_id)
    school.person("B2", "Ben", "Fenn")  # the roll moves on
    assert swept(school, post_id) is State.CHECKING
    school.run_checks(post_id)
    (finding,) = school.findings(post_id)
    assert finding.resolution is Resolution.FALSE_ALARM
    allow(school, ada)
    assert swept(school, post_id) is State.IN_REVIEW
    assert school.findings(post_id) == []


def test_a_whole_class_but_two_and_nobody_of_another_class(school: School) -> None:
    people = [school.person(f"P{n}", f"Name{n}", "Quill", class_name="4B") for n in range(5)]
    other = school.person("X1", "Other", "Quill", class_name="5A")
    post_id = tagged_draft(school, other)
    ids = tuple(person.id for person in people)
    with school.parts.work() as work:
        tagging.save(work, school.teacher, post_id, People(shown=ids, whole="4B"))
        assert {one.id for one in tagging.appearing.tagged(work, cases.get(work, post_id))} == {*ids, other.id}
        tagging.save(work, school.teacher, post_id, People(shown=ids, ticked=ids[2:], others=3))
        post = cases.get(work, post_id)
        assert {one.id for one in tagging.appearing.tagged(work, post)} == {*ids[2:], other.id}
        assert post.others == 3


def test_a_class_is_who_is_in_it_today(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill", class_name="10A")
    school.person("B2", "Ben", "Fenn", class_name="4B")
    with school.parts.reading() as work:
        assert tagging.groups(work) == ["4B", "10A"]
    with later(school, days=3) as work:
        register.save(work, school.data_lead, register.PersonForm("A1", "Ada", "Quill", class_name="4B"), ada.id)
        assert tagging.groups(work) == ["4B"]
        assert [person.forename for person in tagging.of_group(work, "4B")] == ["Ben", "Ada"]
        assert [m.group_name for m in register.memberships(work, ada.id)] == ["4B", "10A"]


def test_people_are_found_by_the_beginnings_of_their_names_without_accents(school: School) -> None:
    school.person("A1", "Zoë", "O’Brien", preferred_name="Zo")
    school.person("B2", "Ben", "Fenn")
    with school.parts.reading() as work:
        for words, found in (("zoe", ["Zoë"]), ("obri z", ["Zoë"]), ("fe", ["Ben"]), ("x", []), ("", []), ("enn", [])):
            assert [person.forename for person in tagging.find(work, words)] == found


def test_leavers_stay_on_the_register_until_their_protection_ends(school: School) -> None:
    with school.parts.reading() as work:
        last = work.today + timedelta(days=10)
    ada = school.person("A1", "Ada", "Quill", class_name="4B", no_publish=True, protected_until=last)
    with school.parts.work() as work:
        register.leave(work, school.data_lead, ada.id)
    with later(school, days=10) as work:
        assert [entry.id for entry in register.roll(work).entries] == [str(ada.id)]
        assert [person.id for person in tagging.find(work, "ada")] == [ada.id]
        assert tagging.of_group(work, "4B") == []
        register.save(work, school.data_lead, register.PersonForm("A1", "Ada", "Quill", protected_until=last), ada.id)
        assert work.session.get_one(Person, ada.id).left_at is not None
    with later(school, days=12) as work:
        assert register.is_empty(work)


def test_law_2_faces_without_a_word_on_who_they_are_ask_for_a_look(school: School) -> None:
    face = Sighting(Detector.FACES, Kind.FACE_OTHER, Box(10, 10, 40, 50))
    watched, _ = seen_by(school, face)
    post_id = watched.draft(small_photo(1), small_photo(2))
    with watched.parts.work() as work:
        cases.get(work, post_id).others = None
        intake.submit(work, watched.teacher, post_id)
    watched.run_checks(post_id)
    asked = [finding for finding in watched.findings(post_id) if finding.kind is Kind.TAG_MISSING]
    assert [finding.severity for finding in asked] == [Severity.LOOK], "once a post is enough"


@pytest.mark.parametrize("word", ["tagged", "counted", "nobody"])
def test_any_word_on_who_is_in_it_is_enough(school: School, word: str) -> None:
    face = Sighting(Detector.FACES, Kind.FACE_OTHER, Box(10, 10, 40, 50))
    watched, _ = seen_by(school, face)
    ada = watched.person("A1", "Ada", "Quill")
    allow(watched, ada)
    post_id = watched.draft(small_photo())
    with watched.parts.work() as work:
        post = cases.get(work, post_id)
        post.others = 0 if word == "nobody" else None
        if word == "tagged":
            tagging.tag(work, watched.teacher, post_id, [ada.id])
        if word == "counted":
            post.photos[0].people = 1
        intake.submit(work, watched.teacher, post_id)
    watched.run_checks(post_id)
    assert [finding.kind for finding in watched.findings(post_id)] == [Kind.FACE_OTHER]


def test_only_the_author_tags_and_only_while_it_can_be_edited(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    post_id = tagged_in_review(school, ada)
    with pytest.raises(Refused), school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [ada.id])
    draft = school.draft()
    with pytest.raises(tagging.intake.NotFound), school.parts.work() as work:
        tagging.tag(work, school.head, draft, [ada.id])


def test_law_10_the_trail_holds_numbers_and_no_names(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    allow(school, ada)
    tagged_in_review(school, ada)
    with school.parts.reading() as work:
        rows = work.session.query(AuditRow).all()
    assert {"permission recorded", "people tagged"} <= {row.action for row in rows}
    assert not [row.detail for row in rows if "Ada" in row.detail or "Quill" in row.detail]


def test_with_no_engine_at_all_tags_protect_all_the_same(school: School) -> None:
    """A family that refuses matching gets the same protection: no face is ever looked at here."""
    ada = school.person("A1", "Ada", "Quill")
    watched, quick = seen_by(school)
    post_id = tagged_in_review(watched, ada)
    assert isinstance(quick, Quick) and quick.looks == 0
    assert refusals(watched, post_id) == {ada.id}
