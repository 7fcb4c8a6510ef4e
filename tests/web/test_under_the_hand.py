"""A page that changes by itself, in a real browser: never while a finger is down, never once a form was sent."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from tests.builders import PASSWORD, School, email, open_school
from tests.services.moments import Quick, small_photo
from tests.web.serving import serving

SEEN = Sighting(Detector.NAMES, Kind.NAME_MATCH, Box(10, 10, 60, 30), evidence="a name on the roll")


@dataclass
class At:
    school: School
    page: Page
    address: str


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[At]:
    school = open_school(tmp_path_factory.mktemp("hand") / "instance", Quick(SEEN))
    with serving(school) as address, browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.get_by_label("E-mail address").fill(email(Role.TEACHER))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.locator("header form.who").first.wait_for(state="attached")
        yield At(school, page, address)


def draft_being_checked(at: At, shade: int) -> int:
    """Its photo is looked at while its author still writes."""
    post_id = at.school.draft(small_photo(shade))
    at.page.goto(f"{at.address}/posts/{post_id}/edit")
    expect(at.page.get_by_text("Looking for names and faces")).to_be_visible()
    return post_id


def ready_to_send(at: At, shade: int) -> int:
    """Everything is ticked. The page moves as in browsers that do not scroll along with what changes above."""
    post_id = draft_being_checked(at, shade)
    for box in at.page.locator("input[name=line]").all():
        box.check()
    at.page.evaluate("document.documentElement.style.overflowAnchor = 'none'")
    return post_id


def test_what_the_checks_say_does_not_push_a_button_from_under_the_finger(at: At) -> None:
    post_id = ready_to_send(at, 40)
    at.page.route("**/checked", lambda route: route.abort())  # no answer yet
    at.school.run_checks(post_id)
    at.page.get_by_role("button", name="Send for checking").hover()
    at.page.mouse.down()
    with at.page.expect_response(lambda answer: answer.url.endswith("/checked") and "Cover it" in answer.text()):
        at.page.unroute("**/checked")
    at.page.mouse.up()
    at.page.wait_for_url(f"{at.address}/posts/{post_id}")
    assert at.school.state(post_id) is State.CHECKING


def test_a_page_whose_checks_have_ended_is_loaded_anew_but_not_while_a_finger_is_down(at: At) -> None:
    wrong: list[str] = []
    at.page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    post_id = at.school.submit(small_photo(70))
    at.page.goto(f"{at.address}/posts/{post_id}")
    expect(at.page.get_by_text("0 of 1 photo checked")).to_be_visible()
    at.page.route("**/progress", lambda route: route.fulfill(status=204))  # nothing new yet
    at.school.run_checks(post_id)
    at.page.get_by_role("heading", level=1).hover()
    at.page.mouse.down()
    with at.page.expect_response(lambda answer: answer.headers.get("hx-refresh") == "true"):
        at.page.unroute("**/progress")
    expect(at.page.get_by_text("0 of 1 photo checked")).to_be_visible()
    at.page.mouse.up()
    expect(at.page.get_by_text("The checks are done.")).to_be_visible()
    assert wrong == [], "what the policy of the page forbids, among others"


def test_a_page_that_asks_on_after_its_reader_is_signed_out_stays_as_it_is(at: At) -> None:
    post_id = draft_being_checked(at, 80)
    kept = at.page.context.cookies()
    at.page.context.clear_cookies()
    with at.page.expect_response(lambda answer: answer.url.endswith("/checked") and answer.status == 401):
        pass
    expect(at.page.get_by_text("Looking for names and faces")).to_be_visible()
    at.page.context.add_cookies(kept)
    with at.page.expect_response(lambda answer: answer.url.endswith("/checked") and answer.status == 286):
        at.school.run_checks(post_id)
    expect(at.page.get_by_text("A name can be read.")).to_be_visible()


def test_a_browser_that_believes_there_is_no_connection_sends_to_a_server_that_answers(at: At) -> None:
    post_id = ready_to_send(at, 50)
    at.page.evaluate("Object.defineProperty(navigator, 'onLine', { value: false })")
    at.page.get_by_role("button", name="Send for checking").click()
    at.page.wait_for_url(f"{at.address}/posts/{post_id}")


def test_without_any_connection_the_page_says_so_and_sends_nothing(at: At) -> None:
    post_id = ready_to_send(at, 60)
    said: list[str] = []
    at.page.once("dialog", lambda dialog: (said.append(dialog.message), dialog.accept()))
    at.page.context.set_offline(True)
    with at.page.expect_event("dialog"):
        at.page.get_by_role("button", name="Send for checking").click()
    at.page.context.set_offline(False)
    assert "There is no connection. Nothing is lost" in said[0] and at.school.state(post_id) is State.DRAFT
    at.page.get_by_role("button", name="Send for checking").click()
    at.page.wait_for_url(f"{at.address}/posts/{post_id}")
