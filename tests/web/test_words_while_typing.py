"""In a real browser: a name is underlined while it is typed, and one tap writes something else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from moderation.rules.roles import Role
from tests.browser import screenshot_path
from tests.builders import PASSWORD, School, email
from tests.web.serving import serving

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def address(desk: School) -> Iterator[str]:
    desk.person("w1", "Zoë", "O’Brien", class_name="4B")
    desk.person("w2", "Harriet", "Quillfeather", class_name="4B")
    with serving(desk) as address:
        yield address


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A new post on a phone and on a desk; an error in the console (a blocked script or style) fails the test."""
    context = browser.new_context(viewport=request.param, has_touch=request.param is PHONE)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.get_by_label("E-mail address").fill(email(Role.TEACHER))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="New post").first.click()
    page.wait_for_url("**/posts/new", wait_until="domcontentloaded")  # by then the page listens to what is typed
    yield page
    context.close()
    assert not errors, errors


def caption(page: Page) -> Locator:
    return page.get_by_label("Caption")


def underlined(page: Page) -> Locator:
    return page.locator(".words-mirror mark")


def keep(page: Page, name: str) -> None:
    width = page.viewport_size["width"]  # type: ignore[index]
    page.screenshot(path=screenshot_path(f"words-{name}-{width}"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_name_is_underlined_told_and_replaced_with_one_tap(page: Page) -> None:
    caption(page).press_sequentially("🎉 Well done Zoë O'Brien (4B)! Ring 07700 900123.")
    expect(underlined(page)).to_have_text(["Zoë O'Brien (4B)", "07700 900123"])
    sentence = page.get_by_role("listitem").filter(has_text="“Zoë O'Brien” is a name on the roll")
    expect(sentence).to_be_visible()
    keep(page, "told")
    assert all(button.bounding_box()["height"] >= 24 for button in sentence.get_by_role("button").all())  # type: ignore[index]
    sentence.get_by_role("button", name="a Year 4 pupil").click()
    expect(caption(page)).to_have_value("🎉 Well done a Year 4 pupil! Ring 07700 900123.")
    expect(sentence).to_have_count(0)
    page.get_by_role("button", name="remove: “07700 900123”").click()
    expect(caption(page)).to_have_value("🎉 Well done a Year 4 pupil! Ring.")
    expect(underlined(page)).to_have_count(0)
    keep(page, "replaced")


def test_what_was_replaced_comes_back_with_undo_and_with_ctrl_z(page: Page) -> None:
    typed = "Harriet Quillfeather’s poem won."
    caption(page).fill(typed)
    page.get_by_role("button", name="a pupil: instead of").click()
    expect(caption(page)).to_have_value("A pupil’s poem won.")
    page.get_by_role("button", name="Undo").click()
    expect(caption(page)).to_have_value(typed)
    page.get_by_role("button", name="a pupil: instead of").click()
    expect(caption(page)).to_have_value("A pupil’s poem won.")
    caption(page).press("Control+z")
    expect(caption(page)).to_have_value(typed)
    expect(underlined(page)).to_have_text(["Harriet Quillfeather"])


def test_the_underline_stays_below_its_word_when_the_text_scrolls_and_is_twice_as_large(page: Page) -> None:
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    caption(page).fill(
        "مرحبا "
        + "A line of everyday words 👍🏽 that wraps more than once. " * 12
        + "\nHarriet Quillfeather\n\nsaid so."
    )
    expect(underlined(page)).to_have_count(1)
    field = caption(page).element_handle()
    same = """(field) => {
        const mirror = document.querySelector('#caption').parentElement.querySelector('.words-mirror');
        field.scrollTop = field.scrollHeight;
        return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(
            [mirror.scrollTop - field.scrollTop, mirror.scrollHeight - field.scrollHeight,
             mirror.clientWidth - field.clientWidth, field.scrollTop > 100]))));
    }"""
    assert page.evaluate(same, field) == [0, 0, 0, True]
    keep(page, "large")


def test_while_more_is_typed_the_underline_moves_along(page: Page) -> None:
    caption(page).fill("Zoë O’Brien won.")
    expect(underlined(page)).to_have_text(["Zoë O’Brien"])
    page.route("**/posts/words", lambda route: None)  # no answer comes any more
    caption(page).press("Home")
    caption(page).press_sequentially("Today ")
    expect(underlined(page)).to_have_text(["Zoë O’Brien"])


def test_without_an_answer_the_page_says_that_nothing_was_looked_at(page: Page) -> None:
    page.route("**/posts/words", lambda route: route.fulfill(status=200, content_type="text/html", body="Sign in"))
    caption(page).fill("Zoë O’Brien won.")
    expect(page.get_by_text("could not be looked at just now")).to_be_visible()
