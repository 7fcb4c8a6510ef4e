"""Every page for every role: it opens, carries its headers, and holds nothing that the policy would block."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.workflow import State
from moderation.services import publishing
from tests.builders import PASSWORD, School, email
from tests.web.conftest import ROLES, Gallery
from tests.web.pages import page_of
from tests.web.serving import serving


def addresses(gallery: Gallery, role: Role | None) -> list[str]:
    """Everything that this role can open, in every state of a post; and what it cannot."""
    pages = ["/", "/sign-in", "/posts/", "/posts/everybodys", "/posts/new", "/review/", "/publish/", "/register/"]
    pages += [
        "/register/recognition",
        "/register/1/matching",
        "/register/1/look-back",
        "/register/ledger",
        "/register/ledger/1/certificate",
    ]
    pages += ["/register/new", "/register/1", "/takedowns/", "/staff/", "/accounts/1", "/healthz", "/nowhere"]
    pages += ["/accounts/", "/accounts/new", "/accounts/publishers/", "/accounts/1/people", "/accounts/1/case"]
    pages += ["/register/1/held", "/retention/", "/register/faces", "/register/groups/", "/register/?left=1&page=7"]
    pages += ["/register/today/", "/register/today/?group=4B", "/register/standards"]
    pages += ["/register/running-out", "/register/restored/"]
    for post_id in (*gallery.posts.values(), gallery.changed):
        pages += [f"/posts/{post_id}", f"/posts/{post_id}/progress", f"/review/{post_id}", f"/publish/{post_id}/kit"]
        pages.append(f"/posts/{post_id}/edit")
    return pages


def openings(gallery: Gallery, role: Role | None) -> list[tuple[str, TestResponse]]:
    browser = gallery.browser(role)
    return [(address, browser.get(address)) for address in addresses(gallery, role)]


@pytest.fixture(scope="module", params=ROLES, ids=str)
def walked(gallery: Gallery, request: pytest.FixtureRequest) -> list[tuple[str, TestResponse]]:
    school = gallery.school
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, gallery.posts[State.RELEASED])
    return openings(gallery, request.param)


def test_no_page_breaks(walked: list[tuple[str, TestResponse]]) -> None:
    broken = [(address, answer.status_code) for address, answer in walked if answer.status_code >= 500]
    assert [one for one in broken if one != ("/healthz", 503)] == []  # no queue is running here


def test_the_policy_allows_nothing_inline_on_any_page(walked: list[tuple[str, TestResponse]]) -> None:
    for address, answer in walked:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy, address
        assert "unsafe" not in policy and "*" not in policy and "data:" not in policy, address


def test_no_page_is_kept_or_guessed_at_by_a_browser(walked: list[tuple[str, TestResponse]]) -> None:
    for address, answer in walked:
        assert answer.headers["Cache-Control"] == "no-store", address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address


def test_no_page_holds_a_script_a_style_or_a_handler_of_its_own(walked: list[tuple[str, TestResponse]]) -> None:
    assert [(address, page_of(answer).forbidden) for address, answer in walked if page_of(answer).forbidden] == []


def test_a_page_leads_nowhere_that_its_reader_may_not_go(
    walked: list[tuple[str, TestResponse]], gallery: Gallery, request: pytest.FixtureRequest
) -> None:
    role = request.node.callspec.params["walked"]
    browser = gallery.browser(role)
    shown = [answer for _, answer in walked if answer.status_code == 200 and answer.mimetype == "text/html"]
    found = {address for answer in shown for address in page_of(answer).addresses if address.startswith("/")}
    assert [(address, code) for address, code in _opened(browser, found) if code in (401, 403, 404, 500)] == []


def _opened(browser: FlaskClient, found: set[str]) -> list[tuple[str, int]]:
    """What opens on a click or by itself; 405 is a form's own address."""
    return [(address, browser.get(address).status_code) for address in sorted(found)]


def test_scripts_and_styles_may_be_kept_and_pictures_may_not(gallery: Gallery) -> None:
    browser = gallery.browser(Role.ASSISTANT_HEAD)
    style = browser.get("/static/gatepost.css")
    picture = browser.get(f"/media/photos/{gallery.photos[State.IN_REVIEW]}/page")
    assert style.status_code == picture.status_code == 200
    assert "no-store" not in style.headers["Cache-Control"]
    assert picture.headers["Cache-Control"] == "no-store"
    assert picture.mimetype == "image/jpeg"
    for answer in (style, picture):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" in answer.headers


def test_a_page_that_broke_says_so_without_its_reasons(gallery: Gallery) -> None:
    app = gallery.school.browser().application
    app.view_functions["signing_in.page"] = lambda: str(1 / 0)
    answer = app.test_client().get("/sign-in")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "division" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers


def test_on_a_phone_the_menu_folds_into_one_row_and_opens_without_a_script(browser: Browser, school: School) -> None:
    with serving(school) as address:
        for role in sorted(SIGN_INS):
            page = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
            page.goto(address)
            page.get_by_label("E-mail address").fill(email(role))
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            top = page.locator("header.top")
            box = top.bounding_box()
            assert box and box["height"] <= 60, role
            assert page.locator(".here").inner_text(), "the page where they are"
            page.locator("header .menu > summary").click()
            expect(top.get_by_role("link", name="New for you")).to_be_visible()
            top.get_by_role("button", name="Sign out").click()
            page.get_by_role("button", name="Sign in").wait_for()
            page.context.close()
