"""Guessing at the sign-in page: the same page whoever is guessed at, a wait that is told; cookies for one host."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from moderation.rules.roles import Role
from moderation.rules.throttling import ALLOWANCES, Tried
from moderation.services import throttling
from moderation.services.looking import Looker
from moderation.services.throttling import Caller
from moderation.settings import SettingsError, load
from tests.builders import PASSWORD, School, email, open_school
from tests.web.pages import without_token

TEACHER = email(Role.TEACHER)
PLACE = {"X-Forwarded-For": "203.0.113.7"}


def sign_in(browser: FlaskClient, address: str = TEACHER, password: str = "three words there", **more: object):  # type: ignore[no-untyped-def]
    return browser.post("/sign-in", data={"email": address, "password": password}, **more)  # type: ignore[arg-type]


def without_what_was_typed(text: str, address: str) -> str:
    """What is left to tell apart: not the seconds, which pass while the test runs."""
    return re.sub(r"Wait \d+ seconds", "", without_token(text)).replace(address, "")


def spent(school: School, place: str) -> None:
    """Every try but one of this place of the network, at addresses that nobody has."""
    with school.parts.work() as work:
        for number in range(ALLOWANCES[Tried.ADDRESS].free - 1):
            throttling.password(work, f"{number}@school.example", Caller(place))


def test_the_answer_is_the_same_for_an_address_that_nobody_has(school: School) -> None:
    told = {}
    for address in (TEACHER, "nobody@school.example"):
        browser = school.browser()
        answers = [sign_in(browser, address) for _ in range(7)]
        told[address] = [
            (answer.status_code, "Retry-After" in answer.headers, without_what_was_typed(answer.text, address))
            for answer in answers
        ]
    assert [answer[:2] for answer in told[TEACHER]] == [(422, False)] * 5 + [(429, True)] * 2
    assert told[TEACHER] == told["nobody@school.example"]
    assert "Too many wrong tries. , then try again." in told[TEACHER][-1][2]


def test_while_others_guess_the_person_s_own_browser_signs_in(school: School) -> None:
    own = school.browser(Role.TEACHER)
    own.post("/sign-out")
    stranger = school.browser()
    with school.parts.work() as work:
        for _ in range(ALLOWANCES[Tried.PASSWORD].free):
            throttling.password(work, TEACHER, Caller())
    assert sign_in(stranger, password=PASSWORD).status_code == 429
    assert sign_in(own, password=PASSWORD).status_code == 303


def test_whoever_found_an_open_page_does_not_guess_the_password_on_it(school: School) -> None:
    browser = school.browser(Role.TEACHER)
    form = {"old": "three words there", "new": "my own three words"}
    allowance = ALLOWANCES[Tried.PASSWORD_ON_DEVICE].free
    device = browser.get_cookie("gatepost_device")
    assert device is not None and device.http_only and device.same_site == "Strict"
    assert browser.post("/password", data=form).status_code == 422
    with school.parts.work() as work:
        for _ in range(allowance - 1):
            throttling.own_password(work, school.teacher, Caller(device=device.value))
    assert browser.post("/password", data=form).status_code == 429


def test_behind_https_the_cookies_are_for_this_host_alone(tmp_path: Path, looker: Looker) -> None:
    school = open_school(tmp_path / "https", looker, GATEPOST_PUBLIC_URL="https://gate.example")
    browser = school.browser()
    browser.get("/sign-in", base_url="https://gate.example")
    answer = sign_in(browser, password=PASSWORD, base_url="https://gate.example")
    cookies = [line for line in answer.headers.getlist("Set-Cookie") if "=;" not in line]
    assert sorted(line.split("=")[0] for line in cookies) == ["__Host-gatepost", "__Host-gatepost_device"]
    for line in cookies:
        assert "Secure" in line and "HttpOnly" in line and "Path=/" in line.split("; ") and "Domain" not in line
    assert browser.get("/posts/", base_url="https://gate.example").status_code == 200


def test_the_address_is_taken_from_as_many_proxies_as_the_school_has(tmp_path: Path, looker: Looker) -> None:
    trusting = open_school(tmp_path / "proxied", looker, GATEPOST_PROXIES="1")
    browser = trusting.browser()
    spent(trusting, "203.0.113.7")
    assert [sign_in(browser, headers=PLACE).status_code for _ in range(2)] == [422, 429]
    forged = {"X-Forwarded-For": "192.0.2.1, 203.0.113.7"}
    assert sign_in(browser, "x@school.example", headers=forged).status_code == 429, "only the proxy's own word counts"
    elsewhere = {"X-Forwarded-For": "203.0.113.7, 192.0.2.1"}
    assert sign_in(browser, "x@school.example", headers=elsewhere).status_code == 422


def test_without_a_proxy_nobody_says_where_they_are(school: School) -> None:
    browser = school.browser()
    outside = {"REMOTE_ADDR": "198.51.100.1"}
    spent(school, "198.51.100.1")
    told = [sign_in(browser, headers=PLACE, environ_overrides=outside).status_code for _ in range(2)]
    assert told == [422, 429]


@pytest.mark.parametrize("number", ["-1", "x", "10", "²"])
def test_an_odd_number_of_proxies_is_refused(tmp_path: Path, number: str) -> None:
    with pytest.raises(SettingsError, match="GATEPOST_PROXIES"):
        load({"GATEPOST_PROXIES": number}, tmp_path)


def test_sign_ins_begun_without_a_password_are_slowed_down_by_place_and_a_known_device_goes_on(
    tmp_path: Path, looker: Looker
) -> None:
    provider = {"ISSUER": "http://127.0.0.1:9", "CLIENT_ID": "gatepost", "CLIENT_SECRET": PASSWORD, "LABEL": "Oakfield"}
    more = {f"GATEPOST_SSO_{name}": value for name, value in provider.items()}
    school = open_school(tmp_path / "instance", looker, GATEPOST_PUBLIC_URL="http://localhost:8000", **more)
    stranger, elsewhere, own = school.browser(), school.browser(), school.browser(Role.TEACHER)
    own.post("/sign-out")
    stranger.environ_base["REMOTE_ADDR"] = own.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.8"
    with school.parts.work() as work:
        for _ in range(ALLOWANCES[Tried.BEGUN].free - 1):
            throttling.begun(work, Caller("203.0.113.7"))
    challenge, there = "/sign-in/passkey/challenge", "/sign-in/provider/"
    assert stranger.post(challenge).status_code == 200
    refused = [stranger.post(challenge), stranger.post(there)]
    assert [one.status_code for one in refused] == [429, 429] and all("Retry-After" in one.headers for one in refused)
    assert all("Too many sign-ins were begun here. Wait 15 seconds, then try again." in one.text for one in refused)
    for browser in (elsewhere, own):
        assert browser.post(challenge).status_code == 200
        assert browser.post(there).status_code == 503, "the provider was asked"
