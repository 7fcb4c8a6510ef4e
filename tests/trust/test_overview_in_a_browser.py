"""The trust's page in a real browser: opened with a link, renewed by itself, on a phone and a desk, by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.overseers import Overseers
from moderation.web import front as module
from tests.access import measures
from tests.browser import SCREENSHOTS, screenshot_path
from tests.trust.schools import Two
from tests.trust.served import served_by_path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    with served_by_path(tmp_path_factory.mktemp("served")) as two:
        yield two


@pytest.fixture
def page(browser: Browser, served: Two) -> Iterator[Page]:
    context = browser.new_context(viewport=measures.PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()


def a_link(two: Two) -> str:
    return f"{two.trust.machine.origin}/overview/open/{Overseers(two.file.parent).link()}"


def measured(page: Page, name: str) -> list[str]:
    found = [f"{name}: {one}" for one in measures.everything(page, [measures.PHONE, measures.DESK], ["light", "dark"])]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(measures.PHONE)  # type: ignore[arg-type]
    if SCREENSHOTS:
        page.screenshot(path=screenshot_path(f"trust-{name}"), full_page=True)
    return found


def test_the_way_in_and_the_page_shut_nobody_out(served: Two, page: Page) -> None:
    """By keyboard alone; what axe knows, and what it does not, is asked of each page on the way."""
    address = served.trust.machine.origin
    page.goto(address)
    expect(page.get_by_role("heading", name="This page opens with a link")).to_be_visible()
    wrong = measured(page, "closed")
    page.goto(a_link(served))
    wrong += measured(page, "knock")
    page.get_by_role("button", name="Open").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="How the schools stand")).to_be_visible()
    expect(page.get_by_role("row", name="Harbour School")).to_contain_text("The queue is away")
    served.harbour.in_review(caption="A good day.")
    wrong += measured(page, "overview")
    assert wrong == []
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close in this browser")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This page opens with a link")).to_be_visible()


def test_the_page_renews_itself_and_says_when_it_could_not(
    served: Two, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKED_SECONDS", -60.0)
    page.goto(a_link(served))
    page.get_by_role("button", name="Open").click()
    oakfield, stale = page.get_by_role("row", name="Oakfield Primary"), page.get_by_text("is not renewed at the moment")
    expect(oakfield.get_by_role("cell", name="To decide: 0")).to_be_visible()
    served.oakfield.in_review(caption="A good day.")
    page.clock.fast_forward(16_000)
    expect(oakfield.get_by_role("cell", name="To decide: 1")).to_be_visible()
    expect(stale).to_be_hidden()
    page.route("**/overview/schools", lambda route: route.abort())
    for _ in range(5):
        page.clock.fast_forward(15_000)
    expect(stale).to_be_visible()
    page.unroute("**/overview/schools")
    page.clock.fast_forward(16_000)
    expect(stale).to_be_hidden()
    Overseers(served.file.parent).end_all()
    page.clock.fast_forward(16_000)
    expect(page.get_by_role("heading", name="This page opens with a link")).to_be_visible()
    expect(page.get_by_text("Oakfield")).to_have_count(0)
