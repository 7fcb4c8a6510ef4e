"""The calendar's pages: by day, moved with buttons, keys and a drag, undone; the address for one's own calendar."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from moderation.rules.roles import Role
from moderation.services import holding
from moderation.services.holding import MEANWHILE
from tests.builders import PASSWORD, School, email
from tests.web.pages import page_of
from tests.web.serving import serving

LONDON = ZoneInfo("Europe/London")
SOON = datetime.combine(datetime.now(LONDON).date().replace(day=15), datetime.min.time(), LONDON).replace(hour=15)
# In the middle of next month: a week to either side stays in the month, and ahead of today.
SOON = (SOON + timedelta(days=31)).replace(day=15)
MONTH = f"/calendar/?month={SOON:%Y-%m}"


def held(desk: School) -> int:
    """A post that was approved to go out from then."""
    post_id = desk.in_review(caption="Back from the river, all of us.")
    with desk.parts.work() as work:
        holding.hold(work, desk.head, post_id, None, SOON)
    desk.approve(post_id)
    return post_id


def at(desk: School, post_id: int) -> datetime | None:
    moment = desk.post(post_id).not_before
    return moment.astimezone(LONDON) if moment else None


@pytest.fixture(scope="module")
def manager(desk: School) -> FlaskClient:
    return desk.browser(Role.RESOURCES_MANAGER)


@pytest.fixture(scope="module")
def teacher(desk: School) -> FlaskClient:
    return desk.browser(Role.TEACHER)


@pytest.fixture(scope="module")
def trip(desk: School) -> int:
    """A held post that tests leave where it is."""
    return held(desk)


def test_the_author_asks_for_a_time_and_a_slip_keeps_what_was_typed(teacher: FlaskClient, desk: School) -> None:
    form = {"caption": "The trip.", "account": str(desk.account.id), "do": "save"}
    answer = teacher.post("/posts/new", data={**form, "not_before": f"{SOON:%Y-%m-%dT%H:%M}"})
    address = answer.headers["Location"].split("?")[0]
    assert page_of(teacher.get(address)).values["not_before"] == f"{SOON:%Y-%m-%dT%H:%M}"
    times = {"not_before": f"{SOON:%Y-%m-%dT16:00}", "wanted_by": f"{SOON:%Y-%m-%dT15:30}"}
    told = teacher.post(address, data={**form, **times, "do": "send"})
    assert told.status_code == 422 and "so it cannot be held until" in told.text
    assert {name: page_of(told).values[name] for name in times} == times
    past = teacher.post(address, data={**form, "not_before": "2020-01-01T10:00"})
    assert past.status_code == 422 and page_of(past).values["not_before"] == "2020-01-01T10:00"


def test_law_1_an_approver_approves_the_time_that_was_on_the_page(manager: FlaskClient, desk: School) -> None:
    post_id, head = desk.in_review(), desk.browser(Role.ASSISTANT_HEAD)
    move = {"was": "", "until": f"{SOON:%Y-%m-%dT%H:%M}", "back": "review"}
    assert head.post(f"/calendar/{post_id}/hold", data=move).headers["Location"].startswith(f"/review/{post_id}?held=1")
    page = head.get(f"/review/{post_id}")
    assert f"Held until <strong>{SOON:%-d %B %Y}, 15:00" in page.text
    form = {"digest": desk.digest(post_id)}
    refused = head.post(f"/review/{post_id}/approve", data=form)
    assert refused.status_code == 409 and MEANWHILE in refused.text
    form["held_until"] = page_of(page).values["held_until"]
    assert head.post(f"/review/{post_id}/approve", data=form).status_code == 303
    kit = manager.post(f"/publish/{post_id}/kit")
    assert kit.status_code == 409 and f"held until {SOON:%A %-d %B %Y}, 15:00" in kit.text
    board = manager.get("/publish/").text
    assert board.index("Held until") < board.index(f'id="post-{post_id}"')
    assert f'/publish/{post_id}/kit"' not in board


def test_law_3_a_slip_in_a_time_shows_a_publisher_no_post_that_is_still_being_decided(
    manager: FlaskClient, desk: School
) -> None:
    """Publishers have a review of their own, for reminders: the page that takes the slip is not that of any post."""
    post_id = desk.in_review(caption="Not for the desk yet.")
    slip = manager.post(f"/calendar/{post_id}/hold", data={"was": "", "until": "soon", "back": "review"})
    assert slip.status_code == 403 and "Not for the desk yet." not in slip.text


def test_the_publisher_holds_a_ready_post_from_the_board(manager: FlaskClient, desk: School) -> None:
    post_id = desk.released(caption="Ready.")
    soon = (datetime.now(LONDON) + timedelta(days=3)).replace(hour=15, minute=0, second=0, microsecond=0)
    move = {"was": "", "until": f"{soon:%Y-%m-%dT%H:%M}", "back": "board"}
    assert (
        manager.post(f"/calendar/{post_id}/hold", data=move).headers["Location"] == f"/publish/?held=1#post-{post_id}"
    )
    assert at(desk, post_id) == soon
    assert f"not before {soon:%-d %B %Y}, 15:00" in desk.browser(Role.TEACHER).get(f"/posts/{post_id}").text


def test_a_day_on_the_calendar_says_number_account_and_the_words_begin(
    teacher: FlaskClient, manager: FlaskClient, trip: int
) -> None:
    for browser in (teacher, manager):
        page = browser.get(MONTH)
        day = page.text.split(f'data-day="{SOON:%Y-%m-%d}"')[1].split("data-day=")[0]
        entry = day.split(f'id="post-{trip}"')[1].split("</li>")[0]
        assert "15:00</time> Held until" in entry and f">Post {trip}</a> · words only · Facebook: Our School" in entry
        assert "Back from the river" in entry
        assert ("earlier" in entry) == (browser is manager), "offered to whom it is possible for"
        assert page_of(page).forbidden == []
    none = teacher.get(f"{MONTH}&account=999").text
    assert "Nothing is planned, held or live in this month on this account" in none


def test_moving_by_a_day_says_what_happened_and_one_button_undoes_it(manager: FlaskClient, desk: School) -> None:
    post_id = held(desk)
    was = desk.post(post_id).not_before
    assert was
    later = {"was": was.isoformat(), "by": "1"}
    answer = manager.post(f"/calendar/{post_id}/hold", data=later)
    assert at(desk, post_id) == SOON + timedelta(days=1)
    page = manager.get(answer.headers["Location"])
    assert f"Post {post_id} is held until {SOON + timedelta(days=1):%-d %B %Y}, 15:00 now." in page.text
    stale = manager.post(f"/calendar/{post_id}/hold", data=later)
    assert stale.status_code == 409 and MEANWHILE in stale.text and ">Calendar</h1>" in stale.text
    undo = dict(re.findall(r'name="(was|to)" value="([^"]+)"', page.text.split("Undo")[0]))
    assert manager.post(f"/calendar/{post_id}/hold", data=undo).status_code == 303
    assert at(desk, post_id) == SOON


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"by": "-1"}, "approved to go out from"),
        ({"until": "2020-01-01T10:00"}, "approved to go out from"),
        ({"until": "soon"}, "Give day and time like this"),
        ({"by": "many"}, "did not arrive as it should"),
        ({"by": "9999999"}, "did not arrive as it should"),
        ({"day": "yesterday"}, "did not arrive as it should"),
        ({"to": "2026-11-27"}, "did not arrive as it should"),
        ({"by": "1", "was": "never"}, "did not arrive as it should"),
    ],
)
def test_what_cannot_be_is_said_on_the_calendar_and_changes_nothing(
    manager: FlaskClient, trip: int, desk: School, form: dict[str, str], sentence: str
) -> None:
    post_id = trip
    was = desk.post(post_id).not_before
    assert was
    data = {"was": was.isoformat(), "month": f"{SOON:%Y-%m}", **form}
    answer = manager.post(f"/calendar/{post_id}/hold", data=data)
    assert answer.status_code == 409 and sentence in answer.text and ">Calendar</h1>" in answer.text
    assert at(desk, post_id) == SOON
    if "until" in form:
        assert f'value="{form["until"]}"' in answer.text, "what was typed is still there"


def test_the_calendar_s_own_address_is_shown_once_read_without_signing_in_and_ended(
    teacher: FlaskClient, trip: int, desk: School
) -> None:
    post_id, stranger = trip, desk.browser()
    address = page_of(teacher.post("/calendar/feed"))
    [found] = re.findall(
        r'value="http://127.0.0.1:8000(/calendar/[\w-]{43}\.ics)"', teacher.post("/calendar/feed").text
    )
    assert address.forbidden == [] and found not in teacher.get("/calendar/").text
    answer = stranger.get(found)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"SUMMARY:Post {post_id}: held until" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = stranger.get(found, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    assert teacher.post("/calendar/feed/end").status_code == 303
    assert stranger.get(found).status_code == 404 and stranger.get("/calendar/x.ics").status_code == 404


def opened(browser: Browser, address: str, width: int = 1280) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, timezone_id="Asia/Tokyo").new_page()
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", email(Role.ASSISTANT_HEAD))
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.goto(address + MONTH)
    return page


def test_arrow_keys_and_a_drag_move_a_post_in_a_real_browser(browser: Browser, desk: School) -> None:
    post_id = held(desk)
    with serving(desk) as address:
        page = opened(browser, address)
        entry = page.locator(f"#post-{post_id}")
        expect(entry).to_have_attribute("draggable", "true")
        entry.get_by_role("link").focus()
        moved = SOON
        for key, days in (("ArrowRight", 1), ("ArrowDown", 7), ("ArrowLeft", -1), ("ArrowUp", -7)):
            page.keyboard.press(key)
            moved += timedelta(days=days)
            expect(page.get_by_role("status")).to_contain_text(f"held until {moved:%-d %B %Y}, 15:00 now")
            expect(entry.get_by_role("link")).to_be_focused()
            assert at(desk, post_id) == moved
        target = SOON + timedelta(days=3)
        entry.drag_to(page.locator(f"[data-day='{target:%Y-%m-%d}']"))
        expect(page.get_by_role("status")).to_contain_text(f"held until {target:%-d %B %Y}, 15:00 now")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(f"[data-day='{SOON:%Y-%m-%d}'] #post-{post_id}")).to_be_visible()
        assert at(desk, post_id) == SOON
        page.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_calendar_fits_a_phone_and_a_desk_and_works_without_scripts(
    browser: Browser, desk: School, width: int
) -> None:
    post_id = held(desk)
    with serving(desk) as address:
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("[name=email]", email(Role.ASSISTANT_HEAD))
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.goto(address + MONTH)
        assert page.locator(f"[data-day='{SOON:%Y-%m-01}']").is_visible() == (width == 1280), "empty days: desk only"
        page.set_viewport_size({"width": width, "height": 901})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator(f"#post-{post_id} [name=by][value='1']").click()
        expect(page.get_by_role("status")).to_contain_text(f"Post {post_id} is held until")
        context.close()
