"""Law 3: a match is never let through by one person, and by two only where the school says so."""

import pytest

from moderation.rules.findings import Box, Detector, Kind, Resolution, Sighting
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import NotYours, Refused, Stale, State
from moderation.services import review, route_changes, scanning
from moderation.services.review import Word
from tests.builders import School
from tests.services.moments import Quick, scans, small_photo

FACE = Sighting(Detector.FACES, Kind.FACE_MATCH, Box(48, 32, 80, 72), evidence="0.41 from reference photo 1 of 1")
ALLOWED = Word(Resolution.ALLOWED, "Their parents asked for this one picture")


@pytest.fixture
def post_id(school: School) -> int:
    """A post in review whose photo shows a face on the list."""
    post_id = school.submit(small_photo(), caption="")
    for scan in scans(school, post_id):
        assert scanning.scan(school.parts.work, school.parts.reading, Quick(FACE), scan.id, scan.token)
    return post_id


def set_by_two(school: School, wanted: bool = True) -> None:
    with school.parts.work() as work:
        route_changes.set_matches_by_two(work, school.people[Role.ADMINISTRATOR], wanted)


def allow(school: School, post_id: int, actor: Actor) -> None:
    with school.parts.work() as work:
        review.settle(work, actor, post_id, [school.findings(post_id)[0].id], ALLOWED, school.digest(post_id))


def agree(school: School, post_id: int, actor: Actor) -> None:
    with school.parts.work() as work:
        review.agree(work, actor, post_id, school.findings(post_id)[0].id, school.digest(post_id))


def test_as_it_comes_nobody_allows_a_match(school: School, post_id: int) -> None:
    with pytest.raises(Refused, match="Cover it"):
        allow(school, post_id, school.head)


def test_one_asks_and_another_agrees(school: School, post_id: int) -> None:
    set_by_two(school)
    second = school.people[Role.HEADTEACHER]
    with pytest.raises(Stale):
        agree(school, post_id, second)
    allow(school, post_id, school.head)
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)
    with pytest.raises(Refused, match="Somebody else has to agree"):
        agree(school, post_id, school.head)
    with pytest.raises(NotYours):
        agree(school, post_id, school.teacher)
    page = school.browser(Role.HEADTEACHER).get(f"/review/{post_id}").text
    assert "assistant head 1 wants to allow it" in page and "I agree: it may be seen" in page
    agree(school, post_id, second)
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED


def test_its_author_agrees_to_nothing(school: School) -> None:
    set_by_two(school)
    author = school.people[Role.HEADTEACHER]
    post_id = school.submit(small_photo(9), caption="", author=author)
    for scan in scans(school, post_id):
        scanning.scan(school.parts.work, school.parts.reading, Quick(FACE), scan.id, scan.token)
    allow(school, post_id, school.head)
    with pytest.raises(Refused, match="You wrote this post"):
        agree(school, post_id, author)


def test_switched_off_what_was_allowed_is_open_again_and_a_released_post_comes_back(
    school: School, post_id: int
) -> None:
    set_by_two(school)
    allow(school, post_id, school.head)
    agree(school, post_id, school.people[Role.HEADTEACHER])
    school.approve(post_id)
    set_by_two(school, wanted=False)
    assert school.state(post_id) is State.IN_REVIEW
    assert not school.findings(post_id)[0].is_settled
    with pytest.raises(NotYours), school.parts.work() as work:
        route_changes.set_matches_by_two(work, school.head, True)
