"""Covering on the pages: who reaches it in which state, what is typed without a script, what its author is asked."""

import io
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.db.models import ScanState, Sticker
from moderation.media.photo import pixels
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.workflow import State
from moderation.services import cases, intake, scanning
from tests.builders import School
from tests.services.moments import Quick, rows, scans
from tests.web.conftest import Gallery
from tests.web.pages import page_of, plain

HEADS = {Role.ASSISTANT_HEAD, Role.HEADTEACHER}
BOX = {"left": "25", "top": "25,5", "width": "20 %", "height": "10", "angle": "30°"}
NAME = Sighting(Detector.NAMES, Kind.NAME_MATCH, Box(40, 40, 90, 56), evidence="reads “Harvey”: on the roll")
FACE = Sighting(Detector.FACES, Kind.FACE_MATCH, Box(100, 20, 130, 60), evidence="0.41 from reference photo 2 of 3")


@dataclass
class Drafted:
    """A draft of teacher 1 whose photo was looked at."""

    school: School
    post: int
    browser: FlaskClient

    @property
    def photo(self) -> int:
        return self.school.post(self.post).photos[0].id

    @property
    def address(self) -> str:
        return f"/posts/{self.post}/photos/{self.photo}"

    def save(self, do: str) -> TestResponse:
        form = {"caption": "Still being written", "account": str(self.school.account.id), "do": do}
        return self.browser.post(f"/posts/{self.post}/edit", data=form)


def look(school: School, post_id: int, *seen: Sighting) -> None:
    for scan in scans(school, post_id):
        if scan.state is ScanState.WAITING:
            assert scanning.scan(school.parts.work, school.parts.reading, Quick(*seen), scan.id, scan.token)


def drafted(school: School, *seen: Sighting) -> Drafted:
    post_id = school.draft(plain(3), caption="A draft")
    look(school, post_id, *seen)
    return Drafted(school, post_id, school.browser(Role.TEACHER))


def colour(draft: Drafted, x: int, y: int) -> list[int]:
    key = draft.school.post(draft.post).photos[0].media_key
    return [int(part) for part in pixels(draft.school.parts.store.get(key))[y, x]]


def test_each_role_reaches_the_page_in_review_or_in_their_own_draft_and_nobody_else(gallery: Gallery) -> None:
    for state, post_id in gallery.posts.items():
        photos = gallery.school.post(post_id).photos
        address = f"/posts/{post_id}/photos/{photos[0].id if photos else 999999}"
        for role in SIGN_INS:
            yes = bool(photos) and (
                (role is Role.TEACHER and state in (State.DRAFT, State.SENT_BACK))
                or (role in HEADS and state is State.IN_REVIEW)
            )
            browser = gallery.browser(role)
            assert (browser.get(f"{address}/cover").status_code == 200) == yes, (state, role)
            if not yes:
                for verb in ("cover", "uncover"):
                    answer = browser.post(f"{address}/{verb}", data=BOX)
                    assert answer.status_code in (403, 404, 409), (state, role, verb)


def test_another_teacher_never_reaches_it(gallery: Gallery) -> None:
    colleague = gallery.school.browser(Role.TEACHER, 2)
    for state in (State.DRAFT, State.IN_REVIEW):
        address = f"/posts/{gallery.posts[state]}/photos/{gallery.photos[state]}"
        assert colleague.get(f"{address}/cover").status_code in (403, 404)
        assert colleague.get(f"{address}/checked").status_code == 404


def test_without_a_script_boxes_are_typed_in_hundredths_of_the_photo(desk: School) -> None:
    draft = drafted(desk)
    page = draft.browser.get(f"{draft.address}/cover")
    assert page.text.count('name="angle"') == 4, "three to fill in, and the one that a script copies"
    answer = draft.browser.post(f"{draft.address}/cover", data=BOX)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, f"/posts/{draft.post}/edit")
    # 160 × 120: the middle of the box is 35 % from the left and 30.5 % from the top.
    assert colour(draft, 56, 36) == [32, 32, 32]
    assert colour(draft, 10, 100) != [32, 32, 32]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"left": "a lot"}, "Box 1: fill in"),
        ({"width": ""}, "Box 1: fill in"),
        ({"width": "0"}, "more than nothing"),
        ({"left": "nan"}, "Box 1: fill in"),
        ({"top": "1e9"}, "Box 1: fill in"),
        ({"left": "250"}, "outside the photo"),
        (dict.fromkeys(BOX, ""), "Nothing is covered yet"),
    ],
    ids=str,
)
def test_law_12_a_slip_is_told_and_what_was_typed_is_still_there(
    desk: School, change: dict[str, str], sentence: str
) -> None:
    draft = drafted(desk)
    answer = draft.browser.post(f"{draft.address}/cover", data=BOX | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    for value in {value for value in (BOX | change).values() if value}:
        assert f'value="{value}"' in answer.text


def test_the_author_is_asked_in_the_draft_and_covers_with_one_tap_that_keeps_what_was_typed(desk: School) -> None:
    draft = drafted(desk, NAME)
    page = draft.browser.get(f"/posts/{draft.post}/edit").text
    assert "A name can be read." in page and "Cover it, or choose another photo?" in page
    before = draft.photo
    answer = draft.save(f"cover-{before}")
    assert answer.status_code == 303
    assert desk.post(draft.post).caption == "Still being written"
    assert draft.photo != before and colour(draft, 60, 48) == [32, 32, 32]
    page = draft.browser.get(f"/posts/{draft.post}/edit").text
    assert "Looking for names and faces" in page and f"/photos/{draft.photo}/checked" in page
    assert draft.browser.get(f"{draft.address}/checked").status_code == 200
    look(desk, draft.post)
    answer = draft.browser.get(f"{draft.address}/checked")
    part = answer.text
    assert answer.status_code == 286 and "hx-get" not in part and "A name can be read" not in part
    assert "A person looks, too" in part or "Nobody is on the register" in part


def test_choosing_another_photo_takes_this_one_out_and_it_can_be_put_back(desk: School) -> None:
    draft = drafted(desk, FACE)
    page = draft.browser.get(f"/posts/{draft.post}/edit").text
    assert f'value="remove-{draft.photo}">Choose another photo' in page
    draft.save(f"remove-{draft.photo}")
    assert desk.post(draft.post).photos == []
    assert "Put back" in draft.browser.get(f"/posts/{draft.post}/edit").text


def test_what_was_typed_is_kept_on_the_way_to_drawing(desk: School) -> None:
    draft = drafted(desk)
    answer = draft.save(f"draw-{draft.photo}")
    assert answer.headers["Location"] == f"{draft.address}/cover"
    assert desk.post(draft.post).caption == "Still being written"


def test_law_10_its_author_learns_no_reason_no_name_and_sees_no_reference(gallery: Gallery) -> None:
    """The photo shows a person on the list, found by the real checks."""
    school = gallery.school
    post_id = gallery.posts[State.IN_REVIEW]
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
    try:
        browser, photo = gallery.browser(Role.TEACHER), school.post(post_id).photos[0].id
        for address in (f"/posts/{post_id}/edit", f"/posts/{post_id}/photos/{photo}/cover"):
            page = browser.get(address)
            assert page.status_code == 200
            assert "Pemberton" not in page.text and "reference photo" not in page.text
            assert not any("/media/references/" in one for one in page_of(page).addresses)
        part = browser.get(f"/posts/{post_id}/photos/{photo}/checked").text
        assert "A face here needs a look." in part and "Pemberton" not in part
    finally:
        with school.parts.work() as work:
            intake.submit(work, school.teacher, post_id)
        school.run_checks(post_id)


def test_handing_in_with_an_open_question_is_possible(desk: School) -> None:
    draft = drafted(desk, NAME)
    photo = draft.photo
    form = {"caption": "", "account": str(desk.account.id), f"alt-{photo}": "What it shows", "do": "send"}
    answer = draft.browser.post(f"/posts/{draft.post}/edit", data=form)
    assert answer.headers["Location"] == f"/posts/{draft.post}"
    assert desk.state(draft.post) is not State.DRAFT


def test_an_approver_covers_and_takes_the_cover_off(desk: School) -> None:
    post_id = desk.submit(plain(5), caption="")
    look(desk, post_id, NAME)
    head = desk.browser(Role.ASSISTANT_HEAD)
    before = desk.post(post_id).photos[0].id
    digest, finding = desk.digest(post_id), desk.findings(post_id)[0].id
    stale = head.post(f"/posts/{post_id}/photos/{before}/cover", data={"digest": "0" * 64, "finding": finding})
    assert stale.status_code == 409
    answer = head.post(f"/posts/{post_id}/photos/{before}/cover", data={"digest": digest, "finding": finding})
    assert answer.headers["Location"] == f"/review/{post_id}#flags"
    look(desk, post_id)
    now = desk.post(post_id).photos[0].id
    assert head.get(f"/media/photos/{before}/page").status_code == 404
    page = head.get(f"/posts/{post_id}/photos/{now}/cover")
    assert "Take the last cover off" in page.text
    answer = head.post(f"/posts/{post_id}/photos/{now}/uncover", data={"digest": desk.digest(post_id)})
    assert answer.headers["Location"] == f"/review/{post_id}#flags"
    assert desk.post(post_id).photos[0].id == before
    assert head.get(f"/media/photos/{now}/page").status_code == 404


def upload(data: bytes, name: str = "badge.png") -> dict[str, object]:
    return {"photos": (io.BytesIO(data), name)}


def test_the_administrator_keeps_one_sticker_and_a_cover_may_carry_it(desk: School) -> None:
    administrator = desk.browser(Role.ADMINISTRATOR)
    assert administrator.get("/media/sticker").status_code == 404
    refused = administrator.post("/staff/sticker", data=upload(b"GIF89a nothing", "badge.gif"))
    assert refused.status_code == 422 and "badge.gif" in refused.text
    draft = drafted(desk)
    assert "sticker" not in draft.browser.get(f"{draft.address}/cover").text.split("<main")[1]
    for number in (28, 29):
        assert administrator.post("/staff/sticker", data=upload(plain(number))).status_code == 303
    assert rows(desk, Sticker) == 1
    assert draft.browser.get("/media/sticker").status_code == 200
    draft.browser.post(f"{draft.address}/cover", data=BOX | {"angle": "0", "width": "60", "fill": "sticker"})
    with desk.parts.reading() as work:
        assert cases.get(work, draft.post).photos[0].covered_by_id == desk.teacher.id
    assert colour(draft, 88, 36) != [32, 32, 32], "the sticker lies on it"
    assert administrator.post("/staff/sticker/remove").status_code == 303
    assert rows(desk, Sticker) == 0
    assert administrator.get("/media/sticker").status_code == 404


def test_a_draft_tells_nobody_who_is_on_the_list(school: School) -> None:
    draft = drafted(school, FACE, NAME)
    page = draft.browser.get(f"{draft.address}/cover").text
    assert "A face here needs a look" in page and "A name on the roll can be read" in page
    for text in (page, draft.browser.get(f"/posts/{draft.post}/edit").text):
        assert "no-publish list" not in text and "reference photo" not in text and "0.41" not in text
