"""Inviting a staff list, and coming in by the link, as the pages do it."""

import re

import pytest

from moderation.rules.roles import Role
from tests.builders import School
from tests.services.mailing import free_port, told_school
from tests.web.pages import page_of

LIST = "Kim Park, kim@school.example, teacher\nJo Lee, jo@school.example, resources manager"
OWN = {"new": "three words in a row"}


@pytest.fixture
def links(school: School) -> dict[str, str]:
    """What the administrator hands out, by the name on the slip. E-mail is off in this school."""
    answer = school.browser(Role.ADMINISTRATOR).post(
        "/staff/invite", data={"people": LIST, "do": "invite"}, follow_redirects=True
    )
    slips = re.findall(r"<strong>([^<]+)</strong>.*?https?://[^/]+(/welcome/[\w-]+)", answer.text, re.DOTALL)
    return dict(slips)


def test_the_list_is_shown_as_it_was_read_before_anybody_is_invited(school: School) -> None:
    browser = school.browser(Role.ADMINISTRATOR)
    text = page_of(browser.post("/staff/invite", data={"people": LIST, "do": "look"})).text
    assert "2 people are invited. Nothing is sent yet." in text and "Resources manager" in text
    assert "kim@school.example" not in browser.get("/staff/").text


def test_a_slip_in_the_list_is_said_and_nothing_typed_is_lost(school: School) -> None:
    answer = school.browser(Role.ADMINISTRATOR).post(
        "/staff/invite", data={"people": f"{LIST}\nSam Okafor, sam", "do": "invite"}
    )
    assert answer.status_code == 422
    assert "Line 3: That does not look like an e-mail address." in page_of(answer).text
    assert page_of(answer).values["people"].strip().endswith("Sam Okafor, sam")
    assert "kim@school.example" not in school.browser(Role.ADMINISTRATOR).get("/staff/").text


def test_the_link_leads_in_with_a_password_of_ones_own(school: School, links: dict[str, str]) -> None:
    assert set(links) == {"Kim Park", "Jo Lee"}
    browser = school.browser()
    assert "kim@school.example" in browser.get(links["Kim Park"]).text
    answer = browser.post(links["Kim Park"], data=OWN, follow_redirects=True)
    assert answer.request.path == "/posts/" and "Kim Park" in answer.text
    waiting = school.browser(Role.ADMINISTRATOR).get("/staff/invitations").text
    assert "Jo Lee" in waiting and "Kim Park" not in waiting
    again = school.browser()
    assert again.post("/sign-in", data={"email": "kim@school.example", "password": OWN["new"]}).status_code == 303


def test_a_used_link_says_what_to_do_and_names_nobody(school: School, links: dict[str, str]) -> None:
    school.browser().post(links["Kim Park"], data=OWN)
    for answer in (school.browser().get(links["Kim Park"]), school.browser().post(links["Kim Park"], data=OWN)):
        assert answer.status_code == 409
        assert "ask the administrator at school for a new link" in answer.text and "Kim" not in answer.text


def test_a_weak_password_is_refused_on_the_same_page(school: School, links: dict[str, str]) -> None:
    answer = school.browser().post(links["Kim Park"], data={"new": "short"})
    assert answer.status_code == 422 and "Choose your password" in answer.text


def test_whoever_forgot_the_password_gets_a_new_link(school: School) -> None:
    browser = school.browser(Role.ADMINISTRATOR)
    answer = browser.post(f"/staff/{school.teacher.id}/invite", follow_redirects=True)
    link = re.findall(r"/welcome/[\w-]+", answer.text)[0]
    came_in = school.browser().post(link, data=OWN, follow_redirects=True)
    assert came_in.request.path == "/posts/"


def test_where_there_is_e_mail_the_administrator_never_sees_a_link(school: School) -> None:
    browser = told_school(school, free_port()).school.browser(Role.ADMINISTRATOR)
    answer = browser.post("/staff/invite", data={"people": LIST, "do": "invite"}, follow_redirects=True)
    assert "Sent by e-mail" in answer.text and "/welcome/" not in answer.text
