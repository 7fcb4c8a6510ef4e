"""What newcomers stumbled over: pages that say beforehand what a button does, and what comes next."""

import re
from datetime import UTC, datetime

import pytest

from moderation.db.models import Account, Concern, NewsRow, Takedown
from moderation.rules.accounts import AccountStanding
from moderation.rules.as_approved import How, Judged, Result
from moderation.rules.connecting import Kind
from moderation.rules.post_kinds import PostKind
from moderation.rules.roles import Role
from moderation.rules.telling import News
from moderation.rules.workflow import State
from moderation.services import (
    apart,
    cases,
    checklist,
    connections,
    incidents,
    live,
    publishing,
    takedown_desk,
    takedowns,
    telling,
)
from moderation.services.connections import Form
from moderation.web.filters import is_blank_line, shortened, with_numbers
from tests.builders import School, open_school
from tests.services.moments import Quick, later
from tests.services.test_partly_out import opened, put_out
from tests.web.pages import page_of


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> School:
    return open_school(tmp_path_factory.mktemp("mended") / "instance", Quick())


def text(school: School, role: Role, path: str) -> str:
    return page_of(school.browser(role).get(path)).text


def test_keeping_somebody_out_names_the_accounts_that_are_blocked_by_it(at: School) -> None:
    with at.parts.reading() as work:
        named = {user.id for user in work.session.get_one(Account, at.account.id).people}
    page = at.browser(Role.ADMINISTRATOR).get("/staff/").text
    for person in named:
        part = page.split(f'/staff/{person}/active"')[1].split("</form>")[0]
        assert "blocked at once" in part and "Our School" in part
    free = next(one.id for one in at.others.values() if one.id not in named)
    assert "No account of the school is blocked" in page.split(f'/staff/{free}/active"')[1].split("</form>")[0]


def test_while_everything_is_stopped_no_button_leads_to_a_refusal(at: School) -> None:
    ready, waits = at.released(caption="Ready."), at.in_review(caption="Waits.")
    with at.parts.work() as work:
        incidents.open_one(work, at.head, "Threatened.")
    try:
        board, review = (
            at.browser(role).get(path).text
            for role, path in ((Role.RESOURCES_MANAGER, "/publish/"), (Role.ASSISTANT_HEAD, f"/review/{waits}"))
        )
        assert "No kit opens now" in board and f"/publish/{ready}/kit" not in board
        assert "Not to be approved now" in review and f"/review/{waits}/approve" not in review
    finally:
        with at.parts.work() as work:
            incidents.end(work, at.head, "Over.")
    assert f"/review/{waits}/approve" in at.browser(Role.ASSISTANT_HEAD).get(f"/review/{waits}").text


def test_two_comparisons_that_failed_ask_for_one_word_and_a_difference_stands_out(at: School) -> None:
    post_id = at.live(caption="Compared twice.")
    for result in (Result.UNCLEAR, Result.UNCLEAR):
        with at.parts.work() as work:
            post = cases.get(work, post_id)
            live.record(work, at.manager, post, post.accounts[0], How.PASTED, [Judged("The words", result)])
    with at.parts.work() as work:
        (waits,) = [one for one in live.waiting(work) if one.post_id == post_id]
        live.settle(work, at.head, waits.id, "I looked myself.")
        assert not [one for one in live.waiting(work) if one.post_id == post_id]
        post = cases.get(work, post_id)
        live.record(work, at.manager, post, post.accounts[0], How.PASTED, [Judged("The words", Result.DIFFERS)])
    board = at.browser(Role.RESOURCES_MANAGER).get("/publish/").text
    assert 'govuk-tag--red">Not as approved</strong>' in board


def test_telephone_numbers_can_be_tapped_and_what_is_blank_says_so(at: School) -> None:
    browser = at.browser(Role.ASSISTANT_HEAD)
    page = browser.get("/incident/").text
    assert 'href="tel:999"' in page and 'href="tel:101"' in page and 'tel:18"' not in page and 'tel:72"' not in page
    assert "no number yet" in page and 'href="#call-list"' in page
    assert str(with_numbers("Head: +44 (0)20 7946 0000 <b>")) == (
        'Head: <a href="tel:+4402079460000">+44 (0)20 7946 0000</a> &lt;b&gt;'
    )


def test_a_slip_is_taken_back_and_what_was_asked_down_stays(at: School) -> None:
    live_one, waits = at.live(caption="A slip."), at.in_review(caption="Another slip.")
    teacher = at.browser(Role.TEACHER)
    for post_id in (live_one, waits):
        where = teacher.post(f"/concerns/mistake/{post_id}").headers["Location"].split("?")[0]
        assert "take it back" in teacher.get(where).text
        assert at.browser(Role.ASSISTANT_HEAD).post(f"{where}/slip").status_code == 409, "it is not theirs"
        assert teacher.post(f"{where}/slip").status_code == 303
        assert "It was a slip" not in teacher.get(where).text.split("What was done")[0]
        assert teacher.post(f"{where}/slip").status_code == 409
    with at.parts.reading() as work:
        assert live_one not in {task.post.id for task in takedowns.waiting(work)}
    assert at.state(waits) is State.STOPPED and "lets it go on" in teacher.get(where).text


def test_what_somebody_else_reported_too_comes_down_though_the_first_took_it_back(at: School) -> None:
    post_id, teacher = at.live(caption="Two saw it."), at.browser(Role.TEACHER)
    where = teacher.post(f"/concerns/mistake/{post_id}").headers["Location"].split("?")[0]
    assert at.browser(Role.RESOURCES_MANAGER).post(f"/concerns/mistake/{post_id}").status_code == 303
    assert teacher.post(f"{where}/slip").status_code == 303
    with at.parts.reading() as work:
        assert post_id in {one.post.id for one in takedowns.waiting(work)}


def test_after_a_quarter_of_an_hour_or_once_somebody_has_begun_it_is_no_slip_any_more(at: School) -> None:
    post_id, teacher = at.live(caption="No slip."), at.browser(Role.TEACHER)
    where = teacher.post(f"/concerns/mistake/{post_id}").headers["Location"].split("?")[0]
    number = int(where.rsplit("/", 1)[1])
    with later(at, minutes=16) as work:
        assert not apart.is_slip(work, at.teacher, work.session.get_one(Concern, number))
    with at.parts.work() as work:
        (task,) = [one for one in takedowns.waiting(work) if one.post.id == post_id]
        takedown_desk.take_on(work, at.manager, task.takedown.id)
    assert teacher.post(f"{where}/slip").status_code == 303
    with at.parts.reading() as work:
        assert post_id in {one.post.id for one in takedowns.waiting(work)}, "somebody takes it down already"


def test_who_took_a_takedown_on_gives_it_back(at: School) -> None:
    post_id = at.live(caption="To take down.")
    with at.parts.work() as work:
        takedowns.ask_for(work, at.teacher, post_id, "Please.")
    with at.parts.reading() as work:
        (task,) = [one for one in takedowns.waiting(work) if one.post.id == post_id]
    here, browser = f"/takedowns/{task.takedown.id}", at.browser(Role.RESOURCES_MANAGER)
    assert browser.post(f"{here}/take-on").status_code == 303
    assert at.browser(Role.ASSISTANT_HEAD).post(f"{here}/give-back").status_code == 409
    assert "after all" in browser.get("/takedowns/").text
    assert browser.post(f"{here}/give-back").status_code == 303
    with at.parts.reading() as work:
        assert work.session.get_one(Takedown, task.takedown.id).taken_by_id is None


def test_what_is_new_is_a_closed_line_unless_something_has_to_be_signed(at: School) -> None:
    browser = at.browser(Role.HEADTEACHER)
    with at.parts.work() as work:
        telling.tell(work, News.CHECK_FAILED, about=1)
    page = browser.get("/review/").text
    line = page.split("new for you")[0].rsplit("<details", 1)[1]
    assert "open" not in line and "urgent" in line
    with at.parts.work() as work:
        telling.tell(work, News.POLICY, about=1)
    line = browser.get("/review/").text.split("new for you")[0].rsplit("<details", 1)[1]
    assert "open" in line
    with at.parts.work() as work:
        work.session.query(NewsRow).delete()


def test_a_long_menu_folds_on_a_desk_and_says_where_one_is(at: School) -> None:
    page = at.browser(Role.ADMINISTRATOR).get("/staff/devices/").text
    desk = page.split("</header>")[0].rsplit("<nav", 1)[1]
    assert desk.split('<details class="folded">')[0].count("<a ") == 5
    assert "More: Devices" in desk and "Sticker" in desk
    assert (
        "<details" not in at.browser(Role.DATA_LEAD).get("/register/").text.split("</header>")[0].rsplit("<nav", 1)[1]
    )


def test_a_code_for_a_phone_is_shown_once_and_its_page_can_be_loaded_again(at: School) -> None:
    post_id, browser = at.released(caption="For a phone."), at.browser(Role.RESOURCES_MANAGER)
    with at.parts.work() as work:
        publishing.open_kit(work, at.manager, post_id)
    where = browser.post(f"/publish/{post_id}/phone").headers["Location"]
    assert "<svg" in browser.get(where).text
    again = browser.get(where)
    assert again.status_code == 200 and "<svg" not in again.text and "shown once" in again.text
    other = at.released(caption="Another.")
    with at.parts.work() as work:
        publishing.open_kit(work, at.manager, other)
    browser.post(f"/publish/{post_id}/phone")
    assert "<svg" not in browser.get(f"/publish/{other}/phone").text, "a code is for its own kit"


def test_words_alone_are_asked_nothing_about_photos_and_each_problem_leads_to_its_field(at: School) -> None:
    with at.parts.work() as work:
        checklist.take_ready(work, at.people[Role.HEADTEACHER])
    browser = at.browser(Role.TEACHER)
    try:
        answer = browser.post("/posts/new", data={"caption": "Words.", "do": "send", "checklist": "1"})
        page = answer.text
        assert answer.status_code == 422 and 'name="origin"' not in page and 'name="taken_on"' not in page
        assert 'name="origin"' in browser.get("/posts/new").text
        links = re.findall(r'<li><a href="#([\w-]+)">', page)
        assert {"accounts", "checklist"} <= set(links)
        assert all(f'id="{field}"' in page for field in links)
        reminder = browser.post("/reminders/new", data={"caption": "", "do": "send"}).text
        assert '<a href="#caption">Write the reminder first.</a>' in reminder
    finally:
        with at.parts.work() as work:
            for line in checklist.lines(work):
                checklist.remove(work, at.people[Role.HEADTEACHER], line.id)


def test_the_pages_of_a_reminder_call_it_that(at: School) -> None:
    post_id = at.in_review(caption="Sports day is off.")
    with at.parts.work() as work:
        cases.get(work, post_id).kind = PostKind.REMINDER
    shown = text(at, Role.TEACHER, f"/posts/{post_id}")
    assert "The reminder" in shown and "Stop this reminder" in shown and "this post" not in shown
    assert f"Decide about reminder {post_id}" in at.browser(Role.ASSISTANT_HEAD).get(f"/review/{post_id}").text


def test_a_post_says_that_its_takedown_is_asked_for_and_offers_no_second_asking(at: School) -> None:
    post_id = at.live(caption="The day is wrong.")
    teacher = at.browser(Role.TEACHER)
    before = page_of(teacher.get(f"/posts/{post_id}"))
    assert "Its takedown is asked for" not in before.text
    (ask,) = [one for one in before.addresses if one.endswith("/ask-for-takedown")]
    assert teacher.post(ask, data={"reason": "Wrong."}).status_code == 303
    after = page_of(teacher.get(f"/posts/{post_id}"))
    assert "Its takedown is asked for" in after.text and ask not in after.addresses


def test_a_number_that_no_post_has_is_answered_where_it_was_typed(at: School) -> None:
    head = at.browser(Role.HEADTEACHER)
    for number in ("999", "abc"):
        answer = head.get("/evidence/", query_string={"post": number})
        assert answer.status_code == 404 and page_of(answer).values["post"] == number
        assert "No post has that number" in answer.text
    assert "No post has that number" not in head.get("/evidence/").text


def test_the_address_of_the_parents_form_may_end_in_a_slash(at: School) -> None:
    assert at.app[1].test_client().get("/concern/").text.count("Tell ") == 2


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("A short one.", "A short one."),
        ("They went on Thursday. And they sang.", "They went on Thursday…"),
        ("https://school.example/news/2026", "https://school.example/n…"),
    ],
)
def test_what_is_cut_ends_in_one_sign(text: str, short: str) -> None:
    assert shortened(text, 24) == short


def test_a_time_that_is_refused_is_said_on_its_form_with_what_was_typed(at: School) -> None:
    ready, waiting = at.released(caption="Ready."), at.in_review(caption="Waits.")
    for role, post_id, back in (
        (Role.RESOURCES_MANAGER, ready, "board"),
        (Role.ASSISTANT_HEAD, waiting, "review"),
    ):
        move = {"was": "", "until": "2020-01-01T10:00", "back": back}
        answer = at.browser(role).post(f"/calendar/{post_id}/hold", data=move)
        page = page_of(answer)
        assert answer.status_code == 409 and page.values["until"] == "2020-01-01T10:00"
        assert '<details class="govuk-details hold" open>' in answer.text and f'href="#until-{post_id}"' in answer.text


def test_once_a_link_is_recorded_nothing_says_to_post_it_by_hand(at: School) -> None:
    with at.parts.work() as work:
        website = at.add_account(work, "Website", "Recorded")
        connections.connect(work, at.people[Role.ADMINISTRATOR], website.id, Form(Kind.FEED, "", "", ""), "")
    post_id = opened(at, website)
    page = text(at, Role.RESOURCES_MANAGER, f"/publish/{post_id}/deliveries")
    assert "by hand, from the kit" in page
    put_out(at, post_id, at.account)
    page = text(at, Role.RESOURCES_MANAGER, f"/publish/{post_id}/deliveries")
    assert "by hand" not in page and "its link is recorded" in page and "Post to" in page


def test_an_account_that_is_not_in_use_is_not_connected(at: School) -> None:
    with at.parts.work() as work:
        account = Account(network="Bluesky", handle="@applied", network_key="bluesky")
        account.standing = AccountStanding.APPLIED
        work.session.add(account)
        work.session.flush()
        number = account.id
    administrator = at.browser(Role.ADMINISTRATOR)
    page = administrator.get(f"/accounts/{number}/connection/").text
    assert "Once it is in use, it can be connected here." in page and 'name="secret"' not in page
    form = {"kind": "bluesky", "address": "https://bsky.social", "login": "a", "secret": "b"}
    refused = administrator.post(f"/accounts/{number}/connection/", data=form)
    assert refused.status_code == 422 and "not in use" in refused.text
    assert "Connect it" not in administrator.get(f"/accounts/{number}").text


def test_where_no_passkey_can_be_kept_none_is_offered_and_the_page_says_why(at: School) -> None:
    page = text(at, Role.TEACHER, "/signing-in/")
    assert "Add a passkey" not in page and "browsers keep passkeys only for an address with a name" in page


def test_a_time_of_day_is_written_in_one_way(at: School) -> None:
    filters = at.browser().application.jinja_env.filters
    moment = datetime(2026, 1, 5, 2, 29, tzinfo=UTC)
    assert filters["local_clock"](moment) == filters["clock"](moment.time()) == "02:29"
    assert filters["local"](moment).endswith(", 02:29")


@pytest.mark.parametrize(
    ("line", "blank"),
    [
        ("Headteacher:", True),
        ("Headteacher: Ms Marchetti", True),
        ("Headteacher: Ms Marchetti, by the office", True),
        ("Headteacher: 01632 960001", False),
        ("Police: 999 if somebody is in danger now", False),
        ("Technician: help@school.example", False),
        ("Internet Watch Foundation: iwf.org.uk", False),
    ],
)
def test_whom_to_call_is_filled_in_once_there_is_a_way_to_reach_them(line: str, blank: bool) -> None:
    assert is_blank_line(line) is blank


def test_a_used_link_on_a_phone_says_what_to_do_now(at: School) -> None:
    answer = at.browser().get("/phone/open/" + "x" * 43)
    assert answer.status_code == 409 and "press “Send to my phone”" in answer.text
    assert "This link is used up" in answer.text and "delete its pictures" not in answer.text
