"""A form sent from elsewhere does nothing: every POST needs the token that its page carries."""

import pytest
from flask.testing import FlaskClient

from moderation.rules.roles import Role
from tests.builders import PASSWORD, School, email
from tests.web.pages import page_of, token


@pytest.fixture
def browser(desk: School, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Signed out, with the protection on that other tests do without."""
    client = desk.browser()
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    return client


def sign_in(browser: FlaskClient) -> None:
    form = {"email": email(Role.TEACHER), "password": PASSWORD, "csrf_token": token(browser, "/sign-in")}
    assert browser.post("/sign-in", data=form).status_code == 303


def test_nobody_signs_in_without_a_token(browser: FlaskClient) -> None:
    form = {"email": email(Role.TEACHER), "password": PASSWORD}
    answer = browser.post("/sign-in", data=form)
    assert answer.status_code == 400
    assert "load the page again" in answer.text
    assert browser.get("/posts/").headers["Location"] == "/sign-in"


def test_a_post_without_a_token_or_with_a_strangers_is_refused_and_changes_nothing(
    browser: FlaskClient, desk: School
) -> None:
    sign_in(browser)
    before = desk.post(desk.draft(caption="Before."))
    address = f"/posts/{before.id}/edit"
    strangers = token(desk.browser(), "/sign-in")
    for form in ({"caption": "After."}, {"caption": "After.", "csrf_token": strangers}):
        assert browser.post(address, data=form).status_code == 400
    assert browser.post("/sign-out").status_code == 400
    assert desk.post(before.id).caption == "Before."
    assert browser.get("/posts/").status_code == 200


def test_with_the_pages_own_token_it_is_done(browser: FlaskClient, desk: School) -> None:
    sign_in(browser)
    post_id = desk.draft(caption="Before.")
    address = f"/posts/{post_id}/edit"
    answer = browser.post(address, data={"caption": "After.", "csrf_token": token(browser, address)})
    assert answer.status_code == 303
    assert desk.post(post_id).caption == "After."


def test_every_form_that_posts_carries_a_token(browser: FlaskClient, desk: School) -> None:
    sign_in(browser)
    for address in ("/posts/", "/posts/new", f"/posts/{desk.draft()}/edit", f"/posts/{desk.submit()}"):
        answer = browser.get(address)
        assert answer.text.count('method="post"') == answer.text.count('name="csrf_token"')
        assert page_of(answer).values["csrf_token"]
