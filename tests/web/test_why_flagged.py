"""“Why was this flagged?”: words for each kind, on the page of whoever decides and on the author's."""

import re

import pytest
from sqlalchemy import event

from moderation.db.models import Finding
from moderation.rules.findings import SEVERITY, Box, Detector, Kind, Resolution, Severity, Sighting
from moderation.rules.roles import Role
from moderation.rules.why_flagged import WHY
from moderation.rules.workflow import Action
from moderation.services import insight, review, scanning
from tests.builders import School
from tests.reading import Sentence, grade, split
from tests.services.moments import Quick, scans, small_photo

QUESTION = re.compile(r"Why was this flagged\?<span[^>]*> ([^<]*)</span>")


def flagged(school: School, *seen: Sighting) -> int:
    post_id = school.submit(small_photo(), caption="")
    for scan in scans(school, post_id):
        scanning.scan(school.parts.work, school.parts.reading, Quick(*seen), scan.id, scan.token)
    return post_id


def writing(number: int) -> Sighting:
    return Sighting(Detector.NAMES, Kind.NAME_POSSIBLE, Box(8, 2 * number, 40, 2 * number + 2), evidence="reads “May”")


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_says_why_in_words_that_are_read_at_eleven(kind: Kind) -> None:
    why = WHY[kind]
    read: list[Sentence] = [one for text in (why.saw, why.sure, why.do) for one in split(kind, text)]
    assert all(text.endswith(".") for text in (why.saw, why.sure, why.do))
    assert grade(read) <= 6.0, [(one.grade, one.text) for one in read]
    assert [(one.grade, one.text) for one in read if one.grade > 8.0] == []


def test_each_flag_answers_why_and_no_two_questions_sound_alike(school: School) -> None:
    post_id = flagged(school, *map(writing, range(3)))
    page = school.browser(Role.ASSISTANT_HEAD).get(f"/review/{post_id}").text
    asked = QUESTION.findall(page)
    flags = [one for one in school.findings(post_id) if SEVERITY[one.kind] is not Severity.NOTE]
    assert len(asked) == len(set(asked)) == len(flags) >= 3
    for word in ("Cover only this", "Another reason"):
        which = re.findall(rf'>{word}<span class="govuk-visually-hidden"> (Flag \d+)<', page)
        assert len(which) == len(set(which)) == 3
    assert page.count(WHY[Kind.NAME_POSSIBLE].saw) == 3 and page.count(WHY[Kind.NAME_POSSIBLE].do) == 3


def test_its_author_is_told_why_but_not_what_others_can_do(school: School) -> None:
    post_id = flagged(school, writing(0))
    author = school.browser(Role.TEACHER)
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.SEND_BACK, "Please look")
    for page in (author.get(f"/posts/{post_id}").text, author.get(f"/posts/{post_id}/edit").text):
        assert WHY[Kind.NAME_POSSIBLE].saw in page and WHY[Kind.NAME_POSSIBLE].do not in page
        assert QUESTION.findall(page) and all(which.strip() for which in QUESTION.findall(page))


def test_what_it_usually_is_is_said_once_enough_were_settled(school: School) -> None:
    post_id = flagged(school, *map(writing, range(insight.ENOUGH + 1)))
    head = school.browser(Role.ASSISTANT_HEAD)
    numbers = [one.id for one in school.findings(post_id) if one.kind is Kind.NAME_POSSIBLE]
    settle(school, numbers[: insight.ENOUGH - 1])
    assert "In this school lately" not in head.get(f"/review/{post_id}").text
    settle(school, numbers[insight.ENOUGH - 1 : insight.ENOUGH])
    page = head.get(f"/review/{post_id}").text
    assert "In this school lately: 20 false alarms, 1 taken out, changed or still waiting." in page


def settle(school: School, numbers: list[int]) -> None:
    with school.parts.work() as work:
        for number in numbers:
            finding = work.session.get_one(Finding, number)
            finding.resolution, finding.reason = Resolution.FALSE_ALARM, "It is a word"
            finding.resolved_by_id, finding.resolved_at = school.head.id, work.now


def test_three_statements_say_it_for_however_many_flags(school: School) -> None:
    flagged(school, *map(writing, range(12)))
    with school.parts.reading() as work:
        asked: list[str] = []
        engine = work.session.get_bind()
        event.listen(
            engine,
            "before_cursor_execute",
            lambda *what: asked.append(what[2]) if what[2].startswith("SELECT") else None,
        )
        insight.turned_out(work, [Kind.NAME_POSSIBLE, Kind.FACE_UNCLEAR])
        assert len(asked) == 3
        insight.turned_out(work, [])
    assert len(asked) == 3, "a post without flags asks nothing"
