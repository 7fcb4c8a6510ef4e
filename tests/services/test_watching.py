"""Law 2 for the checking itself: what stands still, and a check that sees nothing, are told to people."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import select

from moderation.db.models import AuditRow, CanaryRun, NewsRow, Post, Scan, ScanState, SweepRound
from moderation.queue import Job, Standing
from moderation.rules.findings import Detector, Sighting, unchecked
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.telling import News
from moderation.rules.watching import Canary, Outcome, Trouble
from moderation.services import canaries, matching, watching
from moderation.services.looking import Lists, Looker
from tests.builders import School
from tests.services.moments import later, rows, small_photo

WELL = Standing(True, workers=1)
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=ZoneInfo("Europe/London"))


class Blind(Looker):
    """Looks, and sees nothing; or is broken."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken

    def look(self, rgb: np.ndarray, lists: Lists, known: Collection[Detector] = ()) -> list[Sighting]:
        return [unchecked(one, "broken") for one in (Detector.NAMES, Detector.FACES) if self.broken]


def wrong(school: School, queue: Standing = WELL, **passed: float) -> tuple[Trouble, ...]:
    with later(school, **passed) as work:
        watching.note_round(work) if not passed else None
        return watching.wrong(work, queue)


def send(school: School) -> dict[Canary, int]:
    with school.parts.work() as work:
        canaries.send(work)
        return {run.canary: run.id for run in work.session.scalars(select(CanaryRun).order_by(CanaryRun.id))}


def try_all(school: School, looker: Looker) -> dict[Canary, Outcome | None]:
    sent = send(school)
    for run_id in sent.values():
        assert canaries.run(school.parts.work, school.parts.reading, looker, run_id)
    with school.parts.reading() as work:
        return {canary: work.session.get_one(CanaryRun, run_id).outcome for canary, run_id in sent.items()}


def told(school: School) -> set[int | None]:
    with school.parts.reading() as work:
        there = (NewsRow.news == News.CHECK_FAILED, NewsRow.over_at.is_(None))
        return set(work.session.scalars(select(NewsRow.user_id).where(*there)))


def test_law_2_the_real_checks_point_at_every_test_picture_and_leave_no_trace(school: School) -> None:
    with school.parts.work() as work:
        from moderation.demo.lawful import lawful

        matching.record(work, school.data_lead, lawful(work.today))
    assert try_all(school, school.parts.looker) == dict.fromkeys(Canary, Outcome.CAUGHT)
    assert rows(school, Post) == rows(school, Scan) == 0, "no post, and nothing in any list of posts"
    assert not list(school.parts.settings.instance.glob("media/**/*.*")), "and no picture is kept"
    assert wrong(school) == ()
    assert told(school) == set()


def test_while_recognition_is_off_the_test_face_is_found_and_not_compared(school: School) -> None:
    run_id = send(school)[Canary.FACES]
    seen, compared = canaries._look(school.parts.reading, school.parts.looker, Canary.FACES)
    assert not compared and {sighting.kind for sighting in seen} == {"face.uncompared"}
    assert canaries.run(school.parts.work, school.parts.reading, school.parts.looker, run_id)
    with school.parts.reading() as work:
        assert work.session.get_one(CanaryRun, run_id).outcome is Outcome.CAUGHT


def test_a_test_that_passes_alarms_approvers_and_administrators_until_one_is_caught(school: School) -> None:
    assert try_all(school, Blind())[Canary.NAMES] is Outcome.PASSED
    assert {Trouble.NAMES_PASSED, Trouble.FACES_PASSED} == set(wrong(school))
    alarmed = {role for role in SIGN_INS if school.people[role].id in told(school)}
    assert alarmed == {Role.ASSISTANT_HEAD, Role.HEADTEACHER, Role.ADMINISTRATOR}
    with school.parts.reading() as work:
        said = work.session.scalars(select(AuditRow.action).where(AuditRow.action == "check let a test pass")).all()
    assert len(said) == 2, "written down: names and faces"
    run_id = send(school)[Canary.NAMES]
    assert canaries.run(school.parts.work, school.parts.reading, school.parts.looker, run_id)
    assert set(wrong(school)) == {Trouble.FACES_PASSED}, "the names are read again; the faces still are not"


def test_law_2_a_check_that_could_not_look_has_not_caught_anything(school: School) -> None:
    outcomes = try_all(school, Blind(broken=True))
    assert (outcomes[Canary.NAMES], outcomes[Canary.FACES]) == (Outcome.BROKEN, Outcome.BROKEN)
    assert wrong(school) == (Trouble.CANARY_BROKEN,)
    assert told(school) == set(), "posts are flagged as unchecked: nobody is misled"


def test_tests_are_sent_once_each_school_morning(school: School) -> None:
    def due(at: datetime) -> bool:
        with school.parts.reading() as work:
            return canaries.are_due(replace(work, now=at.astimezone(UTC)))

    assert not due(MONDAY - timedelta(days=1)), "no school on Sunday"
    assert not due(MONDAY - timedelta(hours=1)), "the quiet hours last until seven"
    assert due(MONDAY)
    with school.parts.work() as work:
        canaries.send(replace(work, now=MONDAY.astimezone(UTC)))
    assert not due(MONDAY + timedelta(hours=5))
    assert due(MONDAY + timedelta(days=1))


def test_law_8_a_test_whose_worker_died_is_rung_again_and_given_up_in_the_end(school: School) -> None:
    run_id = send(school)[Canary.NAMES]
    with later(school, seconds=31) as work:
        assert canaries.ring_again(work) == 3
        assert (Job.TRY_CHECK, (run_id,)) in work.bells
        work.session.get_one(CanaryRun, run_id).runs = canaries.MOST_RUNS
    with later(school, seconds=70) as work:
        canaries.ring_again(work)
        assert work.session.get_one(CanaryRun, run_id).outcome is Outcome.BROKEN
    assert not canaries.run(school.parts.work, school.parts.reading, Blind(), run_id), "what has ended is not run"


def test_tests_that_do_not_come_back_are_trouble_after_an_hour(school: School) -> None:
    send(school)
    assert wrong(school) == ()
    assert Trouble.CANARY_LATE in wrong(school, minutes=61)


def test_a_check_that_waits_long_and_one_that_was_given_up_are_shown(school: School) -> None:
    post_id = school.submit(small_photo(), caption="")
    assert wrong(school) == ()
    assert Trouble.WAITING in wrong(school, minutes=11)
    with school.parts.work() as work:
        for scan in work.session.scalars(select(Scan).where(Scan.post_id == post_id)):
            scan.state = ScanState.PARKED
        work.session.get_one(Post, post_id).state = "in review"
    assert wrong(school) == (Trouble.PARKED,)


@pytest.mark.parametrize(
    ("queue", "trouble"),
    [(Standing(False), Trouble.QUEUE_AWAY), (Standing(True, workers=0), Trouble.WORKERS_AWAY)],
)
def test_a_queue_and_workers_that_are_away_are_trouble(school: School, queue: Standing, trouble: Trouble) -> None:
    assert wrong(school, queue) == (trouble,)


def test_a_sweep_that_fell_silent_is_trouble_until_its_next_round(school: School) -> None:
    with school.parts.work() as work:
        work.session.get_one(SweepRound, 1).at = work.now - timedelta(minutes=6)
        assert watching.wrong(work, WELL) == (Trouble.SWEEP_AWAY,)
        watching.note_round(work)
        assert watching.wrong(work, WELL) == ()
