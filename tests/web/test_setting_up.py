"""Setting up a school on its pages: the list, the bar that leads from step to step, and the school's name."""

import re

import pytest

from moderation.rules.presets import PRESETS
from moderation.rules.roles import Role
from moderation.settings.shape import NO_NAME
from tests.builders import School
from tests.web.pages import page_of

FITS = "Take the ready setting that fits the school’s policy"


def read(school: School, role: Role, address: str) -> str:
    return " ".join(page_of(school.browser(role).get(address)).text.split())


def task(school: School, title: str) -> str:
    """What the list says of one task."""
    text = read(school, Role.DATA_LEAD, "/getting-started/").partition(" Needed ")[2]
    return next(said for said in re.split("(To do|Done|Waiting|If you wish)", text.partition(title)[2])[1:2])


def test_the_list_is_ticked_off_by_what_is_there(school: School) -> None:
    assert (task(school, FITS), task(school, "Fill the register")) == ("To do", "To do")
    school.browser(Role.DATA_LEAD).post("/register/standards/preset", data={"preset": next(iter(PRESETS))})
    school.person("p1", "Maya", "Marchetti")
    assert (task(school, FITS), task(school, "Fill the register")) == ("Done", "Done")
    assert task(school, "Invite the people who sign in") == task(school, "Register the school’s accounts") == "Done"
    assert "4 of 7 done." in read(school, Role.DATA_LEAD, "/getting-started/")


def test_whoever_sets_up_is_led_on_from_the_first_page_and_nobody_else(school: School) -> None:
    assert "2 of 7 done. Next for you: take the ready setting" in read(school, Role.DATA_LEAD, "/register/")
    assert "2 of 7 done. Next for you: give the school its name" in read(school, Role.ADMINISTRATOR, "/staff/")
    assert "2 of 7 done. Next: give the school its name, for the administrator." in read(
        school, Role.RESOURCES_MANAGER, "/publish/"
    )
    assert "Setting up" not in read(school, Role.TEACHER, "/posts/")
    assert "This is for the administrator." in read(school, Role.DATA_LEAD, "/getting-started/")


def test_a_step_can_be_skipped_and_what_is_saved_leads_on(school: School) -> None:
    data_lead = school.browser(Role.DATA_LEAD)
    assert "Skip this for now. Next: fill the register" in read(school, Role.DATA_LEAD, "/register/standards")
    answer = data_lead.post("/register/standards/preset", data={"preset": "recommended"}, follow_redirects=True)
    page = page_of(answer)
    assert " Next: fill the register" in " ".join(page.text.split()) and "Skip this" not in page.text
    assert "Back: Take the ready setting" in read(school, Role.DATA_LEAD, "/register/import/")


def test_until_it_is_chosen_the_recommended_setting_stands_first_and_ticked(school: School) -> None:
    data_lead = school.browser(Role.DATA_LEAD)
    before = data_lead.get("/register/standards").text
    assert before.index("Take a ready setting") < before.index("Protected until which birthday?")
    assert 'value="recommended" checked' in before and "data-confirm" not in before
    data_lead.post("/register/standards/preset", data={"preset": "recommended"})
    after = data_lead.get("/register/standards").text
    assert after.index("Or take a ready setting") > after.index("Protected until which birthday?")
    assert 'value="recommended" checked' not in after and "data-confirm" in after


def test_whoever_is_invited_is_waited_for_and_whoever_is_missing_is_named(school: School) -> None:
    administrator = school.browser(Role.ADMINISTRATOR)
    for one in (school.data_lead, school.others[Role.DATA_LEAD]):
        administrator.post(f"/staff/{one.id}/active", data={"active": "0"})
    assert "Still missing: data lead." in read(school, Role.ADMINISTRATOR, "/staff/invite")
    line = "Dee Kowal, dee@school.example, data lead"
    administrator.post("/staff/invite", data={"people": line, "do": "invite"})
    assert "Invited, and not come in yet: data lead.Waiting" in read(school, Role.ADMINISTRATOR, "/getting-started/")
    assert "These addresses open on this computer alone." in read(school, Role.ADMINISTRATOR, "/staff/invitations")


def test_the_school_is_named_on_the_web_and_every_page_knows_it(school: School) -> None:
    administrator, stranger = school.browser(Role.ADMINISTRATOR), school.browser()
    assert (
        NO_NAME in stranger.get("/sign-in").text and f'value="{NO_NAME}"' not in administrator.get("/staff/look").text
    )
    assert administrator.post("/staff/look/name", data={"name": "  St Ada &  St Bede "}).status_code == 303
    assert "St Ada &amp; St Bede" in stranger.get("/sign-in").text
    assert task(school, "Give the school its name") == "Done"


@pytest.mark.parametrize(("typed", "said"), [(" ", "Write the school’s name."), ("a" * 81, "at most 80")])
def test_a_name_that_is_none_is_refused_beside_its_field(school: School, typed: str, said: str) -> None:
    answer = school.browser(Role.ADMINISTRATOR).post("/staff/look/name", data={"name": typed})
    assert answer.status_code == 422 and said in page_of(answer).text
    assert NO_NAME in school.browser().get("/sign-in").text
