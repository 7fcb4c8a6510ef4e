"""The answer to words that are being typed: quick, in the browser's own counting, and telling nothing of the roll."""

import json
import logging

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from moderation.db.models import AuditRow, Finding, Post, Scan
from moderation.rules.names import Roll
from moderation.rules.roles import Role
from moderation.services import wording
from tests.builders import School
from tests.web.pages import token

ADDRESS = "/posts/words"


@pytest.fixture(scope="module")
def staffed(desk: School) -> School:
    desk.person("t1", "Tobiah", "Quillon", class_name="7H", preferred_name="Toby", aliases="Tobes Quill")
    return desk


def ask(school: School, text: object, role: Role = Role.TEACHER) -> TestResponse:
    return school.browser(role).post(ADDRESS, json={"text": text})


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Well done Tobiah Quillon!", "Tobiah Quillon"),
        ("🎉👍🏽 Tobiah won", "Tobiah"),
        ("\u202bTobiah فازت", "Tobiah"),
        ("e\u0301e\u0301 To\u0308biah", "To\u0308biah"),
        ("𝓐 line\nand Tobiah", "Tobiah"),
    ],
)
def test_places_are_counted_as_browsers_count(staffed: School, text: str, part: str) -> None:
    told = ask(staffed, text).json["told"]
    as_browser = text.encode("utf-16-le")
    assert [as_browser[2 * one["start"] : 2 * one["end"]].decode("utf-16-le") for one in told] == [part]


def test_the_answer_names_only_what_was_typed(staffed: School) -> None:
    answer = ask(staffed, "Well done Toby!")
    assert answer.json["told"][0]["sentence"] == "“Toby” is a name on the roll."
    assert [word for word in ("Tobiah", "Quill", "7H", "Year 7", "subject", "t1") if word in answer.text] == []
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_typed_is_kept_or_logged(staffed: School, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def rows() -> list[int | None]:
        with staffed.parts.reading() as work:
            tables = (Post, Scan, Finding, AuditRow)
            return [work.session.scalar(select(func.count()).select_from(table)) for table in tables]

    browser = staffed.browser(Role.TEACHER)
    before = rows()
    assert browser.post(ADDRESS, json={"text": "Tobiah Quillon, 07700 900123"}).json["more"] == 0
    assert rows() == before
    assert not any(word in caplog.text for word in ("Tobiah", "Quillon", "07700"))


def test_a_check_that_breaks_says_so_without_the_words(
    staffed: School, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str, roll: object) -> None:
        raise ValueError(text)

    monkeypatch.setattr(wording, "check_words", broken)
    answer = ask(staffed, "Tobiah Quillon")
    assert answer.status_code == 500
    assert "Read them yourself" in answer.json["problem"]
    assert "Tobiah" not in answer.text + caplog.text


def test_a_page_that_was_not_sent_by_us_is_refused(staffed: School, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = staffed.browser(Role.TEACHER)
    page_token = token(browser, "/posts/new")
    monkeypatch.setitem(browser.application.config, "WTF_CSRF_ENABLED", True)
    assert browser.post(ADDRESS, json={"text": "Tobiah"}).status_code == 400
    assert browser.post(ADDRESS, json={"text": "Tobiah"}, headers={"X-CSRFToken": page_token}).status_code == 200


@pytest.mark.parametrize(
    "sent", ["", "[", "[]", "7", "{}", json.dumps({"text": 7}), json.dumps({"text": "a" * 60_001}), "[" * 200_000]
)
def test_what_cannot_be_looked_at_is_said_and_is_no_error_of_ours(staffed: School, sent: str) -> None:
    answer = staffed.browser(Role.TEACHER).post(ADDRESS, data=sent, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["problem"]


def test_a_request_larger_than_a_form_may_be_is_refused(staffed: School) -> None:
    assert ask(staffed, "a" * 1_100_000).status_code == 413


def test_sixty_thousand_characters_are_answered_with_the_first_hundred_and_a_count(staffed: School) -> None:
    answer = ask(staffed, ("Tobiah 👍 " * 7_000)[:60_000]).json
    assert len(answer["told"]) == wording.MOST
    assert answer["more"] > 6_000


def test_a_lone_half_of_a_sign_is_answered(staffed: School) -> None:
    sent = '{"text": "\\ud83d Tobiah \\udc4d"}'
    answer = staffed.browser(Role.TEACHER).post(ADDRESS, data=sent, content_type="application/json")
    assert [(one["start"], one["end"]) for one in answer.json["told"]] == [(2, 8)]


def test_a_name_is_known_as_soon_as_the_register_has_it(staffed: School) -> None:
    browser = staffed.browser(Role.TEACHER)
    assert browser.post(ADDRESS, json={"text": "Well done Peregrine"}).json["told"] == []
    staffed.person("t2", "Peregrine", "Ashdown")
    assert len(browser.post(ADDRESS, json={"text": "Well done Peregrine"}).json["told"]) == 1


def test_a_short_name_that_the_school_adds_is_known_at_once(staffed: School) -> None:
    browser = staffed.browser(Role.TEACHER)
    assert browser.post(ADDRESS, json={"text": "Well done Quillster"}).json["told"] == []
    staffed.parts.settings.nicknames_file.write_text("tobiah quillster\n")
    assert len(browser.post(ADDRESS, json={"text": "Well done Quillster"}).json["told"]) == 1
    staffed.parts.settings.nicknames_file.unlink()


def test_an_empty_roll_is_said() -> None:
    answer = wording.look_at("Zoë: 07700 900123", Roll.build([]))
    assert answer and answer.nobody
    assert [one.sentence for one in answer.told] == ["“07700 900123” looks like a phone number."]
