"""Covering in place, in a real browser at phone size: by touch, by keyboard alone, and by the author first."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from moderation.db.models import Finding
from moderation.media.covers import COVER
from moderation.media.photo import pixels
from moderation.rules.blocks import Block
from moderation.rules.findings import Kind
from moderation.rules.workflow import State
from tests.acceptance.people import DESK, PHONE, keep, signed_in
from tests.acceptance.serving import Served
from tests.builders import School, named_certificate

NAMED = "Maya Marchetti"  # on the roll of this school


@pytest.fixture(scope="module")
def certificate() -> bytes:
    return named_certificate(NAMED)


@pytest.fixture
def phone(browser: Browser, pages: Served) -> Iterator[Page]:
    with signed_in(browser, pages, "assistant head", PHONE, has_touch=True) as page:
        yield page


def named(school: School, post_id: int) -> Finding:
    """The finding of the name, in the first photo."""
    return next(one for one in school.findings(post_id) if one.kind is Kind.NAME_MATCH and one.box)


def image(school: School, post_id: int) -> np.ndarray:
    return pixels(school.parts.store.get(school.post(post_id).photos[0].media_key))


def one_colour(part: np.ndarray) -> bool:
    return bool((part == COVER).all())


def under(picture: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """The pixels of an upright box given in parts of the picture."""
    height, width = picture.shape[:2]
    left, top, right, bottom = (round(part * side) for part, side in zip(box, (width, height) * 2, strict=True))
    return picture[top:bottom, left:right]


def draw(page: Page, layer: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """One finger, from one place of the picture (in parts of it) to another."""
    frame = layer.bounding_box()
    assert frame
    finger = page.context.new_cdp_session(page)

    def at(part: float) -> dict[str, float]:
        x, y = (one + (other - one) * part for one, other in zip(start, end, strict=True))
        return {"x": frame["x"] + x * frame["width"], "y": frame["y"] + y * frame["height"]}

    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at(0)]})
    for step in range(1, 6):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at(step / 5)]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_on_a_phone_a_name_is_tapped_a_box_is_drawn_by_touch_undone_and_sent(
    phone: Page, school: School, pages: Served, certificate: bytes
) -> None:
    post_id = school.in_review(certificate, caption="")
    box = named(school, post_id).box
    phone.goto(f"{pages.address}/review/{post_id}")
    phone.get_by_role("link", name="Cover in photo 1").tap()
    layer = phone.locator(".cover-layer")
    place = phone.get_by_role("button", name=re.compile(r"^Box 1 of \d+, covers a name"))
    expect(place).to_have_attribute("aria-pressed", "false")
    place.tap()
    expect(place).to_have_attribute("aria-pressed", "true")
    layer.scroll_into_view_if_needed()
    draw(phone, layer, (0.1, 0.1), (0.3, 0.25))
    drawn = phone.locator(".cover-box.own")
    expect(drawn).to_have_count(1)
    keep(phone, "covering-phone-drawn")
    phone.get_by_role("button", name="Undo").tap()
    expect(drawn).to_have_count(0)
    expect(place).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("button", name="Redo").tap()
    expect(drawn).to_have_count(1)
    phone.get_by_role("button", name="Undo").tap()
    draw(phone, layer, (0.6, 0.1), (0.8, 0.2))
    frame, there = layer.bounding_box(), drawn.bounding_box()
    assert frame and there
    assert there["x"] - frame["x"] == pytest.approx(0.6 * frame["width"], abs=3)
    assert there["width"] == pytest.approx(0.2 * frame["width"], abs=4)
    phone.get_by_role("button", name="Cover 2 places").click()
    phone.wait_for_url(re.compile(rf"/review/{post_id}"))
    after = image(school, post_id)
    assert box is not None and one_colour(after[box.top : box.bottom, box.left : box.right])
    assert one_colour(under(after, (0.61, 0.11, 0.79, 0.19)))
    assert not one_colour(under(after, (0.12, 0.12, 0.28, 0.23))), "what was undone is not covered"
    assert school.state(post_id) is State.CHECKING
    school.run_checks(post_id)
    assert not [one for one in school.findings(post_id) if one.kind is Kind.NAME_MATCH]


def focus(page: Page, name: str) -> None:
    """Tab, as often as it takes, to the control of this name."""
    wanted = (
        page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True)).first
    )
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_by_keyboard_alone_a_box_is_placed_turned_undone_and_sent(
    phone: Page, school: School, pages: Served, certificate: bytes
) -> None:
    post_id = school.in_review(certificate, caption="")
    phone.goto(f"{pages.address}/review/{post_id}")
    focus(phone, "Cover in photo 1")
    phone.keyboard.press("Enter")
    phone.wait_for_url(re.compile("/cover$"))
    focus(phone, "Add a box")
    phone.keyboard.press("Enter")
    label = "document.activeElement.getAttribute('aria-label')"
    total = phone.locator(".cover-box").count()
    assert (
        phone.evaluate(label)
        == f"Box {total} of {total}, covers 20 by 10 per cent of the photo, 40 from the left, 45 from the top"
    )
    for key, times in (("ArrowUp", 20), ("ArrowLeft", 10), ("Shift+ArrowRight", 6), ("+", 2), ("r", 4), ("l", 1)):
        for _ in range(times):
            phone.keyboard.press(key)
    said = phone.evaluate(label)
    assert said.endswith("turned by 15 degrees")
    phone.keyboard.press("ArrowDown")
    assert phone.evaluate(label) != said
    phone.keyboard.press("Control+z")
    assert phone.evaluate(label) == said
    keep(phone, "covering-keyboard")
    values = phone.locator("[data-own] input").evaluate_all("(all) => all.map((one) => Number(one.value))")
    focus(phone, "Cover 1 place")
    phone.keyboard.press("Enter")
    phone.wait_for_url(re.compile(rf"/review/{post_id}"))
    after = image(school, post_id)
    height, width = after.shape[:2]
    left, top, across, down, angle = values
    block = Block(left * width / 100, top * height / 100, across * width / 100, down * height / 100, angle)
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    (mx, my), (cos, sin) = block.middle, block.turn
    inside = (np.abs((x - mx) * cos + (y - my) * sin) <= block.width / 2) & (
        np.abs((y - my) * cos - (x - mx) * sin) <= block.height / 2
    )
    assert inside.sum() > 1000 and one_colour(after[inside])


def test_what_was_found_is_covered_by_the_space_bar_and_a_box_deleted_by_its_key(
    phone: Page, school: School, pages: Served, certificate: bytes
) -> None:
    post_id = school.in_review(certificate, caption="")
    photo = school.post(post_id).photos[0].id
    phone.goto(f"{pages.address}/posts/{post_id}/photos/{photo}/cover")
    place = phone.locator(".cover-box").first
    place.focus()
    phone.keyboard.press("Space")
    expect(place).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("button", name="Add a box").focus()
    phone.keyboard.press("Enter")
    phone.keyboard.press("Delete")
    expect(phone.locator(".cover-box.own")).to_have_count(0)
    phone.keyboard.press("Control+z")
    expect(phone.locator(".cover-box.own")).to_have_count(1)
    phone.keyboard.press("Control+y")
    expect(phone.locator(".cover-box.own")).to_have_count(0)


def test_with_letters_twice_as_large_nothing_is_cut_off_and_targets_are_large_enough(
    phone: Page, school: School, pages: Served, certificate: bytes
) -> None:
    post_id = school.in_review(certificate, caption="")
    photo = school.post(post_id).photos[0].id
    phone.goto(f"{pages.address}/posts/{post_id}/photos/{photo}/cover")
    phone.get_by_role("button", name="Add a box").tap()
    for button in phone.locator("main button:visible").all():
        size = button.bounding_box()
        assert size and min(size["width"], size["height"]) >= 43.5, button.get_attribute("aria-label")
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    keep(phone, "covering-large-letters")


def test_the_author_is_asked_while_the_page_is_open_and_covers_before_anybody_else_sees_it(
    browser: Browser, school: School, pages: Served, certificate: bytes
) -> None:
    with signed_in(browser, pages, "teacher", PHONE, has_touch=True) as page:
        page.get_by_role("link", name="New post").first.tap()
        page.get_by_label("Choose photos").set_input_files(
            [{"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": certificate}]
        )
        expect(page.get_by_text("Looking for names and faces")).to_be_visible()
        post_id = int(re.findall(r"/posts/(\d+)/edit", page.url)[0])
        page.get_by_label("Caption").fill("Typed meanwhile")
        school.run_checks(post_id)
        expect(page.get_by_text("A name can be read.")).to_be_visible(timeout=15_000)
        expect(page.get_by_label("Caption")).to_have_value("Typed meanwhile")
        keep(page, "covering-author-asked")
        page.get_by_role("button", name="Cover it").tap()
        expect(page.get_by_text("Covered. The new picture is checked by itself.")).to_be_visible()
        expect(page.get_by_label("Caption")).to_have_value("Typed meanwhile")
        school.run_checks(post_id)
        expect(page.get_by_text("Checked: no match found.")).to_be_visible(timeout=15_000)
        keep(page, "covering-author-covered")
    assert school.state(post_id) is State.DRAFT
    with signed_in(browser, pages, "teacher", DESK) as page:
        photo = school.post(post_id).photos[0].id
        page.goto(f"{pages.address}/posts/{post_id}/photos/{photo}/cover")
        keep(page, "covering-desk")
        page.get_by_role("button", name="Take the last cover off").click()
        page.wait_for_url(re.compile("/edit"))
        expect(page.get_by_text("A name can be read.")).to_be_visible()
