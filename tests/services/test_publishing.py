"""Laws 1 and 6: the kit is exactly what was approved, pixels only, and what goes live has its links."""

import io
import json
import zipfile
from hashlib import sha256

import pytest

from moderation.db.models import Kit, Publication
from moderation.media.photo import NotPixelsOnly, export
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.workflow import Action, NotYours, Refused, State
from moderation.services import accounts, cases, intake, kit_contents, publishing, register, review, sweep
from moderation.services.kit_contents import KitFiles
from moderation.services.register import PersonForm
from tests.builders import LINK, School
from tests.services.moments import actions, rows, small_photo


def opened(school: School, *photos: bytes) -> int:
    post_id = school.released(*photos)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    return post_id


def kit(school: School, post_id: int) -> KitFiles:
    with school.parts.work() as work:
        return publishing.kit_files(work, school.manager, post_id)


def test_laws_1_and_6_the_kit_holds_what_was_approved_and_only_pixels(school: School) -> None:
    post_id = opened(school, small_photo(100), small_photo(150))
    files = dict(kit(school, post_id).files)
    assert list(files) == ["caption.txt", "photo-1.jpg", "photo-2.jpg", "alt-texts.txt", "manifest.json"], (
        "no name of a camera or child"
    )
    post = school.post(post_id)
    assert files["caption.txt"] == post.caption.encode()
    for number, photo in enumerate(post.photos, 1):
        data = files[f"photo-{number}.jpg"]
        assert sha256(data).hexdigest() == photo.media_key
        assert export(data) == data
    manifest = json.loads(files["manifest.json"])
    assert manifest["digest"] == school.digest(post_id)
    assert manifest["accounts"] == ["Facebook: Our School"]
    assert [photo["alt_text"] for photo in manifest["photos"]] == [photo.alt_text for photo in post.photos]
    assert [photo["sha256"] for photo in manifest["photos"]] == [photo.media_key for photo in post.photos]


def test_law_6_a_picture_with_anything_besides_pixels_does_not_leave(school: School) -> None:
    """Even if something else than the intake had put it there."""
    post_id = opened(school, small_photo())
    with school.parts.work() as work:
        photo = cases.get(work, post_id).photos[0]
        key = photo.media_key
        photo.media_key = work.store.put(work.store.get(key) + b"a trailing secret")
        with pytest.raises(NotPixelsOnly):
            kit_contents.whole(work, cases.get(work, post_id), "digest")
        photo.media_key = key


def test_the_zipped_kit_is_the_same_files(school: School) -> None:
    files = kit(school, opened(school, small_photo()))
    with zipfile.ZipFile(io.BytesIO(files.zipped())) as archive:
        assert tuple((name, archive.read(name)) for name in archive.namelist()) == files.files


def test_a_kit_that_was_not_opened_shows_nothing(school: School) -> None:
    post_id = school.released()
    with pytest.raises(Refused, match="Open the kit first"):
        kit(school, post_id)
    assert rows(school, Kit) == 0


@pytest.mark.parametrize("role", sorted(SIGN_INS - {Role.RESOURCES_MANAGER}))
def test_law_3_only_a_publisher_opens_a_kit_or_marks_live(school: School, role: Role) -> None:
    post_id = opened(school)
    with school.parts.work() as work:
        for take in (publishing.open_kit, publishing.opened_kit, publishing.kit_files):
            with pytest.raises(NotYours):
                take(work, school.people[role], post_id)
        with pytest.raises(NotYours):
            publishing.mark_live(work, school.people[role], post_id, {school.account.id: LINK})


def test_law_1_no_kit_opens_before_the_release_or_after_taking_back(school: School) -> None:
    post_id = school.in_review()
    with pytest.raises(Refused, match="in review now, so its kit is closed"), school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    post_id = opened(school)
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
    with pytest.raises(Refused, match="draft now, so its kit is closed"):
        kit(school, post_id)


def test_law_1_a_kit_opened_for_an_earlier_approval_is_closed(school: School) -> None:
    post_id = opened(school)
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
        intake.submit(work, school.teacher, post_id)
    school.approve(post_id)
    with pytest.raises(Refused, match="Open the kit first"):
        kit(school, post_id)


def test_going_live_needs_a_link(school: School) -> None:
    post_id = opened(school)
    for links in ({}, {school.account.id: "  "}):
        with pytest.raises(Refused, match="Paste the link"), school.parts.work() as work:
            publishing.mark_live(work, school.manager, post_id, links)
    with school.parts.work() as work:
        publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK})
    assert school.state(post_id) is State.LIVE


@pytest.mark.parametrize("link", ["javascript:alert(1)", "www.example.org", "https://a b", "https://" + "a" * 2000])
def test_a_link_is_a_web_address(school: School, link: str) -> None:
    post_id = opened(school)
    with pytest.raises(Refused, match="does not look like a web address"), school.parts.work() as work:
        publishing.mark_live(work, school.manager, post_id, {school.account.id: link})
    assert rows(school, Publication) == 0


@pytest.mark.parametrize("link", ["https://", "http://", "https:///post/1", "https://?a", "https://#", "https://."])
def test_a_link_without_a_host_leads_nowhere(school: School, link: str) -> None:
    post_id = opened(school)
    with pytest.raises(Refused, match="leads nowhere"), school.parts.work() as work:
        publishing.mark_live(work, school.manager, post_id, {school.account.id: link})
    assert rows(school, Publication) == 0


@pytest.mark.parametrize(
    ("link", "is_strange"),
    [
        ("https://www.facebook.com/school/posts/1", False),
        ("https://fb.watch/1", False),
        ("https://facebook.com.elsewhere.com/1", True),
        ("https://facebook.com@elsewhere.com/1", True),
        ("https://instagram.com/p/1", True),
    ],
)
def test_a_link_that_leads_to_another_domain_is_kept_with_a_note(school: School, link: str, is_strange: bool) -> None:
    post_id = opened(school)
    with school.parts.work() as work:
        publishing.mark_live(work, school.manager, post_id, {school.account.id: link})
    page = school.browser(Role.RESOURCES_MANAGER).get(f"/posts/{post_id}").text
    assert ("This is not an address of Facebook" in page) is is_strange


def test_taking_down_needs_a_reason_and_is_the_end(school: School) -> None:
    post_id = school.live()
    with pytest.raises(Refused, match="Say why"), school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, " ")
    with school.parts.work() as work:
        publishing.take_down(work, school.head, post_id, "A parent asked.")
    assert school.state(post_id) is State.TAKEN_DOWN
    assert rows(school, Publication) == 1, "where it was stays on record"


def test_the_board_shows_what_concerns_a_publisher(school: School) -> None:
    released, live, _ = school.released(), school.live(), school.in_review()
    with school.parts.reading() as work:
        columns = publishing.columns(work)
    assert {state: [post.id for post in posts] for state, posts in columns.items()} == {
        State.RELEASED: [released],
        State.LIVE: [live],
        State.TAKEN_DOWN: [],
    }


def test_law_1_a_kit_for_an_account_that_was_closed_is_closed(school: School) -> None:
    post_id = opened(school)
    with school.parts.work() as work:
        accounts.close(work, school.people[Role.ADMINISTRATOR], school.account.id, "We leave it.")
    with pytest.raises(Refused, match="not in use now"):
        kit(school, post_id)


def test_every_taking_away_of_a_kit_is_recorded(school: School) -> None:
    post_id = opened(school)
    for _ in range(2):
        kit(school, post_id)
    assert actions(school, post_id)[-3:] == ["kit opened", "kit taken", "kit taken"]


def test_the_board_says_why_a_post_is_held_back(school: School) -> None:
    taken_back, checked_again = school.released(caption="One."), school.released(caption="Two.")
    with school.parts.work() as work:
        review.decide(work, school.head, taken_back, Action.UNAPPROVE, "The date is wrong.")
        register.save(work, school.data_lead, PersonForm("U1", "Zofia", "Nowak"))
        sweep.refresh(work, checked_again)
    page = school.browser(Role.RESOURCES_MANAGER).get("/publish/").text
    held = page[page.index("Held back") :]
    assert "The date is wrong." in held
    assert "Checked again: the list, the roll or the checks moved on" in held
