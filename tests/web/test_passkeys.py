"""Passkeys in a real browser with an authenticator of its own: what it signs opens once, here, for its owner."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from moderation.db.models import BegunSignIn, NewsRow, Passkey, SignIn
from moderation.rules.roles import Role
from moderation.rules.sign_ins import How
from moderation.rules.telling import News
from moderation.services import begun, passkeys, staff
from moderation.services.looking import Looker
from tests.browser import screenshot_path
from tests.builders import PASSWORD, School, email, open_school
from tests.connectors.servers import free_port
from tests.services.moments import later
from tests.web.pages import without_token
from tests.web.serving import serving

SIGNS = "async (options) => answered(await navigator.credentials.get({ publicKey: asked(options) }))"


@dataclass
class Desk:
    """A browser that holds a passkey of the assistant head's, and the school's address in it."""

    school: School
    page: Page
    address: str
    authenticator: Any

    def client(self) -> FlaskClient:
        return self.school.browser()

    def challenge(self, client: FlaskClient) -> dict[str, Any]:
        found: dict[str, Any] = client.post("/sign-in/passkey/challenge").json
        return found

    def signed(self, options: dict[str, Any]) -> str:
        """What the browser's authenticator answers."""
        answer: str = self.page.evaluate(SIGNS, options)
        return answer


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, looker: Looker, browser: Browser) -> Iterator[Desk]:
    address = f"http://localhost:{(port := free_port())}"
    folder = tmp_path_factory.mktemp("passkeys") / "instance"
    school = open_school(folder, looker, GATEPOST_PUBLIC_URL=address)
    with serving(school, port), browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.on("console", lambda said: pytest.fail(said.text) if "Content Security Policy" in said.text else None)
        devices = context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        _make_one(page, address)
        yield Desk(school, page, address, devices)


def _make_one(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#email", email(Role.ASSISTANT_HEAD))
    page.fill("#password", PASSWORD)
    page.click("text='Sign in' >> nth=-1")
    page.goto(f"{address}/signing-in/passkeys/")
    page.fill("#password-new", PASSWORD)
    page.click("text=Go on")
    page.fill("#called", "The head’s phone")
    page.screenshot(path=screenshot_path("new-passkey-390"), full_page=True)
    page.click("text=Make the passkey")
    page.wait_for_selector("text=Your recovery codes")
    page.goto(f"{address}/signing-in/passkeys/")
    assert "The head’s phone" in page.content() and "10 recovery codes left" in page.content()
    page.screenshot(path=screenshot_path("own-passkeys-390"), full_page=True)
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in")
    page.screenshot(path=screenshot_path("sign-in-390"), full_page=True)


def give(client: FlaskClient, answer: str) -> tuple[int, str]:
    got = client.post("/sign-in/passkey/", data={"answer": answer})
    return got.status_code, without_token(got.text)


def test_one_tap_signs_in_and_counts_as_both_steps(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.address}/sign-in")
    page.click("text=Use a passkey")
    page.wait_for_url(f"{desk.address}/review/")
    with desk.school.parts.reading() as work:
        last = work.session.scalars(select(SignIn).order_by(SignIn.id.desc()).limit(1)).one()
        assert last.how is How.PASSKEY and last.both_steps and last.user_id == desk.school.head.id
        assert work.session.scalars(select(Passkey)).one().used_at is not None
        told = work.session.scalars(select(NewsRow.user_id).where(NewsRow.news == News.WAY_IN_CHANGED)).all()
        assert told == [desk.school.head.id]
    page.context.clear_cookies()
    page.goto(f"{desk.address}/sign-in")


def test_what_was_signed_opens_once_and_in_the_browser_that_asked(desk: Desk) -> None:
    mine, theirs = desk.client(), desk.client()
    answer = desk.signed(desk.challenge(mine))
    desk.challenge(theirs)
    assert give(theirs, answer)[0] == 422, "another browser's challenge"
    assert give(desk.client(), answer)[0] == 422, "none at all"
    assert mine.post("/sign-in/passkey/", data={"answer": answer}).status_code == 303
    assert mine.get("/review/").status_code == 200
    assert give(mine, answer)[0] == 422, "used up"
    desk.challenge(mine)
    assert give(mine, answer)[0] == 422, "for a fresh challenge"


def test_a_challenge_does_not_wait_for_ever(desk: Desk) -> None:
    client = desk.client()
    answer = desk.signed(desk.challenge(client))
    with desk.school.parts.work() as work:
        late = work.now - begun.HOLDS
        work.session.execute(update(BegunSignIn).values(began_at=late))
    assert give(client, answer)[0] == 422
    with later(desk.school, minutes=11) as work:
        begun.forget_old(work)
        assert work.session.scalars(select(BegunSignIn)).all() == []


def test_every_refusal_reads_the_same_whatever_was_wrong(desk: Desk) -> None:
    def tried(change: Any = None, page: Page | None = None) -> tuple[int, str]:
        client = desk.client()
        options = desk.challenge(client)
        answer = json.loads(page.evaluate(SIGNS, options) if page else desk.signed(options))
        if change:
            change(answer)
        return give(client, json.dumps(answer))

    def another_person(answer: dict[str, Any]) -> None:
        answer["response"]["userHandle"] = "AAAA"

    def unknown(answer: dict[str, Any]) -> None:
        answer["id"] = answer["rawId"] = "AAAA"

    def other_signature(answer: dict[str, Any]) -> None:
        answer["response"]["signature"] = earlier

    earlier = json.loads(desk.signed(desk.challenge(desk.client())))["response"]["signature"]
    seen = {tried(change) for change in (another_person, unknown, other_signature)}
    seen |= {give_nonsense(desk, what) for what in ("", "{}", "[]", "null", '{"id": 1}', "x" * 50_000)}
    seen.add(_on_another_origin(desk, tried))
    with desk.school.parts.work() as work:
        key = work.session.scalars(select(Passkey)).one()
        count, key.sign_count = key.sign_count, 10**6  # a copy of it was used before
    seen.add(tried())
    _put(desk, sign_count=count)
    admin = desk.school.people[Role.ADMINISTRATOR]
    for active in (False, True):
        with desk.school.parts.work() as work:
            staff.set_active(work, admin, desk.school.head.id or 0, active)
        if not active:
            seen.add(tried())
    assert len(seen) == 1
    status, text = seen.pop()
    assert status == 422 and passkeys.WRONG in text and "assistant" not in text
    assert tried()[0] == 303, "and with nothing wrong it opens"


def _put(desk: Desk, **values: object) -> None:
    with desk.school.parts.work() as work:
        work.session.execute(update(Passkey).values(**values))


def give_nonsense(desk: Desk, answer: str) -> tuple[int, str]:
    client = desk.client()
    desk.challenge(client)
    return give(client, answer)


def _on_another_origin(desk: Desk, tried: Any) -> tuple[int, str]:
    """The same host, another port: the browser lets that page use the passkey, and says where it was used."""
    with serving(desk.school) as elsewhere:
        desk.page.goto(elsewhere.replace("127.0.0.1", "localhost") + "/sign-in")
        found: tuple[int, str] = tried(page=desk.page)
    desk.page.goto(f"{desk.address}/sign-in")
    return found


def test_where_the_school_asks_for_a_second_step_the_password_leads_to_the_passkey(desk: Desk) -> None:
    boss, page = desk.school.browser(Role.ADMINISTRATOR), desk.page
    assert boss.post("/staff/signing-in/second-step", data={"role": ["assistant head"]}).status_code == 303
    page.goto(f"{desk.address}/sign-in")
    page.fill("#email", email(Role.ASSISTANT_HEAD))
    page.fill("#password", PASSWORD)
    page.check("#shared")
    page.click("text='Sign in' >> nth=-1")
    page.wait_for_url("**/sign-in/second-step/")
    page.screenshot(path=screenshot_path("second-step-passkey-390"), full_page=True)
    page.click("text=Use a passkey")
    page.wait_for_url(f"{desk.address}/review/")
    assert "Shared computer" in page.content()
    boss.post("/staff/signing-in/second-step", data={})
    page.context.clear_cookies()
    page.goto(f"{desk.address}/sign-in")


def test_a_passkey_is_made_by_whoever_began_it_and_removed_by_its_owner(desk: Desk) -> None:
    head, other = desk.school.browser(Role.ASSISTANT_HEAD), desk.school.browser(Role.TEACHER)
    own = "/signing-in/passkeys/"
    assert head.post(f"{own}start", data={"password": f"{PASSWORD}r"}).status_code == 422
    assert "Make the passkey" in head.post(f"{own}start", data={"password": PASSWORD}).text
    assert other.post(f"{own}add", data={"answer": "{}", "called": "x"}).status_code == 422
    assert passkeys.NOT_MADE in head.post(f"{own}add", data={"answer": "{}", "called": "x"}).text
    with desk.school.parts.reading() as work:
        key = work.session.scalars(select(Passkey)).one()
    assert other.post(f"{own}{key.id}/remove", data={"password": PASSWORD}).status_code == 404
    assert head.post(f"{own}{key.id}/remove", data={"password": PASSWORD}).status_code == 303
    client = desk.client()
    answer = desk.signed(desk.challenge(client))
    assert passkeys.WRONG in give(client, answer)[1], "removed here, though the device still has it"
    with desk.school.parts.work() as work:
        assert work.session.scalars(select(Passkey)).all() == []


def test_without_a_name_or_without_https_there_are_none_and_the_page_says_so(school: School) -> None:
    teacher = school.browser(Role.TEACHER)
    page = teacher.get("/signing-in/passkeys/").text
    assert "http://127.0.0.1:8000" in page and "GATEPOST_PUBLIC_URL" in page and "Go on" not in page
    assert teacher.post("/signing-in/passkeys/start", data={"password": PASSWORD}).status_code == 404
    assert school.browser().post("/sign-in/passkey/challenge").status_code == 404
    assert "passkey" not in school.browser().get("/sign-in").text


@pytest.mark.parametrize(
    ("url", "works"),
    [
        ("https://gatepost.school.example", True),
        ("https://gatepost.school.example:8443/", True),
        ("http://localhost:8000", True),
        ("http://gatepost.school.example", False),
        ("https://10.0.0.7", False),
        ("https://[::1]", False),
        ("https://gatepost", False),
    ],
)
def test_which_addresses_browsers_keep_passkeys_for(url: str, works: bool) -> None:
    assert (passkeys.site(url) is not None) is works
