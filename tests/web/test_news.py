"""What is new for whom, on the page and by choice; what the administrator sets and sees of messages."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from moderation.rules.roles import Role
from moderation.rules.workflow import Action
from moderation.services import cases, intake, news, review
from moderation.settings import MailServer, Tls
from moderation.web.forms import parse_moment
from tests.browser import open_menu, screenshot_path
from tests.builders import PASSWORD, School, email
from tests.services.mailing import Keeper, free_port, mail_server
from tests.web.pages import page_of
from tests.web.serving import serving

TIMES = {
    "digests": "9:15",
    "quiet_from": "17:00",
    "quiet_until": "8:00",
    "terms": "02/09/2026 to 18/12/2026",
    "days_off": "2026-10-26 to 2026-10-30",
    "late_after": "2",
}


def stopped(school: School) -> int:
    post_id = school.in_review()
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.STOP, "Not today.")
    return post_id


def test_a_person_sees_what_is_new_opens_it_and_it_is_read(school: School) -> None:
    post_id = stopped(school)
    browser = school.browser(Role.TEACHER)
    home = browser.get("/posts/")
    assert "1 thing is new for you" in home.text and "Your post was stopped, with a reason." in home.text
    link = next(
        address for address in page_of(home).addresses if address.startswith("/news/") and address[6:].isdigit()
    )
    answer = browser.get(link)
    assert answer.status_code == 303 and answer.headers["Location"] == f"/posts/{post_id}"
    assert "new for you</summary>" not in browser.get("/posts/").text
    assert "Earlier (2)" in browser.get("/news/").text, "the check that was overtaken stands there too"
    assert school.browser(Role.TEACHER, 2).get(link).status_code == 404, "somebody else's"


def test_all_that_the_page_showed_is_marked_read_and_nothing_newer(school: School) -> None:
    stopped(school)
    browser = school.browser(Role.TEACHER)
    shown = page_of(browser.get("/news/")).values["newest"]
    stopped(school)
    assert browser.post("/news/read", data={"newest": shown}).status_code == 303
    with school.parts.reading() as work:
        assert len(news.unread(work, school.teacher)) == 1


def test_a_person_chooses_what_comes_by_mail_and_sees_what_cannot_be_switched_off(school: School) -> None:
    browser = school.browser(Role.ASSISTANT_HEAD)
    page = browser.get("/news/choices")
    assert "A post was stopped. Nothing of it may go out." in page.text and "no mail server is set" in page.text
    assert browser.post("/news/choices", data={"DECIDE": "at once", "OWN": "none"}).status_code == 303
    assert '<option value="at once" selected' in browser.get("/news/choices").text
    for wrong in ({"DECIDE": "urgent"}, {"DECIDE": "hourly"}, {"KEEPING": "none"}):
        assert browser.post("/news/choices", data=wrong).status_code == 422


def test_the_administrator_sets_when_people_are_told(school: School) -> None:
    browser = school.browser(Role.ADMINISTRATOR)
    assert "E-mail is off" in browser.get("/messages/").text
    assert browser.post("/messages/times", data=TIMES).status_code == 303
    assert page_of(browser.get("/messages/")).values["terms"].strip() == "2026-09-02 to 2026-12-18"
    wrong = browser.post("/messages/times", data={**TIMES, "days_off": "half-term", "digests": "9:45"})
    assert wrong.status_code == 422 and "half-term" in page_of(wrong).values["days_off"]
    assert page_of(wrong).values["digests"] == "9:45", "what was typed is still there"
    assert "9:15" in browser.get("/news/choices").text


def test_the_administrator_tries_the_mail_server_and_reads_what_is_wrong(school: School) -> None:
    keeper, port = Keeper(), free_port()
    settings = replace(school.parts.settings, mail_server=MailServer("127.0.0.1", port, Tls.IF_OFFERED))
    school = replace(school, parts=replace(school.parts, settings=settings))
    browser = school.browser(Role.ADMINISTRATOR)
    refused = browser.post("/messages/test")
    assert refused.status_code == 422 and "The test could not be sent: ConnectionRefusedError." in refused.text
    assert browser.post("/messages/test", data={"role": "pirate"}).status_code == 422
    with mail_server(keeper, port):
        assert browser.post("/messages/test").headers["Location"] == "/messages/?tested=1"
    assert [message["To"] for message in keeper.kept] == [email(Role.ADMINISTRATOR)]


def test_a_time_is_asked_for_in_the_school_s_own_and_stands_in_the_form_again(school: School) -> None:
    browser = school.browser(Role.TEACHER)
    form = {"caption": "Concert tonight.", "account": str(school.account.id), "do": "save"}
    answer = browser.post("/posts/new", data={**form, "wanted_by": "2040-07-01T15:30"})
    address = answer.headers["Location"]
    assert page_of(browser.get(address)).values["wanted_by"] == "2040-07-01T15:30"
    for wrong in ("2001-07-01T15:30", "soon"):
        told = browser.post(address.split("?")[0], data={**form, "wanted_by": wrong})
        assert told.status_code == 422 and page_of(told).values["caption"] == "Concert tonight."


def test_the_approver_ticks_that_a_late_post_may_still_go_out(school: School) -> None:
    post_id = school.draft()
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
        cases.get(work, post_id).wanted_by = parse_moment("2026-01-01T10:00", work.zone)
    school.run_checks(post_id)
    browser = school.browser(Role.ASSISTANT_HEAD)
    assert "It may still go out" in browser.get(f"/review/{post_id}").text
    digest = {"digest": school.digest(post_id)}
    assert browser.post(f"/review/{post_id}/approve", data=digest).status_code == 409
    assert browser.post(f"/review/{post_id}/approve", data={**digest, "still_meant": "on"}).status_code == 303


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_fit_a_phone_and_a_desk(browser: Browser, school: School, width: int) -> None:
    post_id = stopped(school)
    school.in_review(caption="Another day.")
    with serving(school) as address:
        page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
        for role, paths in (
            (Role.TEACHER, ("/posts/", "/news/", "/news/choices", "/posts/new")),
            (Role.HEADTEACHER, ("/review/", "/news/", "/news/choices")),
            (Role.ADMINISTRATOR, ("/messages/",)),
        ):
            sign_in(page, address, role)
            for path in paths:
                page.goto(f"{address}{path}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (role, path)
                page.screenshot(path=screenshot_path(f"news-{role}{path.replace('/', '-')}{width}"), full_page=True)
            open_menu(page)
            page.get_by_role("button", name="Sign out").click()
        sign_in(page, address, Role.TEACHER)
        page.locator("main summary").first.click()
        page.get_by_role("link", name="Your post was stopped, with a reason.").click()
        assert page.url == f"{address}/posts/{post_id}"
        page.context.close()


def sign_in(page: Page, address: str, role: Role) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail address").fill(email(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
