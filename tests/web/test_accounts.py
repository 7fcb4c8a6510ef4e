"""The pages of accounts: each role applies, decides, records, takes over; who reads where the credentials are kept."""

import pytest
from flask.testing import FlaskClient

from moderation.db.models import Account
from moderation.rules.accounts import AccountStanding
from moderation.rules.roles import Role
from moderation.services import account_moves, account_register, staff
from tests.builders import School
from tests.web.pages import page_of

CASE = {"aim": "Our news", "audience": "Families", "promotion": "The newsletter", "open": "open", "minimum_age": "13"}
KEPT = "in the green safe"


BROWSERS: dict[tuple[Role, int], FlaskClient] = {}


def browser(desk: School, role: Role, number: int = 1) -> FlaskClient:
    """Signed in once for all tests here."""
    if (role, number) not in BROWSERS:
        BROWSERS[role, number] = desk.browser(role, number)
    return BROWSERS[role, number]


@pytest.fixture(scope="module")
def people(desk: School) -> list[str]:
    return [str(desk.data_lead.id), str(desk.manager.id)]


def applied(desk: School, people: list[str], handle: str, **more: str) -> str:
    """Its address, after a teacher has applied for it."""
    form = {"known": "bluesky", "handle": handle, **CASE, "people": people, **more}
    answer = browser(desk, Role.TEACHER).post("/accounts/new", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].split("?")[0]


def in_use(desk: School, people: list[str], handle: str) -> str:
    address = applied(desk, people, handle)
    assert browser(desk, Role.HEADTEACHER).post(f"{address}/consent", data={}).status_code == 303
    assert browser(desk, Role.DATA_LEAD).post(f"{address}/credentials", data=held(desk)).status_code == 303
    return address


def held(desk: School, **more: str) -> dict[str, str]:
    with desk.parts.reading() as work:
        today = work.today.isoformat()
    return {"kept": KEPT, "holder": str(desk.data_lead.id), "changed_on": today, "second_factor": "off", **more}


def account(desk: School, address: str) -> Account:
    with desk.parts.reading() as work:
        return account_moves.get(work, int(address.rsplit("/", 1)[1]))


def test_the_way_of_an_account_over_the_pages(desk: School, people: list[str]) -> None:
    address = applied(desk, people, "@way", uses_logo="1")
    teacher, head = browser(desk, Role.TEACHER), browser(desk, Role.HEADTEACHER)
    assert "It waits for the headteacher" in teacher.get(address).text
    assert teacher.post(f"{address}/consent").status_code == 403
    refused = head.post(f"{address}/consent", data={"kept": "password: oak", "logo_allowed": "1"})
    assert refused.status_code == 422 and "looks like a password" in refused.text
    head.post(f"{address}/consent", data={"logo_allowed": "1"})
    assert "May be used, as the headteacher has allowed" in teacher.get(address).text
    assert teacher.get(f"{address}/credentials").status_code == 403, "not named"
    data_lead = browser(desk, Role.DATA_LEAD)
    assert "Put it in use" in data_lead.get(f"{address}/credentials").text
    wrong = data_lead.post(f"{address}/credentials", data=held(desk, kept="Password: oak tree"))
    assert wrong.status_code == 422 and page_of(wrong).values["kept"] == "Password: oak tree", "nothing typed is lost"
    data_lead.post(f"{address}/credentials", data=held(desk))
    assert {address, "/accounts/new"} <= set(page_of(teacher.get("/accounts/")).addresses)
    page = page_of(data_lead.get(address))
    assert "In use" in page.text and "The second factor is off" in page.text
    assert "Put in use" in page.text and "applied for by" not in page.text.split("What happened so far")[0]


def test_where_credentials_are_kept_is_for_those_who_keep_them(desk: School, people: list[str]) -> None:
    address = in_use(desk, people, "@kept")
    for role in (Role.DATA_LEAD, Role.RESOURCES_MANAGER, Role.HEADTEACHER, Role.ADMINISTRATOR):
        assert KEPT in browser(desk, role).get(address).text, role
    for role in (Role.TEACHER, Role.ASSISTANT_HEAD):
        page = browser(desk, role).get(address)
        assert page.status_code == 200 and KEPT not in page.text, role


def test_an_incomplete_application_is_shown_again_with_all_that_was_typed(desk: School, people: list[str]) -> None:
    form = {"known": "another", "network": "Threads", "handle": "@lost", **CASE, "people": people[:1]}
    answer = browser(desk, Role.TEACHER).post("/accounts/new", data=form)
    page = page_of(answer)
    assert answer.status_code == 422 and "at least two members of staff" in page.text
    assert page.values["handle"] == "@lost" and page.values["aim"] == "Our news"
    assert {f"people-{people[0]}", "open-open"} <= page.chosen
    with desk.parts.reading() as work:
        assert "@lost" not in {one.account.handle for one in account_register.every(work)}


def test_a_headteacher_is_not_offered_their_own_application(desk: School, people: list[str]) -> None:
    head, other = browser(desk, Role.HEADTEACHER), browser(desk, Role.HEADTEACHER, 2)
    form = {"known": "mastodon", "handle": "@head", **CASE, "people": people}
    address = head.post("/accounts/new", data=form).headers["Location"].split("?")[0]
    assert "Approve it" not in head.get(address).text
    answer = head.post(f"{address}/consent")
    assert answer.status_code == 422 and "somebody else has to decide" in answer.text
    assert other.post(f"{address}/refuse", data={"reason": "Not now"}).status_code == 303
    assert "“Not now”" in head.get(address).text and "Apply for it again" in head.get(address).text
    assert page_of(head.get(f"{address}/case")).values["aim"] == "Our news", "the answers are there again"
    assert head.post(f"{address}/case", data={**CASE, "people": people}).status_code == 303
    assert account(desk, address).standing is AccountStanding.APPLIED
    head.post(f"{address}/withdraw")
    assert account(desk, address).standing is AccountStanding.CLOSED


def test_a_blocked_account_is_taken_over_on_its_page(desk: School, people: list[str]) -> None:
    address = in_use(desk, [people[0], str(desk.others[Role.TEACHER].id)], "@blocked")
    admin = browser(desk, Role.ADMINISTRATOR)
    with desk.parts.work() as work:
        staff.set_active(work, desk.people[Role.ADMINISTRATOR], desk.others[Role.TEACHER].id or 0, False)
    assert "Nothing goes out there now" in browser(desk, Role.TEACHER).get(address).text
    assert f"Gone: {Role.TEACHER} 2" in admin.get(f"{address}/people").text
    alone = admin.post(f"{address}/people", data={**held(desk), "people": people[:1]})
    assert alone.status_code == 422 and page_of(alone).values["kept"] == KEPT
    assert admin.post(f"{address}/people", data={**held(desk), "people": people}).status_code == 303
    assert account(desk, address).in_use
    for step in ("block", "close"):
        assert admin.post(f"{address}/{step}", data={"reason": " "}).status_code == 422
        assert admin.post(f"{address}/{step}", data={"reason": "Done"}).status_code == 303
    assert admin.post(f"{address}/looked").status_code == 422, "it is closed now"
    with desk.parts.work() as work:
        staff.set_active(work, desk.people[Role.ADMINISTRATOR], desk.others[Role.TEACHER].id or 0, True)


def test_the_headteacher_consents_to_publishers_and_either_keeper_asks_for_it(desk: School) -> None:
    head, admin = browser(desk, Role.HEADTEACHER), browser(desk, Role.ADMINISTRATOR)
    address = f"/accounts/publishers/{desk.manager.id}"
    with desk.parts.reading() as work:
        today = work.today.isoformat()
    assert admin.post(f"{address}/give", data={"given_on": today}).status_code == 403
    assert head.post(f"{address}/give", data={"given_on": "soon"}).status_code == 422
    assert head.post(f"{address}/give", data={"given_on": today, "kept": "Cabinet"}).status_code == 303
    assert "the paper: Cabinet" in admin.get("/accounts/publishers/").text
    assert head.post(f"{address}/end").status_code == 303
    assert admin.post("/accounts/publishers/asked", data={"asked": "1"}).status_code == 303
    assert "asked" in page_of(head.get("/accounts/publishers/")).chosen
    admin.post("/accounts/publishers/asked", data={})
