"""A reminder in a hurry: a teacher asks, the office lets it out by thumb and publishes it, a head sees it later."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from moderation.rules.workflow import State
from moderation.services.looking import Looker
from tests.acceptance.people import DESK, PHONE, keep, signed_in
from tests.acceptance.serving import Served, served
from tests.acceptance.test_decision_minute import Hand
from tests.builders import LINK, School, open_school

CLOSED = "The school is closed tomorrow: the heating has failed."
FEW = 4  # taps from the office's first page to an approved reminder


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    school = open_school(tmp_path_factory.mktemp("reminders") / "instance", Looker())
    school.person("p1", "Harvey", "Pemberton", class_name="4B")
    with served(school) as there:
        yield there


def ask(browser: Browser, running: Served) -> int:
    """A teacher writes an urgent one on the phone, names nobody after all, and sends it."""
    with signed_in(browser, running, "teacher", PHONE, has_touch=True) as page:
        page.get_by_role("link", name="New reminder").tap()
        words = page.get_by_label("What should parents know?")
        words.press_sequentially("Harvey Pemberton")
        expect(page.locator(".words-told")).to_contain_text("is a name on the roll")
        words.fill(CLOSED)
        expect(page.locator(".words-told li")).to_have_count(0)  # until then the page moves under the thumb
        page.get_by_label("A link to read more").fill("school.example/closed")
        page.get_by_label("Facebook").check()
        page.get_by_label("Urgent").check()
        keep(page, "reminder-form-phone")
        page.get_by_role("button", name="Send for checking").tap()
        expect(page.get_by_text("The words are being checked")).to_be_visible(timeout=15_000)
        post_id = int(page.url.rsplit("/", 1)[1])
    running.school.run_checks(post_id)
    return post_id


def live_link(school: School, post_id: int) -> str:
    return f"{LINK}?reminder={post_id}"


def test_a_reminder_goes_from_a_teacher_to_parents_by_the_office_and_the_head_sees_it(
    running: Served, browser: Browser
) -> None:
    school = running.school
    post_id = ask(browser, running)
    assert school.state(post_id) is State.IN_REVIEW
    with signed_in(browser, running, "resources manager", PHONE, has_touch=True) as page:
        keep(page, "reminder-board-phone")
        hand = Hand(page)
        hand.tap(page.get_by_role("link", name="1 reminder waits for your decision"))
        expect(page.get_by_role("heading", name="Waits for you")).to_be_visible()
        expect(page.get_by_text("Urgent", exact=True)).to_be_visible()
        keep(page, "reminder-queue-phone")
        hand.tap(page.get_by_role("link", name=CLOSED))
        expect(page.get_by_role("button", name="Approve")).to_be_visible()
        keep(page, "reminder-review-phone")
        hand.tap(page.get_by_role("button", name="Approve"))
        expect(page.get_by_role("status").filter(has_text="Approved.")).to_be_visible()
        hand.is_done("taps")
        assert len(hand.acts) <= FEW
        assert school.state(post_id) is State.RELEASED
        page.get_by_role("link", name="Its kit is on the board").tap()
        page.get_by_role("button", name="Open the kit").tap()
        expect(page.get_by_label("Words", exact=True)).to_have_value(f"{CLOSED}\n\nhttps://school.example/closed")
        page.get_by_label("Posted? Paste its link on Facebook").fill(live_link(school, post_id))
        page.get_by_role("button", name="It is out: the reminder is live").tap()
        expect(page.get_by_text("Live on Facebook")).to_be_visible()
    assert school.state(post_id) is State.LIVE
    with signed_in(browser, running, "assistant head", DESK) as page:
        page.get_by_role("link", name="At a glance").click()
        page.get_by_role("link", name="Reminders that went out lately").click()
        reminder = page.get_by_role("listitem").filter(has_text=CLOSED)
        for said in ("Urgent", "teacher 1", "resources manager 1"):
            expect(reminder).to_contain_text(said)
        expect(reminder.get_by_role("link", name="Facebook")).to_have_attribute("href", live_link(school, post_id))
        keep(page, "reminders-lately-desk")
        reminder.get_by_role("link", name=CLOSED).click()
        expect(page.get_by_text("It had to be taken down")).to_be_visible()
