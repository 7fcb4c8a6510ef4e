"""Signing in through a real OpenID provider: a link that the person made is all that counts."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.test import TestResponse

from moderation.rules.roles import Role
from moderation.rules.throttling import ALLOWANCES, Tried
from moderation.services import staff, throttling
from moderation.services.looking import Looker
from moderation.services.throttling import Caller
from tests.browser import screenshot_path
from tests.builders import PASSWORD, School, copy_of, email, open_school
from tests.connectors import servers
from tests.web.pages import without_token
from tests.web.serving import serving

PORT = servers.free_port()
PUBLIC = f"http://127.0.0.1:{PORT}"
BACK = f"{PUBLIC}/sign-in/provider/back"
THERE = "/sign-in/provider/"


def settings(issuer: str, **more: str) -> dict[str, str]:
    sso = {"ISSUER": issuer, "CLIENT_ID": "gatepost", "CLIENT_SECRET": PASSWORD, "LABEL": "Oakfield"} | more
    return {"GATEPOST_PUBLIC_URL": PUBLIC} | {f"GATEPOST_SSO_{name}": value for name, value in sso.items()}


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.openid(tmp_path_factory.mktemp("openid"), BACK) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory, looker: Looker, issuer: str) -> School:
    """A school whose assistant head has linked number 7."""
    school = open_school(tmp_path_factory.mktemp("linked") / "instance", looker, **settings(issuer))
    head = school.browser(Role.ASSISTANT_HEAD)
    assert link(head, "number-7").headers["Location"] == "/signing-in/?saved=1"
    assert "Linked since" in head.get("/signing-in/").text
    return school


def address_in(page: TestResponse) -> str:
    assert page.status_code == 200, page.text
    return html.unescape(re.findall(r'class="govuk-button" href="([^"]+)"', page.text)[-1])


def link(browser: FlaskClient, who: str, password: str = PASSWORD) -> TestResponse:
    address = address_in(browser.post("/signing-in/provider/start", data={"password": password}))
    return browser.get(THERE + "back", query_string=servers.come_back(address, BACK, **{"as": who}))


def set_out(browser: FlaskClient, **form: str) -> str:
    return address_in(browser.post(THERE, data=form))


def came(browser: FlaskClient, who: str, form: dict[str, str] | None = None, **more: str) -> TestResponse:
    answer = servers.come_back(set_out(browser, **form or {}), BACK, **{"as": who, **more})
    return browser.get(THERE + "back", query_string=answer)


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/posts/").status_code == 200


def test_who_linked_it_signs_in_with_it_and_has_the_role_that_gatepost_knows(linked: School) -> None:
    browser = linked.browser()
    assert came(browser, "number-7").headers["Location"] == "/"
    assert browser.get("/review/").status_code == 200 and browser.get("/staff/").status_code == 403
    assert "With Oakfield." in browser.get("/signing-in/").text


def test_who_signs_in_gets_the_try_back_that_it_took_to_begin(linked: School) -> None:
    place = "203.0.113.7"
    with linked.parts.work() as work:
        for _ in range(ALLOWANCES[Tried.BEGUN].free - 1):
            throttling.begun(work, Caller(place))
    for _ in range(2):
        browser = linked.browser()
        browser.environ_base["REMOTE_ADDR"] = place
        assert came(browser, "number-7").status_code == 303


def test_an_e_mail_address_that_somebody_here_has_grants_nothing(linked: School) -> None:
    """The provider says assistant.head1@school.example of everybody."""
    browser = linked.browser()
    answer = came(browser, "number-8")
    assert answer.status_code == 403 and "Gatepost does not" in answer.text and not is_in(browser)


def test_who_left_or_is_kept_out_gets_the_same_page_as_a_stranger(linked: School, tmp_path: Path) -> None:
    school = copy_of(linked, tmp_path / "left", **settings(linked.parts.settings.sso.issuer))  # type: ignore[union-attr]
    with school.parts.work() as work:
        staff.set_active(work, school.people[Role.ADMINISTRATOR], school.head.id or 0, False)
    gone, stranger = came(school.browser(), "number-7"), came(school.browser(), "number-8")
    assert gone.status_code == stranger.status_code == 403
    assert without_token(gone.text) == without_token(stranger.text)
    assert "code=" not in gone.text  # what counts once is on no page that is read again


def test_an_answer_is_for_the_browser_that_set_out_and_for_once(linked: School) -> None:
    mine, theirs = linked.browser(), linked.browser()
    answer = servers.come_back(set_out(mine), BACK, **{"as": "number-7"})
    set_out(theirs)
    for browser, tampered in (
        (theirs, answer),  # another browser's
        (linked.browser(), answer),  # one that never set out
        (mine, {**answer, "state": "x" * 43}),
        (mine, answer),  # used up by the try before
    ):
        refused = browser.get(THERE + "back", query_string=tampered)
        assert refused.status_code == 422 and "You can sign in with your password." in refused.text
        assert not is_in(browser)


def test_a_refusal_there_and_a_provider_that_is_away_leave_the_password(linked: School, tmp_path: Path) -> None:
    refused = came(linked.browser(), "x", no="1")
    assert refused.status_code == 422 and "did not say who you are" in refused.text
    away = copy_of(linked, tmp_path / "away", **settings(f"http://127.0.0.1:{servers.free_port()}"))
    answer = away.browser().post(THERE)
    assert answer.status_code == 503 and "Oakfield does not answer at the moment." in answer.text
    assert is_in(away.browser(Role.TEACHER))


def test_linking_asks_for_the_password_and_takes_no_account_of_somebody_elses(linked: School) -> None:
    teacher = linked.browser(Role.TEACHER)
    wrong = teacher.post("/signing-in/provider/start", data={"password": "three words there"})
    assert wrong.status_code == 422 and "The password is not right." in wrong.text
    taken = link(teacher, "number-7")
    assert taken.status_code == 422 and "cannot be linked" in taken.text


def test_a_link_is_made_by_whoever_began_it(linked: School) -> None:
    """Somebody else's sign-in in the same browser meanwhile gets none."""
    teacher, other = linked.browser(Role.TEACHER), linked.browser(Role.TEACHER, 2)
    address = address_in(teacher.post("/signing-in/provider/start", data={"password": PASSWORD}))
    answer = servers.come_back(address, BACK, **{"as": "number-9"})
    assert other.get(THERE + "back", query_string=answer).status_code == 422
    assert "Not linked" in other.get("/signing-in/").text


def test_a_link_is_taken_away_with_the_password(linked: School) -> None:
    manager = linked.browser(Role.RESOURCES_MANAGER)
    link(manager, "number-10")
    assert manager.post("/signing-in/provider/remove", data={"password": "no"}).status_code == 422
    assert manager.post("/signing-in/provider/remove", data={"password": PASSWORD}).status_code == 303
    assert came(linked.browser(), "number-10").status_code == 403


@pytest.mark.parametrize(
    ("asks", "amr", "opens"),
    [("gatepost", "mfa", False), ("claim", "mfa", True), ("claim", "pwd", False), ("provider", "pwd", True)],
)
def test_the_school_says_whether_the_provider_sees_to_the_second_step(
    linked: School, issuer: str, tmp_path: Path, asks: str, amr: str, opens: bool
) -> None:
    school = copy_of(linked, tmp_path / "asks", **settings(issuer, SECOND_STEP=asks))
    form = {"role": ["assistant head"]}
    assert school.browser(Role.ADMINISTRATOR).post("/staff/signing-in/second-step", data=form).status_code == 303
    browser = school.browser()
    assert came(browser, "number-7", amr=amr).headers["Location"] == "/"
    reached = browser.get("/review/")
    assert (reached.status_code == 200) is opens
    assert opens or reached.headers["Location"] == "/signing-in/second-step/"
    password = {"email": email(Role.ASSISTANT_HEAD), "password": PASSWORD}
    alone = school.browser().post("/sign-in", data=password)
    if asks == "gatepost":
        assert alone.status_code == 303
    else:
        assert alone.status_code == 422 and "Your second step is asked for by Oakfield" in alone.text


def test_a_shared_computer_is_one_over_the_provider_too(linked: School) -> None:
    browser = linked.browser()
    assert "prompt=login" in set_out(browser, shared="on")
    assert came(browser, "number-7", {"shared": "on"}).headers["Location"] == "/"
    assert "Shared computer: you are signed out after 15 minutes" in browser.get("/review/").text
    assert "sign out there too" in browser.post("/sign-out", follow_redirects=True).text


def test_in_a_browser_there_and_back_and_whoever_walks_away_from_a_shared_one_is_signed_out(
    linked: School, browser: Browser
) -> None:
    with serving(linked, PORT), browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.on("console", lambda said: pytest.fail(said.text) if "Content Security Policy" in said.text else None)
        page.goto(f"{PUBLIC}/sign-in")
        look(page, "sign-in-provider")
        page.check("#shared")
        page.click("text=Sign in with Oakfield")
        page.fill("[name=as]", "number-7")
        page.click("text=Go")
        page.wait_for_url(f"{PUBLIC}/review/")
        page.clock.install()
        page.goto(f"{PUBLIC}/signing-in/")
        look(page, "own-signing-in-linked")
        page.clock.fast_forward("14:00")
        page.keyboard.press("Tab")
        page.clock.fast_forward("14:00")
        assert page.url == f"{PUBLIC}/signing-in/", "in use"
        page.clock.fast_forward("02:00")
        page.wait_for_url(f"{PUBLIC}/sign-in?out=1")
        look(page, "signed-out-provider")
        assert [one["name"] for one in context.cookies(PUBLIC) if one["name"] == "gatepost_device"] == []


def look(page: Page, name: str) -> None:
    """For people to look at, on a phone and on a computer."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=screenshot_path(f"{name}-{width}"), full_page=True)
