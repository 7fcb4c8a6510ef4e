"""Which language a page is in: one's own choice, else the browser's wish, else English."""

from datetime import date
from html import unescape
from io import BytesIO

import pytest

from moderation.db.models import User
from moderation.rules.language import Language, best, gettext, speaking, spoken, written_day
from moderation.rules.roles import Role
from moderation.web import anchors
from tests.builders import School
from tools import translations

WELSH = {"Accept-Language": "cy-GB, en;q=0.5"}


def language_of(page: str) -> str:
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        (["cy-GB", "en"], "cy"),
        (["fr", "CY"], "cy"),
        (["en-GB", "cy"], "en"),
        (["fr"], "en"),
        ([], "en"),
        (["x-"], "en"),
    ],
)
def test_the_first_language_that_a_browser_asks_for_and_that_is_there_is_spoken(asked: list[str], spoken: str) -> None:
    assert best(asked) == spoken


def test_a_stranger_is_answered_as_the_browser_asks_until_they_choose(school: School) -> None:
    browser = school.browser()
    assert language_of(browser.get("/sign-in", headers=WELSH).text) == "cy"
    chosen = browser.post("/language", data={"language": "en", "page": "/sign-in"}, headers=WELSH)
    assert (chosen.status_code, chosen.location) == (303, "/sign-in")
    assert language_of(browser.get("/sign-in", headers=WELSH).text) == "en-GB"


def test_whoever_is_signed_in_chooses_for_every_device_and_nobody_else(school: School) -> None:
    school.browser(Role.TEACHER).post("/language", data={"language": "cy", "page": "/posts/"})
    assert language_of(school.browser(Role.TEACHER).get("/posts/").text) == "cy"
    assert language_of(school.browser(Role.TEACHER, 2).get("/posts/").text) == "en-GB"
    with school.parts.reading() as work:
        assert work.session.get_one(User, school.teacher.id).language is Language.WELSH


@pytest.mark.parametrize("elsewhere", ["//elsewhere.example/", "https://elsewhere.example/", ""])
def test_choosing_leads_back_within_this_site_alone(school: School, elsewhere: str) -> None:
    answer = school.browser().post("/language", data={"language": "cy", "page": elsewhere})
    assert answer.location == "/"


def test_a_language_that_is_not_there_is_refused(school: School) -> None:
    assert school.browser().post("/language", data={"language": "xx"}).status_code == 400


def test_what_is_said_to_somebody_else_changes_nothing_for_the_reader() -> None:
    with speaking(Language.WELSH):
        assert gettext("January") == "Ionawr"
    assert gettext("January") == "January"


def test_days_are_written_out() -> None:
    day = date(2026, 11, 2)
    assert written_day(day) == "2 November 2026"
    with speaking(Language.WELSH):
        assert written_day(day) == "2 Tachwedd 2026"


def test_what_is_wrong_leads_to_its_field_in_every_language(school: School) -> None:
    browser = school.browser(Role.TEACHER)
    answer = browser.post("/reminders/new", data={"caption": "", "do": "send"}, headers=WELSH)
    assert (language_of(answer.text), '<a href="#caption">' in answer.text) == ("cy", True)


def test_every_sentence_that_leads_to_a_field_is_one_that_the_program_says() -> None:
    said = {message.id for message in translations.said("gatepost")}
    assert {sentence for sentence, _ in anchors.FIELDS} | set(anchors.DESCRIPTIONS) <= said


def test_a_photo_that_cannot_be_used_is_refused_in_the_language_of_whoever_chose_it(school: School) -> None:
    browser = school.browser(Role.TEACHER)
    with speaking(Language.WELSH):
        empty = gettext(
            "The file is empty. If the photo is kept in the cloud, download it first, then choose it again."
        )
    photo = {"photos": (BytesIO(), "empty.jpg")}
    answer = browser.post("/posts/new", data={"caption": "We went out.", "do": "save", **photo}, headers=WELSH)
    assert empty in unescape(answer.text)


def test_what_one_page_speaks_ends_with_it(school: School) -> None:
    assert language_of(school.browser().get("/sign-in", headers=WELSH).text) == "cy"
    assert spoken() is Language.ENGLISH
