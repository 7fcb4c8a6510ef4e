"""The page on how the checks stand, and the banner on the approvers’ queue."""

from datetime import timedelta

from sqlalchemy import func, select

from moderation.db.models import CanaryRun, SweepRound
from moderation.rules.roles import Role
from moderation.rules.watching import SENTENCES, Canary, Outcome, Trouble
from tests.builders import School
from tests.web.pages import page_of


def test_what_stands_still_is_said_on_the_queue_with_what_to_do(school: School) -> None:
    with school.parts.work() as work:
        work.session.get_one(SweepRound, 1).at = work.now - timedelta(hours=1)
        run = CanaryRun(canary=Canary.NAMES, day=work.today, sent_at=work.now, outcome=Outcome.PASSED)
        run.ended_at = work.now
        work.session.add(run)
    for address in ("/review/", "/watching/"):
        said = page_of(school.browser(Role.ASSISTANT_HEAD).get(address)).text
        for trouble in (Trouble.NAMES_PASSED, Trouble.SWEEP_AWAY, Trouble.QUEUE_AWAY):
            assert all(sentence in said for sentence in SENTENCES[trouble]), (address, trouble)
    assert "Not pointed at" in said


def test_publishers_see_it_too_without_a_link_to_what_is_not_theirs(school: School) -> None:
    answer = school.browser(Role.RESOURCES_MANAGER).get("/review/")
    assert SENTENCES[Trouble.QUEUE_AWAY][0] in answer.text
    assert "/watching/" not in answer.text


def test_an_approver_sends_test_pictures_and_twice_is_once(school: School) -> None:
    browser = school.browser(Role.HEADTEACHER)
    for _ in range(2):
        assert browser.post("/watching/try").headers["Location"] == "/watching/"
    with school.parts.reading() as work:
        assert work.session.scalar(select(func.count()).select_from(CanaryRun)) == len(Canary)
    assert "3 tests are on the way" in page_of(browser.get("/watching/")).text
