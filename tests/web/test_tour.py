"""The tour of a role: shown unasked in the demonstration until it is put away, and found again under Help."""

import re
from pathlib import Path

import pytest

from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.workflow import Action
from moderation.services import review
from tests.builders import School, open_school
from tests.reading import Sentence, grade, split
from tests.services.moments import Quick

LOOKER = Quick()
TITLE = "A first look around"


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> School:
    """With posts of words as the steps want them: 1 sent back, 2 with a flag, 3 without, 4 live."""
    school = open_school(tmp_path_factory.mktemp("tour") / "instance", LOOKER, GATEPOST_DEMO="1")
    school.person("P1", "Rowan", "Fairweather", no_publish=True)
    back = school.in_review(caption="Not like this.")
    with school.parts.work() as work:
        review.decide(work, school.head, back, Action.SEND_BACK, "Please look")
    school.in_review(caption="Rowan Fairweather won.")
    school.in_review(caption="A good day.")
    school.live(caption="It is out.")
    return school


def steps_of(page: str) -> list[str]:
    """The addresses of the tour, as a page holds them."""
    shown = page.partition(TITLE)[2].partition("</ol>")[0]
    return re.findall(r'<li><a class="govuk-link" href="([^"]+)"', shown)


@pytest.mark.parametrize("role", sorted(SIGN_INS))
def test_each_step_leads_to_a_page_that_this_role_may_open(demonstration: School, role: Role) -> None:
    browser = demonstration.browser(role)
    page = browser.get("/", follow_redirects=True).text
    steps = steps_of(page)
    assert f"{TITLE}, as {role}" in page and 3 <= len(steps) <= 5
    assert {step: browser.get(step).status_code for step in steps} == dict.fromkeys(steps, 200)
    read: list[Sentence] = [one for text in re.findall(r'class="hint">([^<]+)<', page) for one in split(role, text)]
    assert grade(read) <= 6.0, [(one.grade, one.text) for one in read]


def test_the_steps_lead_to_posts_that_are_there(demonstration: School) -> None:
    def steps(role: Role) -> list[str]:
        return steps_of(demonstration.browser(role).get("/tour/").text)

    assert {"/posts/1", "/posts/2"} <= set(steps(Role.TEACHER))
    assert steps(Role.ASSISTANT_HEAD)[:3] == ["/review/2", "/review/2#flags", "/review/3#decision"]
    assert "/posts/4" in steps(Role.RESOURCES_MANAGER)
    assert steps(Role.DATA_LEAD)[:2] == ["/register/1", "/register/1/held"]


def test_the_demonstration_is_in_full_use_and_asks_for_no_setting_up(demonstration: School) -> None:
    page = demonstration.browser(Role.DATA_LEAD).get("/register/").text
    assert TITLE in page and "setting-up" not in page
    assert "of 7 done" in demonstration.browser(Role.DATA_LEAD).get("/getting-started/").text


def test_it_is_put_away_for_good_by_one_person_and_stays_under_help(demonstration: School) -> None:
    browser, other = demonstration.browser(Role.TEACHER), demonstration.browser(Role.TEACHER, 2)
    assert browser.post("/tour/seen").status_code == browser.post("/tour/seen").status_code == 303
    assert (
        TITLE not in browser.get("/posts/").text
        and TITLE not in demonstration.browser(Role.TEACHER).get("/posts/").text
    )
    assert TITLE in other.get("/posts/").text and TITLE not in other.get("/posts/everybodys").text
    assert 'href="/tour/"' in browser.get("/help/teacher").text and steps_of(browser.get("/tour/").text)


def test_a_real_school_shows_it_under_help_alone_and_with_no_post_it_leads_to_the_lists(tmp_path: Path) -> None:
    school = open_school(tmp_path / "instance", LOOKER)
    for role in (Role.TEACHER, Role.ASSISTANT_HEAD):
        browser = school.browser(role)
        assert TITLE not in browser.get("/", follow_redirects=True).text
        steps = steps_of(browser.get("/tour/").text)
        assert {step: browser.get(step).status_code for step in steps} == dict.fromkeys(steps, 200)
