"""Law 3: with the password alone, somebody who has a second step reaches its page and nothing else."""

import re

import pyotp
import pytest
from flask.testing import FlaskClient

from moderation.rules.roles import Role
from moderation.web.audience import AUDIENCE, PUBLIC
from tests.builders import PASSWORD, School, email
from tests.web.test_audience import endpoints, is_answer_to_a_stranger

STEP = "/sign-in/second-step/"
HEAD = {"email": email(Role.ASSISTANT_HEAD), "password": PASSWORD}


@pytest.fixture
def app_of_head(school: School) -> tuple[pyotp.TOTP, list[str]]:
    """Set up through the pages, as people do it."""
    browser = school.browser(Role.ASSISTANT_HEAD)
    own = "/signing-in/second-step/"
    assert "The password is not right." in browser.post(f"{own}start", data={"password": "three words there"}).text
    assert browser.post(f"{own}start", data={"password": PASSWORD}).status_code == 303
    page = browser.get(own).text
    found = re.search(r'class="secret">(\w+)<', page)
    assert found and "<svg" in page
    totp = pyotp.TOTP(found.group(1))
    assert browser.post(f"{own}confirm", data={"code": "000000"}).status_code == 422
    codes = browser.post(f"{own}confirm", data={"code": totp.now()})
    assert totp.secret not in browser.get(own).text, "never shown again"
    return totp, re.findall(r"<code>([\w-]+)</code>", codes.text)


def halfway(school: School) -> FlaskClient:
    browser = school.browser()
    assert browser.post("/sign-in", data=HEAD).headers["Location"] == STEP
    return browser


def test_law_3_halfway_every_other_page_is_closed(school: School, app_of_head: tuple[pyotp.TOTP, list[str]]) -> None:
    browser = halfway(school)
    wrong = []
    for endpoint, method, address in endpoints(browser.application):
        if AUDIENCE[endpoint] is PUBLIC or endpoint.startswith("second_step."):
            continue
        answer = browser.open(address, method=method)
        if not is_answer_to_a_stranger(answer, method, address):
            wrong.append((method, address, answer.status_code))
    assert wrong == []
    page = browser.get(STEP).text
    assert "assistant head 1" not in page and "Menu" not in page


def test_a_recovery_code_finishes_it_and_works_once(school: School, app_of_head: tuple[pyotp.TOTP, list[str]]) -> None:
    _, codes = app_of_head
    browser = halfway(school)
    wrong = browser.post(STEP, data={"code": "123456"})
    assert wrong.status_code == 422 and "not right, or it was used already" in wrong.text
    assert browser.post(STEP, data={"code": codes[0]}).headers["Location"] == "/"
    assert browser.get("/review/").status_code == 200
    assert browser.get(STEP).headers["Location"] == "/sign-in", "halfway no more"
    again = halfway(school).post(STEP, data={"code": codes[0]})
    assert again.status_code == 422


def test_wrong_codes_have_to_wait(school: School, app_of_head: tuple[pyotp.TOTP, list[str]]) -> None:
    browser = halfway(school)
    assert [browser.post(STEP, data={"code": "123456"}).status_code for _ in range(6)] == [422] * 5 + [429]


def test_a_wrong_password_tells_nobody_that_there_is_a_second_step(
    school: School, app_of_head: tuple[pyotp.TOTP, list[str]]
) -> None:
    answer = school.browser().post("/sign-in", data={**HEAD, "password": "three words there"})
    assert answer.status_code == 422 and "step" not in answer.text


def test_where_it_is_asked_for_nothing_opens_before_it_is_set_up(school: School) -> None:
    head, boss = school.browser(Role.ASSISTANT_HEAD), school.browser(Role.ADMINISTRATOR)
    assert head.get("/review/").status_code == 200
    assert boss.post("/staff/signing-in/second-step", data={"role": ["assistant head", "x"]}).status_code == 303
    for page in ("/", "/review/", "/posts/"):
        assert head.get(page).headers["Location"] == "/signing-in/second-step/"
    assert head.post("/review/1/approve").headers["Location"] == "/signing-in/second-step/"
    assert "The school asks for a second step" in head.get("/signing-in/second-step/").text
    assert school.browser(Role.TEACHER).get("/posts/").status_code == 200
    assert "Reset second step" not in boss.get("/staff/").text


def test_the_administrator_takes_it_away_and_the_password_is_enough_again(
    school: School, app_of_head: tuple[pyotp.TOTP, list[str]]
) -> None:
    boss = school.browser(Role.ADMINISTRATOR)
    assert "Reset second step" in boss.get("/staff/").text
    assert boss.post(f"/staff/{school.head.id}/second-step").status_code == 303
    assert "The second step of your sign-in was taken away." in school.browser(Role.ASSISTANT_HEAD).get("/news/").text
