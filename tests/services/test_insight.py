"""What a head sees at a glance, from posts that went their way."""

from dataclasses import replace
from datetime import timedelta

from moderation.rules.findings import Box, Detector, Kind, Resolution, Sighting
from moderation.rules.workflow import Action
from moderation.services import insight, intake, review, scanning, tagging
from moderation.services.covering import Wish
from tests.builders import School
from tests.services.moments import Quick, later, scans, small_photo

FACE = Sighting(Detector.FACES, Kind.FACE_UNCLEAR, Box(48, 32, 80, 72), evidence="too small to compare")
NAME = Sighting(Detector.NAMES, Kind.NAME_POSSIBLE, Box(8, 8, 40, 24), evidence="reads “May”")


def flagged(school: School) -> int:
    post_id = school.submit(small_photo(), caption="")
    for scan in scans(school, post_id):
        scanning.scan(school.parts.work, school.parts.reading, Quick(FACE, NAME), scan.id, scan.token)
    return post_id


def test_flags_are_counted_once_by_what_people_made_of_them(school: School) -> None:
    post_id = flagged(school)
    finding = next(finding for finding in school.findings(post_id) if finding.kind is Kind.NAME_POSSIBLE)
    with school.parts.work() as work:
        word = review.Word(Resolution.FALSE_ALARM, "It is a word")
        review.settle(work, school.head, post_id, [finding.id], word, school.digest(post_id))
    with school.parts.work() as work:  # handed in again: the same flags in a new look are the same flags
        review.decide(work, school.head, post_id, Action.SEND_BACK, "Once more")
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    with school.parts.reading() as work:
        seen = {one.kind: one for one in insight.of_weeks(work, 4).flagged}
    assert (seen[Kind.NAME_POSSIBLE].false_alarm, seen[Kind.NAME_POSSIBLE].all) == (1, 1)
    assert (seen[Kind.FACE_UNCLEAR].open, seen[Kind.FACE_UNCLEAR].all) == (1, 1)


def test_what_was_covered_counts_as_covered(school: School) -> None:
    post_id = flagged(school)
    face = next(finding for finding in school.findings(post_id) if finding.kind is Kind.FACE_UNCLEAR)
    school.cover(post_id, Wish((face.id,)))
    with school.parts.reading() as work:
        seen = {one.kind: one for one in insight.of_weeks(work, 4).flagged}
    assert seen[Kind.FACE_UNCLEAR].covered == 1


def test_waiting_is_told_by_week_and_the_forgotten_class_comes_first(school: School) -> None:
    seen_pupil = school.person("U1", "Zofia", "Nowak", class_name="4B")
    school.person("U2", "Harvey", "Pemberton", class_name="5A")
    school.live(caption="A good day.")
    post_id = school.draft(caption="Another good day.")
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [seen_pupil.id])
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    with later(school, hours=3) as work:
        review.decide(work, school.head, post_id, Action.SEND_BACK, "No")
    with later(school, hours=4) as work:
        told = insight.of_weeks(work, 4)
        empty = insight.of_weeks(replace(work, now=work.now + timedelta(weeks=30)), 4)
    assert sum(week.decided for week in told.weeks) == 2 and len(told.weeks) == 4
    longest = max(week.longest or 0 for week in told.weeks)
    assert 2.9 < longest < 3.1
    assert dict(told.accounts) == {"Facebook: Our School": 1}
    assert told.classes == (("4B", 0), ("5A", 0)), "the post that is live shows nobody who is tagged"
    assert not empty.flagged and not any(week.decided for week in empty.weeks)


def test_the_page_answers_heads_alone(school: School) -> None:
    flagged(school)
    page = school.browser(school.head.role).get("/insight/?weeks=4")
    assert page.status_code == 200 and "A face that is too unclear to compare" in page.text
    assert school.browser(school.teacher.role).get("/insight/").status_code == 403
