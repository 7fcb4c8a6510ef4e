"""Two schools for the tests of the pages: one to look at, with posts in every state, and one to work in."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient

from moderation.rules.findings import Kind
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.workflow import Action, State
from moderation.services import intake, publishing, review
from moderation.services.covering import Wish
from moderation.services.looking import Looker
from tests.builders import School, listed_portrait, open_school
from tests.web.pages import plain, small

FORENAME, SURNAME = "Harvey", "Pemberton"


@dataclass
class Gallery:
    """A school that tests only look at: a post in every state, pictures that may and may not be seen."""

    school: School
    posts: dict[State, int]
    reference: int
    finding: int  # of the photo of the post in review
    photos: dict[State, int]
    covered: int  # what was there before the cover
    removed: int
    changed: int  # the post that these two belonged to
    browsers: dict[Role | None, FlaskClient] = field(default_factory=dict)

    def browser(self, role: Role | None) -> FlaskClient:
        """Signed in once; not for signing out."""
        if role not in self.browsers:
            self.browsers[role] = self.school.browser(role)
        return self.browsers[role]


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> Iterator[Gallery]:
    school = open_school(tmp_path_factory.mktemp("gallery") / "instance", looker)
    face = small(listed_portrait(1))
    person = school.person("p1", FORENAME, SURNAME, references=[small(listed_portrait(0))])
    with school.parts.reading() as work:
        reference = work.session.merge(person).references[0].id
    changed, covered, removed = _changed(school, face)
    posts = _posts(school, face)
    photos = {state: school.post(posts[state]).photos[0].id for state in (State.DRAFT, State.IN_REVIEW, State.RELEASED)}
    finding = next(found.id for found in school.findings(posts[State.IN_REVIEW]) if found.kind is Kind.FACE_MATCH)
    yield Gallery(school, posts, reference, finding, photos, covered, removed, changed)


def _changed(school: School, face: bytes) -> tuple[int, int, int]:
    """A post whose first photo was covered and whose second one was removed by the approver."""
    post_id = school.in_review(face, plain())
    first, second = school.post(post_id).photos
    found = next(found for found in school.findings(post_id) if found.kind is Kind.FACE_MATCH)
    school.cover(post_id, Wish((found.id,)))
    school.run_checks(post_id)
    with school.parts.work() as work:
        review.remove_photo(work, school.head, post_id, second.id, school.digest(post_id))
    school.run_checks(post_id)
    assert school.state(post_id) is State.IN_REVIEW
    return post_id, first.id, second.id


def _posts(school: School, face: bytes) -> dict[State, int]:
    posts = {
        State.DRAFT: school.draft(plain(10), caption="A draft."),
        State.CHECKING: school.submit(caption="Being checked."),
        State.IN_REVIEW: school.in_review(face, caption="To decide."),
        State.SENT_BACK: school.in_review(caption="Sent back."),
        State.RELEASED: school.released(plain(20), caption="Ready."),
        State.LIVE: school.live(caption="Is live."),
        State.STOPPED: school.in_review(caption="Stopped."),
        State.TAKEN_DOWN: school.live(caption="Was live."),
        State.DISCARDED: school.draft(caption="Thrown away."),
    }
    with school.parts.work() as work:
        review.decide(work, school.head, posts[State.SENT_BACK], Action.SEND_BACK, "A sharper photo, please.")
        review.decide(work, school.head, posts[State.STOPPED], Action.STOP, "Not today.")
        publishing.take_down(work, school.manager, posts[State.TAKEN_DOWN], "The family asked.")
        intake.discard(work, school.teacher, posts[State.DISCARDED])
    assert {state: school.state(post_id) for state, post_id in posts.items()} == {state: state for state in posts}
    return posts


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    """A school to work in: each test writes its own posts and leaves the others' alone."""
    return open_school(tmp_path_factory.mktemp("desk") / "instance", looker)


ROLES: tuple[Role | None, ...] = (*sorted(SIGN_INS), None)
