"""Laws 8 and 11: what the sweep finds in the database when a bell, a worker or a fortnight was lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from moderation.db.base import Base
from moderation.db.models import Approval, Delivery, LiveLook, Message, NewsRow, Scan, ScanState, Subject
from moderation.queue import Job
from moderation.rules.as_approved import How
from moderation.rules.connecting import Progress
from moderation.rules.findings import Detector, Kind, Severity
from moderation.rules.telling import News, Pace
from moderation.rules.workflow import Refused, State
from moderation.services import cases, checks, clock, outbox, publishing, review, scanning, sweep, telling
from moderation.services.looking import ENGINE
from moderation.services.register import PersonForm, save
from moderation.services.work import Work
from moderation.wiring import Parts
from tests.builders import LINK, School
from tests.services.moments import Quick, actions, later, rows, scans, small_photo
from workers import sweep as rounds


def claim(school: School, post_id: int) -> tuple[int, str]:
    """A worker takes the post's one scan, and dies."""
    scan = scans(school, post_id)[0]
    with school.parts.work() as work:
        assert scanning._claim(work, scan.id, scan.token)
    return scan.id, scan.token


def one_photo(school: School) -> int:
    """A post whose photo and words wait; the words are done."""
    post_id = school.submit(small_photo(), caption="")
    words = next(scan for scan in scans(school, post_id) if scan.subject is Subject.WORDS)
    assert scanning.scan(school.parts.work, school.parts.reading, Quick(), words.id, words.token)
    return post_id


def refresh(work: Work) -> list[int]:
    """One round of the sweep; the posts that it had to see to."""
    overdue = sweep.overdue(work)
    for post_id in overdue:
        sweep.refresh(work, post_id)
    return overdue


def bells(work: Work) -> list[tuple[Job, int | str]]:
    return [(job, ids[0]) for job, ids in work.bells]


def test_law_8_every_lease_and_every_bell_is_set_right_after_the_clock_was_set_back() -> None:
    moments = (*clock._BELLS, *clock._CLAIMS)
    named = {f"{moment.class_.__tablename__}.{moment.key}" for moment, *_ in moments} - {"live_looks.due_at"}
    named.add("messages.next_at")  # as long as the school's quiet hours last
    there = {str(column) for table in Base.metadata.tables.values() for column in table.columns}
    assert named == {column for column in there if column.endswith((".rung_at", ".lease_until", ".next_at"))}


@pytest.mark.parametrize("claimed", [True, False])
def test_law_8_what_was_claimed_or_rung_for_before_the_clock_was_set_back_does_not_wait_for_that_day(
    school: School, claimed: bool
) -> None:
    post_id = one_photo(school)
    photo = next(scan for scan in scans(school, post_id) if scan.subject is Subject.PHOTO)
    with later(school, days=3) as work:
        if claimed:
            assert scanning._claim(work, photo.id, photo.token)
        else:
            checks.ring(work, work.session.get_one(Scan, photo.id))
    with school.parts.work() as work:
        clock.set_right(work)
    with later(school, seconds=15) as work:
        assert sweep.reissue(work) == claimed
        assert claimed or sweep.ring_again(work) == 1
        assert bells(work)[0] == (Job.SCAN, photo.id)


def test_law_8_a_claim_of_a_machine_whose_clock_is_minutes_ahead_is_not_taken_from_it(school: School) -> None:
    post_id = one_photo(school)
    scan = next(scan for scan in scans(school, post_id) if scan.subject is Subject.PHOTO)
    with later(school, minutes=5) as work:
        assert scanning._claim(work, scan.id, scan.token)
    with school.parts.work() as work:
        clock.set_right(work)
        assert work.session.get_one(Scan, scan.id).lease_until > work.now + timedelta(minutes=4)  # type: ignore[operator]


def test_nothing_waits_longer_than_its_longest_pause_after_the_clock_was_set_back(school: School) -> None:
    """Told, sent, posted, read back, and endings acted on, all three weeks ahead."""
    post_id = school.live(caption="A good day.")
    with later(school, days=21) as work:
        ahead = work.now
        user, account = school.head.id, school.account.id
        message = Message(user_id=user, key="k", made_at=ahead, next_at=ahead + timedelta(hours=2))
        work.session.add(message)
        work.session.add(NewsRow(user_id=user, news=News.LIVE, post_id=post_id, about=post_id, at=ahead, due_at=ahead))
        work.session.add(LiveLook(post_id=post_id, account_id=account, how=How.CONNECTED, due_at=ahead))
        waits = {"progress": Progress.WAITING, "token": "t", "key": "k", "remote": {}, "digest": "d"}
        asked = {"asked_by_id": user, "asked_at": ahead, "next_at": ahead}
        work.session.add(Delivery(post_id=post_id, account_id=account, **waits, **asked))
        work.register_version.endings_until = work.today
    with school.parts.work() as work:
        clock.set_right(work)
        found = work.session.scalars(select(NewsRow.due_at).where(NewsRow.news == News.LIVE)).all()
        found += [
            one
            for table in (Message.next_at, LiveLook.due_at, Delivery.next_at)
            for one in work.session.scalars(select(table))
        ]
        assert len(found) >= 4 and all(one is None or one <= work.now + timedelta(days=4) for one in found)
        assert work.register_version.endings_until == work.today - timedelta(days=1)


def test_what_waits_for_the_school_s_own_hours_goes_on_waiting(school: School) -> None:
    with school.parts.work() as work:
        hours = telling.school_times(work)
        opens, digest = hours.opens(work.now), hours.due(Pace.DIGEST, work.now)
        pause = work.now + outbox.LONGEST_PAUSE
        work.session.add(Message(user_id=school.head.id, key="k", made_at=work.now, next_at=max(opens, pause)))
        work.session.add(NewsRow(user_id=school.head.id, news=News.POLICY, about=1, at=work.now, due_at=digest))
        work.session.flush()
        clock.set_right(work)
        work.session.expire_all()
        assert work.session.scalars(select(Message.next_at)).one() == max(opens, pause)
        assert work.session.scalars(select(NewsRow.due_at).where(NewsRow.news == News.POLICY)).one() == digest


def test_a_claim_that_is_held_by_a_living_worker_is_left_alone(school: School) -> None:
    scan_id, token = claim(school, one_photo(school))
    with school.parts.work() as work:
        clock.set_right(work)
        assert sweep.reissue(work) == 0
        assert work.session.get_one(Scan, scan_id).token == token


def test_law_8_a_scan_whose_worker_died_goes_back_in_line_under_a_new_token(school: School) -> None:
    post_id = one_photo(school)
    scan_id, token = claim(school, post_id)
    with later(school, seconds=25) as work:
        assert sweep.reissue(work) == 1
        assert bells(work) == [(Job.SCAN, scan_id)]
        assert work.bells[0][1][1] != token
    scan = scans(school, post_id)[0]
    assert (scan.state, scan.runs) == (ScanState.WAITING, 1)
    assert not scanning.scan(school.parts.work, school.parts.reading, Quick(), scan_id, token), (
        "the dead worker's token is worth nothing"
    )
    assert scanning.scan(school.parts.work, school.parts.reading, Quick(), scan_id, scan.token)
    assert school.state(post_id) is State.IN_REVIEW


def test_law_8_a_worker_that_is_alive_keeps_its_scan(school: School) -> None:
    post_id = one_photo(school)
    _, token = claim(school, post_id)
    with later(school, seconds=15) as work:
        assert sweep.reissue(work) == 0
    assert scans(school, post_id)[0].token == token


def test_law_2_after_the_third_run_a_scan_is_parked_with_a_finding_that_blocks(school: School) -> None:
    post_id = one_photo(school)
    for run in (1, 2, 3):
        assert scans(school, post_id)[0].state is ScanState.WAITING
        job = claim(school, post_id)
        with later(school, seconds=25) as work:
            assert sweep.reissue(work) == 1
            assert bool(work.bells) == (run < 3)
    assert scans(school, post_id)[0].state is ScanState.PARKED
    finding = school.findings(post_id)[0]
    assert (finding.detector, finding.kind, finding.severity) == (Detector.PHOTO, Kind.UNCHECKED, Severity.BLOCK)
    assert "tried 3 times" in finding.evidence
    assert school.state(post_id) is State.IN_REVIEW
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)
    assert not scanning.scan(school.parts.work, school.parts.reading, Quick(), *job), "parked is parked"
    assert len(school.findings(post_id)) == 1


@pytest.mark.parametrize("empty", [True, False])
def test_law_8_a_round_rings_again_only_when_the_queue_is_empty(
    school: School, monkeypatch: pytest.MonkeyPatch, empty: bool
) -> None:
    monkeypatch.setattr(Parts, "queue_is_empty", lambda parts: empty)
    post_id = one_photo(school)
    with school.parts.work() as work:
        checks.current_scans(work, cases.get(work, post_id))[0].rung_at = None
    rounds.once(school.parts, refresh=False)
    assert (scans(school, post_id)[0].rung_at is not None) == empty


def test_law_8_a_lost_bell_is_rung_again(school: School) -> None:
    post_id = one_photo(school)
    waiting = [(Job.SCAN, scans(school, post_id)[0].id)]
    with later(school, seconds=11) as work:
        assert sweep.ring_again(work) == 1
        assert bells(work) == waiting
        assert sweep.ring_again(work) == 0, "it was rung just now"
    with later(school, seconds=22) as work:
        assert sweep.ring_again(work) == 1, "and again, until somebody hears it"


def test_law_8_a_bell_that_never_rang_is_rung(school: School) -> None:
    """The power went between the commit and the ring."""
    post_id = one_photo(school)
    with school.parts.work() as work:
        checks.current_scans(work, cases.get(work, post_id))[0].rung_at = None
    with school.parts.work() as work:
        assert sweep.ring_again(work) == 1


def test_nobody_is_rung_for_what_is_done_or_under_way_or_no_longer_wanted(school: School) -> None:
    school.in_review()
    claim(school, one_photo(school))
    old = one_photo(school)
    with school.parts.work() as work:
        for scan in checks.current_scans(work, cases.get(work, old)):
            scan.engine = "an engine of last year"
    with later(school, hours=1) as work:
        assert sweep.ring_again(work) == 0


def move_on(school: School, what: str) -> None:
    with school.parts.work() as work:
        if what == "register":
            save(work, school.data_lead, PersonForm("A1", "Ada", "Quill"))
        elif what == "engine":
            for scan in work.session.query(Scan):
                scan.engine = "an engine of last year"
        else:
            setattr(work.register_version, what, 9)


@pytest.mark.parametrize("what", ["register", "list_version", "roll_version", "engine"])
def test_law_8_when_list_roll_or_engine_move_on_every_open_post_is_checked_again(school: School, what: str) -> None:
    """Approved posts too, and law 1: their approvals are void."""
    checking, waiting, released = one_photo(school), school.in_review(), school.released()
    live, draft = school.live(), school.draft()
    move_on(school, what)
    with school.parts.work() as work:
        assert refresh(work) == [released, waiting, checking], "the newest first"
        assert len(work.bells) == 4, "a photo and three times words"
    for post_id in (checking, waiting, released):
        assert school.state(post_id) is State.CHECKING
        assert all(s.state is ScanState.WAITING and s.engine.startswith(ENGINE) for s in scans(school, post_id))
    assert (school.state(live), school.state(draft)) == (State.LIVE, State.DRAFT)
    with school.parts.reading() as work:
        assert cases.standing_approval(work, cases.get(work, released)) is None
    for post_id in (checking, waiting, released):
        school.run_checks(post_id)
        assert school.state(post_id) is State.IN_REVIEW
    assert actions(school, released)[-2:] == ["check again", "finish checks"]


def test_a_second_sweep_finds_nothing_more_to_do(school: School) -> None:
    post_id = school.released()
    move_on(school, "register")
    with school.parts.work() as work:
        assert refresh(work) == [post_id]
    with school.parts.work() as work:
        assert refresh(work) == []
        sweep.refresh(work, post_id)  # another sweep had it on its list already
    assert len(scans(school, post_id)) == 1
    assert actions(school, post_id).count("check again") == 1


def test_a_post_whose_checks_ended_while_nobody_looked_is_moved_on(school: School) -> None:
    post_id = one_photo(school)
    with school.parts.work() as work:
        for scan in checks.current_scans(work, cases.get(work, post_id)):
            scan.state = ScanState.DONE
    with school.parts.work() as work:
        assert refresh(work) == [post_id]
    assert school.state(post_id) is State.IN_REVIEW


def test_law_11_an_expired_approval_closes_the_kit_and_the_sweep_asks_again(school: School) -> None:
    post_id = school.released()
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    holds = review.APPROVAL_HOLDS.total_seconds()
    with later(school, seconds=holds - 60) as work:
        assert publishing.opened_kit(work, school.manager, post_id)
        assert sweep.overdue(work) == []
    with later(school, seconds=holds) as work:
        for take in (publishing.kit_files, publishing.open_kit):
            with pytest.raises(Refused, match="approval has expired"):
                take(work, school.manager, post_id)
        with pytest.raises(Refused, match="approval has expired"):
            publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK})
        assert refresh(work) == [post_id]
    assert school.state(post_id) is State.IN_REVIEW
    assert actions(school, post_id)[-1] == "expire"
    school.approve(post_id)
    with later(school, seconds=60) as work:
        with pytest.raises(Refused, match="Open the kit first"):
            publishing.kit_files(work, school.manager, post_id)
        publishing.open_kit(work, school.manager, post_id)
    assert rows(school, Approval) == 2


def test_law_11_silence_approves_nothing(school: School) -> None:
    post_id = school.in_review()
    with later(school, days=365) as work:
        assert refresh(work) == []
    assert school.state(post_id) is State.IN_REVIEW
