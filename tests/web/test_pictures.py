"""Who sees which picture: publishers nothing before approval, nobody what was covered or taken out (law 5)."""

import io
import re

import pytest
from PIL import Image

from moderation.rules.roles import SIGN_INS, STAFF, Role
from moderation.rules.workflow import State
from tests.builders import School
from tests.web.conftest import ROLES, Gallery
from tests.web.pages import page_of

HEADS = {Role.ASSISTANT_HEAD, Role.HEADTEACHER}


def codes(gallery: Gallery, address: str) -> dict[Role, int]:
    return {role: gallery.browser(role).get(address).status_code for role in SIGN_INS}


@pytest.mark.parametrize("size", ["thumb", "page"])
@pytest.mark.parametrize("what", ["covered", "removed"])
def test_what_was_covered_or_taken_out_is_not_there_for_anybody(gallery: Gallery, what: str, size: str) -> None:
    found = codes(gallery, f"/media/photos/{getattr(gallery, what)}/{size}")
    assert found == {role: 404 if role in STAFF else 403 for role in SIGN_INS}


def test_the_covered_picture_took_its_place(gallery: Gallery) -> None:
    (now,) = gallery.school.post(gallery.changed).photos
    assert now.covered_from_id == gallery.covered
    assert gallery.browser(Role.TEACHER).get(f"/media/photos/{now.id}/page").status_code == 200
    for role in (Role.TEACHER, Role.ASSISTANT_HEAD):
        pages = [gallery.browser(role).get(f"/posts/{gallery.changed}")]
        if role in HEADS:
            pages.append(gallery.browser(role).get(f"/review/{gallery.changed}"))
        for answer in pages:
            addresses = page_of(answer).addresses
            assert any(address.startswith(f"/media/photos/{now.id}/") for address in addresses)
            for gone in (gallery.covered, gallery.removed):
                assert not any(address.startswith(f"/media/photos/{gone}/") for address in addresses)


def test_a_publisher_sees_no_photo_before_it_is_approved(gallery: Gallery) -> None:
    manager = gallery.browser(Role.RESOURCES_MANAGER)
    before = f"/media/photos/{gallery.photos[State.IN_REVIEW]}"
    after = f"/media/photos/{gallery.photos[State.RELEASED]}"
    for size in ("thumb", "page"):
        assert manager.get(f"{before}/{size}").status_code == 404
        assert manager.get(f"{after}/{size}").status_code == 200
    assert manager.get(f"/media/findings/{gallery.finding}").status_code == 404
    page = manager.get(f"/posts/{gallery.posts[State.IN_REVIEW]}")
    assert page.status_code == 200
    assert not [address for address in page_of(page).addresses if address.startswith("/media/")]


def test_other_staff_see_the_photos_of_what_is_under_way_for_they_may_stop_it(gallery: Gallery) -> None:
    found = codes(gallery, f"/media/photos/{gallery.photos[State.IN_REVIEW]}/page")
    expected = {Role.RESOURCES_MANAGER: 404, Role.ADMINISTRATOR: 403}
    assert found == {role: expected.get(role, 200) for role in SIGN_INS}


@pytest.mark.parametrize("address", ["/posts/{}", "/posts/{}/edit", "/posts/{}/progress"])
@pytest.mark.parametrize("state", [State.DRAFT, State.DISCARDED])
def test_a_draft_is_its_authors_alone(gallery: Gallery, state: State, address: str) -> None:
    page = address.format(gallery.posts[state])
    assert gallery.browser(Role.TEACHER).get(page).status_code in (200, 303)
    for browser in (gallery.school.browser(Role.TEACHER, 2), *map(gallery.browser, STAFF - {Role.TEACHER})):
        answer = browser.get(page)
        assert answer.status_code == 404
        assert "A draft." not in answer.text


def test_a_drafts_photo_is_its_authors_alone(gallery: Gallery) -> None:
    found = codes(gallery, f"/media/photos/{gallery.photos[State.DRAFT]}/page")
    expected = {Role.TEACHER: 200, Role.ADMINISTRATOR: 403}
    assert found == {role: expected.get(role, 404) for role in SIGN_INS}
    assert gallery.browser(Role.ASSISTANT_HEAD).get(f"/review/{gallery.posts[State.DRAFT]}").status_code == 404


def test_no_list_shows_anybody_elses_draft(gallery: Gallery) -> None:
    for role in STAFF - {Role.TEACHER}:
        browser = gallery.browser(role)
        for address in ("/posts/", "/posts/everybodys", "/review/", "/publish/"):
            text = browser.get(address).text
            assert "A draft." not in text and "Thrown away." not in text, (role, address)


def test_what_a_finding_points_at_is_for_approvers_and_the_author(gallery: Gallery) -> None:
    found = codes(gallery, f"/media/findings/{gallery.finding}")
    expected = dict.fromkeys((*HEADS, Role.TEACHER), 200) | {Role.ADMINISTRATOR: 403}
    assert found == {role: expected.get(role, 404) for role in SIGN_INS}
    colleague = gallery.school.browser(Role.TEACHER, 2)
    assert colleague.get(f"/media/findings/{gallery.finding}").status_code == 404


def test_a_finding_of_a_covered_picture_points_at_nothing_any_more(gallery: Gallery) -> None:
    """Its crop would show what the cover hides. The oldest findings are those of the first picture."""
    for number in range(1, gallery.finding):
        for role in (Role.TEACHER, Role.ASSISTANT_HEAD):
            answer = gallery.browser(role).get(f"/media/findings/{number}")
            assert answer.status_code == 404 or is_current(gallery, number)


def is_current(gallery: Gallery, finding_id: int) -> bool:
    return finding_id in {finding.id for finding in gallery.school.findings(gallery.changed)}


def test_reference_photos_are_for_approvers_and_the_data_lead(gallery: Gallery) -> None:
    found = codes(gallery, f"/media/references/{gallery.reference}")
    assert found == {role: 200 if role in {*HEADS, Role.DATA_LEAD} else 403 for role in SIGN_INS}


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_a_picture_has_two_sizes_and_no_other_address(gallery: Gallery, role: Role | None) -> None:
    photo = gallery.photos[State.RELEASED]
    key = gallery.school.post(gallery.posts[State.RELEASED]).photos[0].media_key
    for address in (f"/media/photos/{photo}/original", f"/media/photos/{photo}", f"/media/{key}", f"/static/../{key}"):
        assert gallery.browser(role).get(address).status_code in (401, 403, 404)


def test_a_photo_keeps_its_place_before_it_is_there_and_the_first_one_comes_at_once(school: School) -> None:
    """Else what stands below jumps away from under the thumb."""
    large, small = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (800, 1600)).save(large, "JPEG")
    Image.new("RGB", (120, 80)).save(small, "JPEG")
    post_id = school.draft(large.getvalue(), small.getvalue())
    author = school.browser(Role.TEACHER)
    first, second = re.findall(r"<img [^>]*/media/photos/[^>]*>", author.get(f"/posts/{post_id}/edit").text)
    assert 'width="160" height="320"' in first and "lazy" not in first
    assert 'width="120" height="80"' in second and 'loading="lazy"' in second
