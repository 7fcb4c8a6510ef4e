"""Law 5, walked: after a cover the picture from before is nobody's, at no address, in no state that follows."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from moderation.db.models import Account, Person, Photo
from moderation.media import photo as pictures
from moderation.media.covers import COVER
from moderation.rules.findings import Box, Kind
from moderation.rules.roles import APPROVERS, SIGN_INS, Role
from moderation.rules.workflow import Action, State
from moderation.services import cases, intake, publishing, purging, renditions, review, tagging
from moderation.services.covering import Wish
from moderation.services.looking import Looker
from moderation.services.work import Work
from moderation.web.views.media import SIZES
from tests.acceptance.albums import COLLINS, WALL, alone, jpeg
from tests.builders import LINK, School, named_certificate, open_school
from tests.in_full import IN_FULL
from tests.web.pages import page_of

Area = tuple[float, float, float, float]
HEAD = Role.ASSISTANT_HEAD
LOOKING = sorted(SIGN_INS) if IN_FULL else [Role.TEACHER, HEAD, Role.RESOURCES_MANAGER, Role.DATA_LEAD]
pytestmark = pytest.mark.long
BEFORE_RELEASE = {State.CHECKING, State.IN_REVIEW, State.SENT_BACK, State.DRAFT, State.STOPPED}
AFTER_RELEASE = {State.RELEASED, State.LIVE, State.TAKEN_DOWN}


@dataclass
class Covered:
    """A school with one covered photo in one post, and what is known of the picture from before."""

    school: School
    post_id: int
    former: Photo
    findings: tuple[int, ...]  # what was found in it, and in what was made from it
    box: Box  # what was to be covered, in pixels of the photo
    pupil: Person
    browsers: dict[Role, FlaskClient]
    left: set[tuple[State, str]] = field(default_factory=set)  # pictures that were taken out of the house

    @property
    def photo(self) -> Photo:
        return self.school.post(self.post_id).photos[0]

    @property
    def area(self) -> Area:
        return parts_of(self.box, Box(0, 0, self.former.width, self.former.height))

    def renditions(self) -> Iterator[tuple[Account, Area]]:
        """Each account, and where the cover is in the picture that it gets."""
        with self.school.parts.reading() as work:
            for shown in renditions.plan(work, cases.get(work, self.post_id)):
                yield shown.account, parts_of(self.box, shown.recipe.part) if shown.recipe else self.area


def parts_of(box: Box, whole: Box) -> Area:
    """Left, top, right, bottom in parts of `whole`."""
    wide, high = whole.right - whole.left, whole.bottom - whole.top
    left, top, right, bottom = (
        box.left - whole.left,
        box.top - whole.top,
        box.right - whole.left,
        box.bottom - whole.top,
    )
    return left / wide, top / high, right / wide, bottom / high


def wide_certificate() -> bytes:
    """Wider than Instagram takes."""
    sheet = Image.open(io.BytesIO(named_certificate("Maya Marchetti"))).resize((1000, 750))
    wall = Image.new("RGB", (1900, 750), WALL)
    wall.paste(sheet, (450, 0))
    return jpeg(wall)


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> Covered:
    """Its approver has just covered the name."""
    school = open_school(tmp_path_factory.mktemp("covered") / "instance", looker)
    school.person("p1", "Collin", "Quill", references=[jpeg(alone(COLLINS))])
    pupil = school.person("p2", "Maya", "Marchetti")
    post_id = school.draft(wide_certificate())
    with school.parts.work() as work:
        instagram = school.add_account(work, "Instagram", "@our.school")
        cases.get(work, post_id).accounts = [work.session.get_one(Account, school.account.id), instagram]
        tagging.tag(work, school.teacher, post_id, [pupil.id])
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    found, former = school.findings(post_id), school.post(post_id).photos[0]
    name = next(one for one in found if one.kind is Kind.NAME_MATCH)
    assert name.box is not None
    school.cover(post_id, Wish((name.id,)))
    everybody = {role: school.browser(role) for role in LOOKING}
    return Covered(school, post_id, former, tuple(one.id for one in found if one.box), name.box, pupil, everybody)


def test_law_5_what_is_covered_is_one_colour_everywhere_and_the_picture_from_before_is_nobodys_in_any_state(
    covered: Covered,
) -> None:
    walked, looked = set(), 0
    for state in life(covered):
        assert covered.school.state(covered.post_id) is state
        walked.add(state)
        looked += assert_former_is_gone(covered, state)
        looked += assert_one_colour(covered, state)
    assert walked == BEFORE_RELEASE | AFTER_RELEASE
    instagram = next(folder(account) for account, _ in covered.renditions() if account.network_key == "instagram")
    assert {(State.RELEASED, "photo-1.jpg"), (State.RELEASED, f"{instagram}/photo-1.jpg")} <= covered.left
    assert {(state, "pictures/picture-1.jpg") for state in AFTER_RELEASE} <= covered.left
    assert {state for state, _ in covered.left} <= AFTER_RELEASE
    print(f"\n{looked} answers looked at, by {len(LOOKING)} roles in {len(walked)} states")
    with covered.school.parts.work() as work:
        gone = purging.post(work, covered.school.data_lead, cases.get(work, covered.post_id))
    assert covered.former.media_key in gone
    assert_former_is_gone(covered, State.PURGED)


def life(covered: Covered) -> Iterator[State]:
    """The post goes through every state in which it has photos."""
    school, post_id, head = covered.school, covered.post_id, covered.school.head
    decide = partial(review.decide, post_id=post_id, actor=head, reason="To try it")

    @contextmanager
    def step() -> Iterator[Work]:
        with school.parts.work() as work:
            yield work

    def checked() -> State:
        school.run_checks(post_id)
        return State.IN_REVIEW

    yield State.CHECKING
    yield checked()
    with step() as work:
        decide(work, action=Action.SEND_BACK)
    yield State.SENT_BACK
    with step() as work:
        intake.submit(work, school.teacher, post_id)
    checked()
    with step() as work:
        decide(work, action=Action.STOP)
    yield State.STOPPED
    with step() as work:
        decide(work, action=Action.RESUME)
    checked()
    with step() as work:
        intake.take_back(work, school.teacher, post_id)
    yield State.DRAFT
    with step() as work:
        intake.submit(work, school.teacher, post_id)
    checked()
    school.settle_all(post_id)
    school.approve(post_id)
    yield State.RELEASED
    with step() as work:
        publishing.open_kit(work, school.manager, post_id)
    yield State.RELEASED
    with step() as work:
        publishing.mark_live(work, school.manager, post_id, {account.id: LINK for account, _ in covered.renditions()})
    yield State.LIVE
    with step() as work:
        publishing.take_down(work, school.manager, post_id, "To try it")
    yield State.TAKEN_DOWN


def assert_former_is_gone(covered: Covered, state: State) -> int:
    """Nobody gets it by any address that it ever had, no page leads to it, and no cover comes off after release."""
    post, former = covered.post_id, covered.former.id
    accounts = [covered.school.account.id, covered.school.account.id + 1]
    addresses = [f"/media/findings/{number}" for number in covered.findings]
    addresses += [f"/media/photos/{former}/{size}" for size in SIZES]
    addresses += [f"/media/posts/{post}/accounts/{one}/{former}/{size}" for one in accounts for size in SIZES]
    addresses += [f"/posts/{post}/photos/{former}/cover", f"/posts/{post}/photos/{former}/checked"]
    for role, browser in covered.browsers.items():
        for address in addresses:
            assert browser.get(address).status_code in (403, 404, 409), (role, state, address)
        for page in (f"/posts/{post}", f"/posts/{post}/edit", f"/review/{post}", f"/publish/{post}/kit"):
            assert f"/media/photos/{former}/" not in browser.get(page).text, (role, state, page)
        for photo in {former} if state is State.PURGED else {former, covered.photo.id}:
            if photo == former or state is not State.IN_REVIEW or role not in APPROVERS:
                off = browser.post(f"/posts/{post}/photos/{photo}/uncover", data={"digest": digest(covered, state)})
                assert off.status_code in (403, 404, 409), (role, state, "take the cover off")
    return len(covered.browsers) * (len(addresses) + 5)


def digest(covered: Covered, state: State) -> str:
    return "" if state is State.PURGED else covered.school.digest(covered.post_id)


def assert_one_colour(covered: Covered, state: State) -> int:
    """Wherever anybody gets the picture, the place is a block of one colour."""
    school, post, photo = covered.school, covered.post_id, covered.photo
    stored = pictures.pixels(school.parts.store.get(photo.media_key))
    left, top, right, bottom = covered.box
    assert (stored[top:bottom, left:right] == COVER).all(), state
    shown = {f"/media/photos/{photo.id}/{size}": covered.area for size in SIZES}
    for account, area in covered.renditions():
        shown |= {f"/media/posts/{post}/accounts/{account.id}/{photo.id}/{size}": area for size in SIZES}
    looked = 0
    for role, browser in covered.browsers.items():
        answers = [(address, browser.get(address), area) for address, area in shown.items()]
        seen = [(address, answer, area) for address, answer, area in answers if answer.status_code == 200]
        assert len(seen) in (0, len(shown))
        assert seen or role not in (Role.TEACHER, HEAD) or (role, state) == (HEAD, State.DRAFT), (role, state)
        for address, answer, area in seen:
            assert answer.headers["Cache-Control"] == "no-store"
            assert is_block(answer.data, area), (role, state, address)
        for page in (f"/posts/{post}", f"/review/{post}", f"/publish/{post}/kit"):
            known = {address for address in page_of(browser.get(page)).addresses if address.startswith("/media/p")}
            assert known <= shown.keys(), (role, state, page)
        looked += len(seen) + assert_exports(covered, browser, role, state)
    return looked


def assert_exports(covered: Covered, browser: FlaskClient, role: Role, state: State) -> int:
    """The kit; and, once it is released, the copy of what is held about the pupil who is in the post."""
    areas = {folder(account): area for account, area in covered.renditions()}
    taken = photos_in(browser.get(f"/publish/{covered.post_id}/kit.zip"))
    held = f"/register/{covered.pupil.id}/held"
    if state in AFTER_RELEASE and browser.post(held).status_code == 303:
        copy = next(address for address in page_of(browser.get(held)).addresses if address.endswith(".zip"))
        taken += photos_in(browser.get(copy))
    for name, data in taken:
        assert is_block(data, areas.get(name.rpartition("/")[0], covered.area)), (role, state, name)
        covered.left.add((state, name))
    return len(taken)


def folder(account: Account) -> str:
    return f"{account.network_key}-{account.id}"


def photos_in(answer: TestResponse) -> list[tuple[str, bytes]]:
    if answer.status_code != 200:
        return []
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return [(name, packed.read(name)) for name in packed.namelist() if name.endswith(".jpg")]


@cache  # the same bytes go to several people
def is_block(data: bytes, area: Area) -> bool:
    """One colour but for what scaling and encoding do at its edges."""
    picture = pictures.pixels(data).astype(int)
    height, width = picture.shape[:2]
    left, top, right, bottom = (round(part * side) for part, side in zip(area, (width, height) * 2, strict=True))
    away = np.abs(picture[top:bottom, left:right] - COVER)
    return bool(away.size and away.max() <= 24 and np.mean(away.max(axis=2) <= 4) > 0.9)
