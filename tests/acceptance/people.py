"""What people do in the browser, in the words of the pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from tests.acceptance.running import Demo
from tests.acceptance.serving import Served
from tests.browser import SCREENSHOTS, screenshot_path

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@contextmanager
def signed_in(
    browser: Browser, demo: Demo | Served, role: str, size: dict[str, int], has_touch: bool = False
) -> Iterator[Page]:
    """A page of this person's own. Console errors (a blocked script, a missing picture) fail the test."""
    context = browser.new_context(viewport=size, accept_downloads=True, has_touch=has_touch)  # type: ignore[arg-type]
    page = context.new_page()
    errors: list[str] = []
    page.on(
        "console",
        lambda message: errors.append(f"{message.text} {message.location['url']}") if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (print(f"The page asked: {dialog.message}"), dialog.accept()))
    email, password = demo.sign_ins[role]
    page.goto(demo.address)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator("header form.who").first.wait_for(state="attached")
    try:
        yield page
    except BaseException as error:  # which is raised whatever the page does: it says why the test failed
        error.add_note(f"The page as it was: {page.url}\n{_words(page)}\nErrors: {errors}")
        raise
    finally:
        context.close()
    assert not errors, errors


def _words(page: Page) -> str:
    try:
        return page.locator("body").inner_text(timeout=5_000)
    except PlaywrightError as silent:
        return f"It does not say: {silent}"


def answer_checklist(page: Page) -> None:
    """Tick what the school asks before a post is sent; nothing where it asks nothing."""
    for line in page.locator("input[name=line]").all():
        line.check()
    if page.locator("input[name=origin]").count():
        page.locator("input[name=origin]").first.check()


def keep(page: Page, name: str, moving: bool = False) -> None:
    """A screenshot for people to look at, if they want any; a page wider than its window is a defect on a phone.

    `moving`: the page may load itself anew at any moment, so it is only photographed.
    """
    if moving:
        _photograph(page, name)
        return
    page.evaluate("document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; })")
    page.wait_for_load_state()
    page.evaluate("Promise.allSettled([...document.images].map((image) => image.decode()))")
    _photograph(page, name)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name}: the page is {wide} px wider than its window"


def _photograph(page: Page, name: str) -> None:
    if SCREENSHOTS:
        page.screenshot(path=screenshot_path(name), full_page=True)
