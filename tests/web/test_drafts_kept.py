"""A draft is saved as it is typed: by the form's own checks, never over something newer, and never sent."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from moderation.db.models import AuditRow, Post
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import intake
from tests.builders import School
from tests.web.pages import page_of


@pytest.fixture(scope="module")
def browser(desk: School) -> FlaskClient:
    return desk.browser(Role.TEACHER)


def keep(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    return browser.post(address, data={"do": "keep", **fields})


def posts(school: School) -> int:
    with school.parts.reading() as work:
        return work.session.scalar(select(func.count()).select_from(Post)) or 0


def test_what_is_typed_first_makes_a_draft_and_nothing_makes_none(desk: School, browser: FlaskClient) -> None:
    before = posts(desk)
    assert keep(browser, "/posts/new", caption="  ").get_json() == {"problems": []}
    assert posts(desk) == before
    said = keep(browser, "/posts/new", caption="We planted beans").get_json()
    assert re.fullmatch(r"\d\d:\d\d", said["at"])
    assert page_of(browser.get(said["address"])).values["caption"] == "We planted beans"
    photos_to_come = keep(browser, "/posts/new", begin="1").get_json()
    assert photos_to_come["uploads"] == photos_to_come["address"].replace("edit", "uploads")
    assert posts(desk) == before + 2


def test_every_field_is_kept_with_the_problems_that_the_button_would_tell(desk: School, browser: FlaskClient) -> None:
    post_id = desk.draft(caption="Before.")
    fields = {"caption": "After.", "account": str(desk.account.id), "wanted_by": "2020-01-01T10:00"}
    fields |= {"others": "3", "shown": ""}
    said = keep(browser, f"/posts/{post_id}/edit", version=desk.post(post_id).version, **fields).get_json()
    assert "has passed" in said["problems"][0]
    after = desk.post(post_id)
    assert (after.caption, after.others, len(after.accounts)) == ("After.", 3, 1)


def test_what_is_saved_by_itself_never_takes_the_place_of_something_newer(desk: School, browser: FlaskClient) -> None:
    """Two tabs: the older one is told, once it would write; the button that a person presses still saves."""
    post_id = desk.draft(caption="Before.")
    address, version = f"/posts/{post_id}/edit", desk.post(post_id).version
    newer = keep(browser, address, version=version, caption="The first tab.").get_json()
    older = keep(browser, address, version=version, caption="The second tab.")
    assert (older.status_code, "another tab" in older.get_json()["refused"]) == (409, True)
    assert keep(browser, address, caption="A page without a version.").status_code == 409
    assert desk.post(post_id).caption == "The first tab."
    again = keep(browser, address, version=newer["version"], caption="The first tab again.")
    assert (again.status_code, desk.post(post_id).caption) == (200, "The first tab again.")
    assert browser.post(address, data={"caption": "By hand.", "version": version}).status_code == 303
    assert desk.post(post_id).caption == "By hand."


def test_the_same_words_saved_again_are_a_newer_version_all_the_same(desk: School, browser: FlaskClient) -> None:
    """A description of a photo changes no word of the post, and would be lost as silently."""
    post_id = desk.draft(caption="Same.")
    address, version = f"/posts/{post_id}/edit", desk.post(post_id).version
    assert keep(browser, address, version=version, caption="Same.").status_code == 200
    assert keep(browser, address, version=version, caption="Same.").status_code == 409


def test_law_11_nothing_that_is_saved_by_itself_is_sent_or_fills_the_trail(desk: School, browser: FlaskClient) -> None:
    post_id = desk.draft()
    address = f"/posts/{post_id}/edit"
    fields = {"caption": "A good day.", "nobody": "on", "shown": "", "account": str(desk.account.id)}
    with desk.parts.reading() as work:
        before = work.session.scalar(select(func.count()).select_from(AuditRow))
    for _ in range(3):
        version = desk.post(post_id).version
        assert keep(browser, address, version=version, **fields).status_code == 200
    with desk.parts.reading() as work:
        assert work.session.scalar(select(func.count()).select_from(AuditRow)) == before
    assert desk.state(post_id) is State.DRAFT
    with desk.parts.work() as work:
        intake.submit(work, desk.teacher, post_id)
    late = keep(browser, address, version=desk.post(post_id).version, caption="Too late.")
    assert (late.status_code, "Take it back first" in late.get_json()["refused"]) == (409, True)
    assert desk.post(post_id).caption == "A good day."


def test_nobody_else_saves_it(desk: School) -> None:
    post_id = desk.draft(caption="Mine.")
    other = desk.browser(Role.TEACHER, 2)
    assert keep(other, f"/posts/{post_id}/edit", version=desk.post(post_id).version, caption="x").status_code == 404
