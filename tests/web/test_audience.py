"""Law 3: every endpoint names who may use it, and one that names nobody is closed to everybody."""

import re
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.rules.roles import Role
from moderation.web import create_app
from moderation.web.audience import AUDIENCE, HALFWAY, PUBLIC
from tests.builders import PASSWORD, School, copy_of, email
from tests.web.conftest import ROLES, Gallery

HEADS = {Role.ASSISTANT_HEAD, Role.HEADTEACHER}
STAFF = HEADS | {Role.TEACHER, Role.RESOURCES_MANAGER, Role.DATA_LEAD}
# Who may do what, said once more and apart from the program: the first line that fits an address holds.
WHO: tuple[tuple[str, set[Role]], ...] = (
    (r"/(sign-out|password)?$", STAFF | {Role.ADMINISTRATOR}),
    (r"/signing-in/", STAFF | {Role.ADMINISTRATOR}),
    (r"/components/", {Role.ADMINISTRATOR}),
    (r"/(news|help|tour)/", STAFF | {Role.ADMINISTRATOR}),
    (r"/messages/", {Role.ADMINISTRATOR}),
    (r"/watching/", HEADS | {Role.ADMINISTRATOR}),
    (r"/posts/words$", STAFF),
    (r"/share$", STAFF),
    (r"/posts/", STAFF),
    (r"/reminders/$", HEADS),
    (r"/reminders/", STAFF),
    (
        r"/review/(\d+(/(looking|left|settle|unsettle|links|approve|take-own-back|decide))?)?$",
        HEADS | {Role.RESOURCES_MANAGER},
    ),
    (r"/(review|insight)/", HEADS),
    (r"/calendar/\d+/hold$", HEADS | {Role.RESOURCES_MANAGER}),
    (r"/calendar/", STAFF),
    (r"/publish/\d+/take-down$", HEADS | {Role.RESOURCES_MANAGER}),
    (r"/publish/", {Role.RESOURCES_MANAGER}),
    (r"/register/today/", STAFF),
    (r"/register/import/\d+(/apply)?$", HEADS | {Role.DATA_LEAD}),
    (r"/(register|retention)/", {Role.DATA_LEAD}),
    (r"/evidence/", HEADS | {Role.DATA_LEAD}),
    (r"/live/checks/\d+/settle$", HEADS),
    (r"/live/", HEADS | {Role.RESOURCES_MANAGER}),
    (r"/takedowns/\d+/stays$", HEADS),
    (r"/concerns/settings/", {Role.ADMINISTRATOR, Role.HEADTEACHER}),
    (r"/concerns/(picture|mistake)/", STAFF),
    (r"/concerns/", STAFF | {Role.ADMINISTRATOR}),
    (r"/incident/$", STAFF | {Role.ADMINISTRATOR}),
    (r"/incident/go-on$", HEADS),
    (r"/incident/take-all-down$", HEADS | {Role.DATA_LEAD}),
    (r"/incident/", HEADS | {Role.DATA_LEAD, Role.ADMINISTRATOR}),
    (r"/takedowns/", HEADS | {Role.RESOURCES_MANAGER}),
    (r"/deputies/", HEADS | {Role.ADMINISTRATOR}),
    (r"/staff/", {Role.ADMINISTRATOR}),
    (r"/getting-started/", {Role.ADMINISTRATOR, Role.HEADTEACHER, Role.DATA_LEAD, Role.RESOURCES_MANAGER}),
    (r"/accounts/\d+/connection/", {Role.ADMINISTRATOR}),
    (r"/accounts/(\d+/(consent|refuse)|publishers/\d+/)", {Role.HEADTEACHER}),
    (r"/accounts/(\d+/(people|block|close)|publishers/)", {Role.ADMINISTRATOR, Role.HEADTEACHER}),
    (r"/accounts/", STAFF | {Role.ADMINISTRATOR}),
    (r"/policy/(people/|checklist|edit$)", {Role.ADMINISTRATOR, Role.HEADTEACHER}),
    (r"/policy/", STAFF | {Role.ADMINISTRATOR}),
    (r"/media/references/", HEADS | {Role.DATA_LEAD}),
    (r"/media/sticker$", STAFF | {Role.ADMINISTRATOR}),
    (r"/media/", STAFF),
)
OPEN = {"static", "health.healthz", "health.metrics", "signing_in.page", "signing_in.sign_in", "calendar.feed"}
# Open to whoever has the link of a kit, and asked anew each time: tests/acceptance/test_going_live.py.
OPEN |= {"phone.knock", "phone.enter", "phone.kit", "phone.kit_state", "phone.picture"}
OPEN |= {"concern.form", "concern.send"}
# Open to whoever has the link of an invitation: tests/web/test_invitations.py.
OPEN |= {"welcome.knock", "welcome.accept"}
OPEN |= {"look.stylesheet", "look.logo", "languages.choose"}
OPEN |= {"website_feeds.atom_feed", "website_feeds.picture"}
# Signing in, and whatever the browser still keeps after a sign-in that is over.
OPEN |= {"signing_in.sign_out", "passkeys.begin", "passkeys.finish", "single_sign_on.begin", "single_sign_on.back"}
# Let through to the service, which asks who they are: the safeguarding lead may have any role.
EVERYBODY = STAFF | {Role.ADMINISTRATOR}
AT_THE_DOOR = {
    **dict.fromkeys(("incident.stop", "incident.set_calls", "incident.evidence"), EVERYBODY),
    "incident.take_all_down": STAFF,
}
HALF_WAY = {"second_step.page", "second_step.give"}
NOBODYS = "999999"  # the number of nothing, so that the walk changes nothing


def endpoints(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of the whole application; signing out comes last.

    HEAD and OPTIONS only where an endpoint is for nothing else: with them a browser asks how far an upload has come.
    """
    found = [
        (rule.endpoint, method, re.sub(r"<\w+:\w+>", NOBODYS, rule.rule).replace("<size>", "thumb"))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"} or rule.methods or set())
    ]
    return sorted(found, key=lambda one: one[0] == "signing_in.sign_out")


def allowed(address: str) -> set[Role]:
    return next(roles for pattern, roles in WHO if re.match(pattern, address))


def is_shut_out(answer: TestResponse) -> bool:
    return answer.status_code in (401, 403) or answer.headers.get("Location", "") == "/sign-in"


def test_every_address_has_an_audience_and_every_audience_an_address(gallery: Gallery) -> None:
    app = create_app(gallery.school.parts)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(AUDIENCE)


def test_only_these_pages_are_open_to_strangers() -> None:
    assert {endpoint for endpoint, audience in AUDIENCE.items() if audience is PUBLIC} == OPEN


@pytest.fixture(scope="module")
def places(desk: School) -> list[tuple[str, str, str]]:
    return endpoints(create_app(desk.parts))


def test_every_endpoint_is_for_exactly_these_roles(places: list[tuple[str, str, str]]) -> None:
    """As the walk below finds it, said of the table alone: which roles, no more and no fewer."""
    wrong = {}
    for endpoint, _, address in places:
        if endpoint in OPEN:
            right = AUDIENCE[endpoint] is PUBLIC
        elif endpoint in HALF_WAY:
            right = AUDIENCE[endpoint] is HALFWAY
        else:
            right = AUDIENCE[endpoint] == AT_THE_DOOR.get(endpoint, allowed(address))
        if not right:
            wrong[endpoint] = AUDIENCE[endpoint]
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_is_theirs_and_nothing_else(gallery: Gallery, role: Role | None, tmp_path: Path) -> None:
    browser = copy_of(gallery.school, tmp_path / "instance").browser(role)  # for the walk changes what it can
    wrong = []
    for endpoint, method, address in endpoints(browser.application):
        if endpoint in OPEN:
            continue
        answer = browser.open(address, method=method)
        if role is None or AUDIENCE[endpoint] is HALFWAY:
            right = is_answer_to_a_stranger(answer, method, address)
        elif role in allowed(address):
            right = not is_shut_out(answer) or endpoint == "signing_in.sign_out"
        else:
            right = answer.status_code == 403
        if not right:
            wrong.append((method, address, answer.status_code))
    assert wrong == []


def test_law_3_a_post_that_is_no_reminder_is_closed_to_a_publisher_at_every_address_of_the_review(
    gallery: Gallery,
) -> None:
    browser = gallery.browser(Role.RESOURCES_MANAGER)
    addresses = [(method, rule) for _, method, rule in endpoints(browser.application) if rule.startswith("/review/9")]
    assert len(addresses) > 10
    wrong = []
    for (method, address), (state, post_id) in product(addresses, gallery.posts.items()):
        at = address.replace(NOBODYS, str(post_id), 1)
        digest = gallery.school.digest(post_id)
        answer = browser.open(at, method=method, data={"digest": digest, "action": "send back", "reason": "No"})
        if answer.status_code != 403:
            wrong.append((method, at, state, answer.status_code))
    assert wrong == []
    assert {state: gallery.school.state(post_id) for state, post_id in gallery.posts.items()} == {
        state: state for state in gallery.posts
    }
    for closed in (f"/media/findings/{gallery.finding}", f"/media/references/{gallery.reference}"):
        assert browser.get(closed).status_code in (403, 404)


def is_answer_to_a_stranger(answer: TestResponse, method: str, address: str) -> bool:
    """Pages lead to the sign-in page; what a script or a form asks for is refused."""
    if method == "GET" and not address.startswith("/media/"):
        return answer.status_code == 303 and answer.headers["Location"] == "/sign-in"
    return answer.status_code == 401


def test_a_part_of_a_page_that_asks_again_is_not_led_to_the_sign_in_page(desk: School) -> None:
    stranger = desk.browser()
    assert stranger.get("/posts/").headers["Location"] == "/sign-in"
    assert stranger.get("/posts/", headers={"HX-Request": "true"}).status_code == 401


def test_an_endpoint_that_names_nobody_is_closed_to_everybody(desk: School) -> None:
    app = create_app(desk.parts)
    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/forgotten", "forgotten", lambda: "a secret", methods=["GET", "POST"])
    for role in ROLES:
        browser = signed_in(app, role)
        for method in ("GET", "POST"):
            answer = browser.open("/forgotten", method=method)
            assert answer.status_code == 403, (role, method)
            assert "a secret" not in answer.text


def signed_in(app: Flask, role: Role | None) -> FlaskClient:
    browser = app.test_client()
    if role is not None:
        assert browser.post("/sign-in", data={"email": email(role), "password": PASSWORD}).status_code == 303
    return browser


def test_a_number_too_large_for_the_database_is_an_address_of_nothing(desk: School) -> None:
    browser = desk.browser(Role.TEACHER)
    for address in ("/posts/{}", "/media/photos/{}/thumb", "/posts/{}/edit"):
        assert browser.get(address.format("9" * 30)).status_code == 404
        assert browser.get(address.format(2**31)).status_code == 404
