"""What opens something for whoever has it: of one school it is at the other what nobody ever gave out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyotp
import pytest
from werkzeug.test import TestResponse

from moderation.db.models import KnownDevice
from moderation.rules.connecting import Kind
from moderation.rules.roles import Role
from moderation.rules.sign_ins import Begun
from moderation.services import begun, connections, feeds, invitations, phone, second_step, tokens
from moderation.services.invitations import Entry
from moderation.services.work import Mistake
from moderation.settings import Watched, load_trust
from moderation.web.front import Front
from moderation.web.gate import HALF_TOKEN
from tests.builders import School
from tests.trust.filled import BY_HOST, BY_PATH, OTHER, WAYS, Both, Place, given, sent
from tests.web.pages import page_of, without_token

NEW_PASSWORD = "three purple words"


@dataclass(frozen=True)
class Link:
    """What somebody was given: where the secret stands, and how it is used."""

    address: str  # with {} where the secret stands
    secret: str
    method: str = "GET"
    form: dict[str, str] = field(default_factory=dict)
    opens: int = 200


def invitation(both: Both, own: str) -> str:
    """At both schools somebody is invited just then, so that the number in the link is there at each."""
    found = {}
    for key in OTHER:
        school = both.school(key)
        with school.parts.work() as work:
            entry = Entry(1, "New", f"new.{tokens.fresh()[:9].lower()}@school.example", Role.TEACHER)
            (made,) = invitations.invite(work, school.people[Role.ADMINISTRATOR], [entry])
            found[key] = invitations.token(work, made.id)
    assert found["oakfield"].partition("-")[0] == found["harbour"].partition("-")[0]
    return found[own]


def knock(both: Both, own: str) -> Link:
    return Link("/welcome/{}", invitation(both, own))


def accept(both: Both, own: str) -> Link:
    return Link("/welcome/{}", invitation(both, own), "POST", {"new": NEW_PASSWORD}, 303)


def calendar(both: Both, own: str) -> Link:
    with both.school(own).parts.work() as work:
        return Link("/calendar/{}.ics", feeds.make(work, both.school(own).teacher))


def kit(both: Both, own: str) -> str:
    with both.school(own).parts.work() as work:
        return phone.make(work, both.school(own).manager, both.filled[own].numbers["kit"])


def code(both: Both, own: str) -> Link:
    return Link("/phone/open/{}", kit(both, own))


def enter(both: Both, own: str) -> Link:
    return Link("/phone/open/{}", kit(both, own), "POST", opens=303)


def feed_of(school: School, account_id: int) -> str:
    with school.parts.work() as work:
        found = connections.of_account(work, account_id)
        if found is None:
            administrator = school.people[Role.ADMINISTRATOR]
            connections.connect(work, administrator, account_id, connections.Form(Kind.FEED), "")
            found = connections.of_account(work, account_id)
        assert found and found.feed_token
        return found.feed_token


def website(both: Both, own: str) -> Link:
    for key in OTHER:
        feed_of(both.school(key), both.filled[key].numbers["website"])
    return Link("/feeds/{}.atom", feed_of(both.school(own), both.filled[own].numbers["website"]))


def said(answer: TestResponse, secret: str) -> tuple[int, str | None, str]:
    return answer.status_code, answer.headers.get("Location"), without_token(answer.text).replace(secret, "SECRET")


@pytest.mark.parametrize(("layout", "own"), WAYS)
@pytest.mark.parametrize("made", [knock, accept, calendar, code, enter, website], ids=lambda made: str(made.__name__))
def test_a_link_of_one_school_is_at_the_other_one_that_nobody_gave_out(
    both: Both, layout: str, own: str, made: Callable[[Both, str], Link]
) -> None:
    """And trying it there uses nothing up here."""
    place, there, link = both.places[layout], OTHER[own], made(both, own)
    number, dash, _ = link.secret.rpartition("-") if link.address.startswith("/welcome") else ("", "", "")
    guessed = (number.partition("-")[0] + "-" if dash else "") + tokens.fresh()

    def use(school: str, secret: str) -> TestResponse:
        return place.ask(school, link.address.format(secret), link.method, data=link.form or None)

    foreign, none = use(there, link.secret), use(there, guessed)
    assert said(foreign, link.secret) == said(none, guessed)
    assert foreign.status_code in (404, 409)
    assert use(own, link.secret).status_code == link.opens


@pytest.mark.parametrize(("layout", "own"), WAYS)
def test_a_phone_that_has_a_kit_of_one_school_has_none_of_the_other(both: Both, layout: str, own: str) -> None:
    """Behind a path its cookie is for the pages of phones of the own school alone: no browser sends it elsewhere."""
    place, there = both.places[layout], OTHER[own]
    answer = place.ask(own, f"/phone/open/{kit(both, own)}", "POST")
    (cookie,) = (one for one in answer.headers.getlist("Set-Cookie") if "phone" in one)
    assert f"Path={place.path(own)}/phone/" in cookie and "Domain" not in cookie
    cookies = sent(given(answer))
    picture = "/phone/accounts/1/photo-1.jpg"
    assert [place.ask(there, address, cookies=cookies).status_code for address in ("/phone/", picture)] == [409, 409]
    assert [place.ask(own, address, cookies=cookies).status_code for address in ("/phone/", picture)] == [200, 200]


def half(both: Both, own: str, place: Place) -> dict[str, Any]:
    """Somebody whose password was right, and whose second step is to come."""
    school, lead = both.school(own), both.school(own).others[Role.DATA_LEAD]
    with school.parts.work() as work:
        if not second_step.is_set_up(work, lead.id):
            second_step.start(work, lead)
            shown = second_step.shown(work, lead)
            assert shown is not None
            second_step.confirm(work, lead, pyotp.TOTP(shown.secret).now())
    session = place.session(own, place.signed_in(own, Role.DATA_LEAD, 2))
    assert session[HALF_TOKEN] and "_user_id" not in session
    return session


def sign_in(both: Both, own: str, place: Place) -> dict[str, Any]:
    return place.session(own, place.signed_in(own, Role.ADMINISTRATOR))


@pytest.mark.parametrize(
    ("made", "address", "method"),
    [
        (half, "/sign-in/second-step/", "GET"),
        (half, "/sign-in/second-step/", "POST"),
        (sign_in, "/staff/", "GET"),
    ],
)
@pytest.mark.parametrize("own", OTHER)
def test_what_a_session_of_one_school_holds_is_nothing_at_the_other_whoever_signs_it(
    both: Both, own: str, made: Callable[[Both, str, Place], dict[str, Any]], address: str, method: str
) -> None:
    """As if both had the same key for cookies: what stands in them is a token that only its own database knows."""
    place, there = both.places[BY_HOST], OTHER[own]
    session = made(both, own, place)
    of_none = {name: tokens.fresh() if isinstance(word, str) else word for name, word in session.items()}
    answers = [
        said(place.ask(there, address, method, sent(place.signed(there, held)), data={"code": "123456"}), "-")
        for held in (session, of_none)
    ]
    assert answers[0] == answers[1] and answers[0][0] in (303, 401)


@pytest.mark.parametrize("what", Begun)
@pytest.mark.parametrize("own", OTHER)
def test_what_was_begun_at_one_school_cannot_be_ended_at_the_other(both: Both, own: str, what: Begun) -> None:
    """A passkey's challenge, a way over the provider: the secret that it is made of is not there."""
    here, there = both.school(own), both.school(OTHER[own])
    with here.parts.work() as work:
        token, step = begun.begin(work, what, user_id=here.head.id)
    with there.parts.work() as work, pytest.raises(Mistake):
        begun.take(work, token, *Begun)
    with here.parts.work() as work:
        assert begun.take(work, token, *Begun) == step


@pytest.mark.parametrize("layout", [BY_HOST, BY_PATH])
def test_a_browser_that_one_school_knows_is_a_new_one_to_the_other(both: Both, layout: str) -> None:
    place = both.places[layout]
    device = place.signed_in("oakfield", Role.TEACHER)["gatepost_device_oakfield"]
    form = {"email": "teacher1@school.example", "password": "three words here"}
    brought = sent({"gatepost_device_oakfield": device, "gatepost_device_harbour": device})
    answer = place.ask("harbour", "/sign-in", "POST", brought, data=form)
    assert given(answer)["gatepost_device_harbour"] not in (device, "")
    with both.school("harbour").parts.reading() as work:
        assert not work.session.query(KnownDevice).filter_by(token_hash=tokens.hashed(device)).count()


@pytest.mark.parametrize(("layout", "own"), WAYS)
def test_a_form_of_one_school_is_none_of_the_other(both: Both, layout: str, own: str) -> None:
    """The token against forgery: with the cookie that belongs to it, under both names, and beside the other's own."""
    file = both.places[layout].front.kept.watched.now().file
    environ = {"GATEPOST_TRUST": str(file)}
    place, there = Place(layout, Front(Watched(load_trust(environ), environ))), OTHER[own]
    for key in OTHER:
        place.app(key).config["WTF_CSRF_ENABLED"] = True
    pages = {key: place.ask(key, "/sign-in") for key in OTHER}
    token = page_of(pages[own]).values["csrf_token"]
    cookies = given(pages[own])
    renamed = {name.replace(own, there): value for name, value in cookies.items()}
    for brought in (cookies, renamed, cookies | given(pages[there])):
        answer = place.ask(there, "/sign-in", "POST", sent(brought), data={"csrf_token": token, "email": "x"})
        assert answer.status_code == 400
    answer = place.ask(own, "/sign-in", "POST", sent(cookies), data={"csrf_token": token, "email": "x"})
    assert answer.status_code == 422
