"""Photos of a draft are looked at as soon as they are there; at hand-in the look holds, and it waits behind others'."""

import pytest

from moderation.db.models import ScanState, Subject
from moderation.queue import LATER_QUEUE, QUEUE_NAME, QUEUES, Job
from moderation.rules.findings import Detector, Kind, Sighting
from moderation.rules.workflow import State
from moderation.services import audit, draft_looks, intake, matching, scanning, sweep
from tests.builders import School
from tests.services.moments import Quick, later, scans, small_photo

FOUND = Sighting(Detector.NAMES, Kind.TEXT_UNREADABLE)
ONLY_FOUND = Sighting(Detector.FACES, Kind.FACE_UNCOMPARED)


def look(school: School, post_id: int, *seen: Sighting) -> Quick:
    quick = Quick(*seen)
    for scan in scans(school, post_id):
        if scan.state is ScanState.WAITING and scan.subject is Subject.PHOTO:
            assert scanning.scan(school.parts.work, school.parts.reading, quick, scan.id, scan.token)
    return quick


def test_a_saved_draft_has_its_photos_looked_at_and_stays_a_draft(school: School) -> None:
    post_id = school.draft(small_photo(), small_photo(90))
    assert [scan.subject for scan in scans(school, post_id)] == [Subject.PHOTO] * 2, "its words are still being written"
    assert look(school, post_id, FOUND).looks == 2
    assert school.state(post_id) is State.DRAFT
    assert [finding.kind for finding in school.findings(post_id)] == [Kind.TEXT_UNREADABLE] * 2


def test_what_was_found_in_the_draft_holds_when_it_is_handed_in_with_open_flags(school: School) -> None:
    post_id = school.draft(small_photo(), caption="")
    look(school, post_id, FOUND)
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
        assert len(work.bells) == 1, "for the words; the photo was looked at"
    school.run_checks(post_id)
    assert school.state(post_id) is State.IN_REVIEW
    assert [finding.kind for finding in school.findings(post_id)] == [Kind.TEXT_UNREADABLE]


def test_a_draft_waits_behind_what_was_handed_in_until_it_is_handed_in_itself(school: School) -> None:
    with school.parts.work() as work:
        upload = intake.prepare([intake.Upload("a.png", small_photo())])[0]
        post, _ = intake.save(work, school.teacher, None, intake.Words("Hello", (school.account.id,)), upload)
        post.photos[0].alt_text = "What it shows"
        assert [job for job, _ in work.bells] == [Job.CHECK_DRAFT]
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post.id)
        assert [job for job, _ in work.bells] == [Job.SCAN, Job.SCAN], "its photo and its words, with the others"
    assert QUEUES == (QUEUE_NAME, LATER_QUEUE), "in this order workers empty them"


def test_law_8_a_draft_whose_bell_was_lost_is_rung_for_again(school: School) -> None:
    school.draft(small_photo())
    with later(school, minutes=1) as work:
        assert sweep.ring_again(work) == 1
        assert [job for job, _ in work.bells] == [Job.CHECK_DRAFT]


def test_a_photo_that_is_put_back_is_looked_at(school: School) -> None:
    post_id = school.draft(small_photo())
    with school.parts.work() as work:
        version = work.register_version
        photo = school.post(post_id).photos[0].id
        intake.remove_photo(work, school.teacher, post_id, photo)
        version.roll_version += 1
    with school.parts.work() as work:
        intake.restore_photo(work, school.teacher, post_id, photo)
        assert [job for job, _ in work.bells] == [Job.CHECK_DRAFT]


@pytest.mark.parametrize("running", [False, True])
def test_law_9_faces_only_found_in_the_draft_are_looked_at_again_once_they_may_be_compared(
    school: School, running: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The strict rule: nobody is compared before the author has said who is in it."""
    post_id = school.draft(small_photo(), caption="")
    if running:
        (scan,) = scans(school, post_id)
        with school.parts.work() as work:
            assert scanning._claim(work, scan.id, scan.token)
    else:
        look(school, post_id, ONLY_FOUND)
    monkeypatch.setattr(matching, "uncompared", lambda work, tagged, others=0: "strict" if tagged == () else "")
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    scan = next(scan for scan in scans(school, post_id) if scan.subject is Subject.PHOTO)
    assert scan.state is ScanState.WAITING
    assert scan.findings == []


def test_each_look_at_a_draft_is_recorded_and_only_so_many_an_hour_are_made(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody tries out with drafts who is on the no-publish list; what is left over waits until it is handed in."""
    monkeypatch.setattr(draft_looks, "MOST_AN_HOUR", 3)
    school.draft(small_photo(), small_photo(90))
    post_id = school.draft(small_photo(100), small_photo(110), caption="")
    assert len(scans(school, post_id)) == 1
    with school.parts.work() as work:
        recorded = [row for row in audit.of_post(work.session, post_id) if row.action == draft_looks.LOOKED_AT]
        assert [row.actor_id for row in recorded] == [school.teacher.id]
        intake.save(work, school.teacher, post_id, intake.Words("", (school.account.id,)), [])
    assert len(scans(school, post_id)) == 1, "the hour's share is used up"
    assert len(scans(school, school.draft(small_photo(120), author=school.head))) == 1, "another person's is not"
    with later(school, minutes=61) as work:
        intake.save(work, school.teacher, post_id, intake.Words("", (school.account.id,)), [])
    assert len(scans(school, post_id)) == 2


def test_law_2_what_was_not_looked_at_in_the_draft_is_when_it_is_handed_in(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_looks, "MOST_AN_HOUR", 0)
    post_id = school.draft(small_photo(), caption="")
    assert scans(school, post_id) == []
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    assert Subject.PHOTO in [scan.subject for scan in scans(school, post_id)]
