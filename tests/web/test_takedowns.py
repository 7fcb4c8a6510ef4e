"""The pages of withdrawing: what the data lead looks back over, what the office and the heads have to take down."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from moderation.db.models import AuditRow, Person
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import takedowns
from tests.browser import screenshot_path
from tests.builders import LINK, PASSWORD, School, email
from tests.services.moments import small_photo
from tests.services.test_lookback import live, look_on
from tests.services.test_withdrawal import bring_to, draft_of, grant, withdrawn
from tests.web.pages import page_of
from tests.web.serving import serving

NAMES = ("Philippa", "Quennell")


@dataclass
class Withdrawn:
    """A school in which Philippa must not appear any more: a post is live with her tagged, one names her, one waits."""

    school: School
    person: Person
    tagged: int
    named: int
    held: int


@pytest.fixture
def case(school: School) -> Withdrawn:
    person = school.person("P1", *NAMES)
    permission = grant(school, person)
    tagged = live(school, small_photo(), caption="Our science morning.", tagged=person)
    named = live(school, small_photo(9), caption="Philippa Quennell won the cup.")
    held = draft_of(school, person, caption="Tomorrow: the museum.")
    bring_to(school, held, State.RELEASED)
    withdrawn(school, person, permission)
    return Withdrawn(school, person, tagged, named, held)


def test_the_data_lead_sees_how_far_a_look_back_is_and_what_it_found(case: Withdrawn) -> None:
    browser = case.school.browser(Role.DATA_LEAD)
    address = f"/register/{case.person.id}/look-back"
    assert address in page_of(browser.get(f"/register/{case.person.id}")).addresses
    under_way = page_of(browser.get(address))
    assert "1 of 2 live posts looked at so far." in under_way.text
    assert f"{address}/progress" in under_way.addresses
    assert "HX-Refresh" not in browser.get(f"{address}/progress").headers
    look_on(case.school, 1)
    ended = page_of(browser.get(address))
    assert "2 live posts were looked at. Found in 2 posts." in ended.text
    assert "named in the words" in ended.text and "tagged by its author" in ended.text
    assert "In 1 post with pictures no face was compared" in ended.text
    assert f"{address}/progress" not in ended.addresses
    assert browser.get(f"{address}/progress").headers["HX-Refresh"] == "true"
    assert browser.post(address).status_code == 303
    assert browser.get(address).text.count("<h2") == 2


def test_the_office_removes_with_proof_and_loses_nothing_that_was_typed(case: Withdrawn) -> None:
    browser = case.school.browser(Role.RESOURCES_MANAGER)
    assert "1 thing to take down or to look at" in browser.get("/publish/").text
    page = page_of(browser.get("/takedowns/"))
    assert "Philippa Quennell must not appear there" in page.text and "Open since today" in page.text
    assert LINK in page.addresses
    assert "It shows somebody else" not in page.text  # that is for the heads to say
    (action,) = [address for address in page.addresses if address.endswith("/removed")]
    without = browser.post(action, data={"proof": " "})
    assert (without.status_code, "what shows that it is gone" in without.text) == (422, True)
    assert browser.post(action, data={"proof": "Case 4711 of the network"}).status_code == 303
    assert "Case 4711 of the network" in browser.get("/takedowns/").text
    assert case.school.state(case.tagged) is State.TAKEN_DOWN
    assert browser.post(action, data={"proof": "again"}).status_code == 409
    assert "to take down" not in browser.get("/publish/").text


def test_a_head_says_that_it_shows_somebody_else(case: Withdrawn) -> None:
    look_on(case.school, 1)
    browser = case.school.browser(Role.ASSISTANT_HEAD)
    with case.school.parts.reading() as work:
        (named,) = [task.takedown.id for task in takedowns.waiting(work) if task.post.id == case.named]
    assert "look first" in browser.get("/takedowns/").text
    assert browser.post(f"/takedowns/{named}/stays", data={}).status_code == 422
    assert browser.post(f"/takedowns/{named}/stays", data={"reason": "An author"}).status_code == 303
    assert "Stays, it shows somebody else" in browser.get("/takedowns/").text
    assert case.school.state(case.named) is State.LIVE
    assert browser.post("/takedowns/999/removed", data={"proof": "x"}).status_code == 404


def test_law_10_no_name_stands_in_an_address_or_in_what_is_written_down_for_the_trail(case: Withdrawn) -> None:
    addresses = []
    for role, where in (
        (Role.RESOURCES_MANAGER, "/takedowns/"),
        (Role.RESOURCES_MANAGER, "/publish/"),
        (Role.DATA_LEAD, f"/register/{case.person.id}/look-back"),
    ):
        addresses += page_of(case.school.browser(role).get(where)).addresses
    with case.school.parts.reading() as work:
        details = [row.detail for row in work.session.query(AuditRow)]
    assert [text for text in addresses + details if any(name in text for name in NAMES)] == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_fit_a_phone_and_a_desk(case: Withdrawn, browser: Browser, width: int) -> None:
    look_on(case.school, 1)
    pages = (
        (Role.RESOURCES_MANAGER, "publish/", "board"),
        (Role.RESOURCES_MANAGER, "takedowns/", "takedowns"),
        (Role.ASSISTANT_HEAD, "takedowns/", "takedowns-head"),
        (Role.DATA_LEAD, f"register/{case.person.id}/look-back", "look-back"),
    )
    with serving(case.school) as address:
        for role, where, name in pages:
            context = browser.new_context(viewport={"width": width, "height": 900})
            page = context.new_page()
            page.goto(address)
            page.fill("#email", email(role))
            page.fill("#password", PASSWORD)
            page.click("main button")
            page.goto(f"{address}/{where}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(path=screenshot_path(f"withdrawal-{name}-{width}"), full_page=True)
            context.close()
