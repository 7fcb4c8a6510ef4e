"""Who sees which post, photo and cut-out: what is not for a person is not there."""

import pytest

from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.roles import SIGN_INS, Role
from moderation.services import board, intake, scanning
from moderation.services.work import NotFound
from tests.builders import School
from tests.services.moments import Quick, scans, small_photo


def seen_by(school: School, look: object, item: int) -> set[Role]:
    """The roles whose second person, who wrote nothing, is shown this."""
    shown = set()
    with school.parts.reading() as work:
        for role in SIGN_INS:
            try:
                look(work, school.others[role], item)  # type: ignore[operator]
                shown.add(role)
            except NotFound:
                continue
    return shown


def test_a_draft_and_its_photos_are_its_author_s_alone(school: School) -> None:
    post_id = school.draft(small_photo())
    photo = school.post(post_id).photos[0].id
    assert seen_by(school, board.visible, post_id) == set()
    assert seen_by(school, board.visible_photo, photo) == set()
    with school.parts.reading() as work:
        assert board.visible(work, school.teacher, post_id)
        assert board.visible_photo(work, school.teacher, photo)
        assert [post.id for post in board.of_author(work, school.teacher)] == [post_id]
        assert board.of_author(work, school.others[Role.TEACHER]) == []
        assert board.under_way(work) == []
    with school.parts.work() as work:
        intake.discard(work, school.teacher, post_id)
    assert seen_by(school, board.visible, post_id) == set()
    with school.parts.reading() as work:
        assert board.of_author(work, school.teacher) == []


def test_a_publisher_sees_photos_only_once_they_are_approved(school: School) -> None:
    post_id = school.in_review(small_photo())
    photo = school.post(post_id).photos[0].id
    with school.parts.reading() as work:
        assert [post.id for post in board.under_way(work)] == [post_id]
    assert Role.RESOURCES_MANAGER not in seen_by(school, board.visible_photo, photo)
    assert {Role.ASSISTANT_HEAD, Role.HEADTEACHER, Role.TEACHER} <= seen_by(school, board.visible_photo, photo)
    school.settle_all(post_id)
    school.approve(post_id)
    assert Role.RESOURCES_MANAGER in seen_by(school, board.visible_photo, photo)


def test_a_finding_s_cut_out_is_for_approvers_and_the_author(school: School) -> None:
    post_id = school.submit(small_photo(), caption="")
    for scan in scans(school, post_id):
        sighting = Sighting(Detector.FACES, Kind.FACE_MATCH, Box(10, 10, 50, 50))
        assert scanning.scan(school.parts.work, school.parts.reading, Quick(sighting), scan.id, scan.token)
    finding = school.findings(post_id)[0].id
    assert seen_by(school, board.visible_finding, finding) == {Role.ASSISTANT_HEAD, Role.HEADTEACHER}
    with school.parts.reading() as work:
        assert board.visible_finding(work, school.teacher, finding)[1].post_id == post_id


def test_what_does_not_exist_is_not_found(school: School) -> None:
    for look in (board.visible, board.visible_photo, board.visible_finding):
        assert seen_by(school, look, 999) == set()
    with pytest.raises(NotFound), school.parts.reading() as work:
        board.reference(work, 999)
