"""Law 2: whatever could not be checked is a finding that blocks, and says no names (law 10)."""

import pytest

from moderation.db.models import Photo
from moderation.rules.findings import Detector, Kind, Severity, Sighting
from moderation.rules.workflow import Refused, State
from moderation.services import cases, checks, intake, scanning
from moderation.services.looking import Lists
from tests.builders import School
from tests.services.moments import Quick, WithoutModel, photo_findings, run, scans, small_photo


def test_law_2_a_check_that_raises_is_a_finding_that_blocks_approval(school: School) -> None:
    """The face model is missing; names are still read."""
    post_id = school.submit(small_photo(), caption="")
    looker = WithoutModel()
    looker.__dict__["text"] = school.parts.looker.text
    assert run(school, looker, post_id)
    school.run_checks(post_id)
    assert school.state(post_id) is State.IN_REVIEW, "a person decides, the post does not hang"
    assert (Detector.FACES, Kind.UNCHECKED, Severity.BLOCK) in photo_findings(school, post_id)
    assert not any(detector is Detector.NAMES for detector, *_ in photo_findings(school, post_id))
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)
    school.settle_all(post_id)
    school.approve(post_id)


def test_law_2_a_look_that_breaks_as_a_whole_is_a_finding(school: School) -> None:
    class Broken(Quick):
        def look(self, rgb: object, lists: Lists, known: object = ()) -> list[Sighting]:
            raise MemoryError

    post_id = school.submit(small_photo(), caption="")
    assert run(school, Broken(), post_id)
    assert photo_findings(school, post_id) == [(Detector.PHOTO, Kind.UNCHECKED, Severity.BLOCK)]


@pytest.mark.parametrize("damage", ["missing", "damaged", "not a picture"])
def test_law_2_a_picture_that_the_store_no_longer_has_is_a_finding(school: School, damage: str) -> None:
    post_id = school.submit(small_photo(), caption="")
    key = school.post(post_id).photos[0].media_key
    place = school.parts.store.place
    if damage == "missing":
        place.remove(key)
    elif damage == "damaged":
        sealed = place.read(key)
        place.write(key, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    else:
        with school.parts.work() as work:  # bytes that are what their key says and yet no picture
            other = work.store.put(b"no picture at all")
            work.session.get_one(Photo, school.post(post_id).photos[0].id).media_key = other
            checks.order_missing(work, cases.get(work, post_id))
    looker = Quick()
    assert run(school, looker, post_id)
    assert looker.looks == 0
    assert photo_findings(school, post_id) == [(Detector.PHOTO, Kind.UNCHECKED, Severity.BLOCK)]
    school.run_checks(post_id)
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)


def test_law_2_words_that_changed_while_they_waited_are_not_taken_for_read(school: School) -> None:
    post_id = school.submit(caption="Before")
    scan = scans(school, post_id)[0]
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
        intake.save_words(work, school.teacher, post_id, intake.Words("After", (school.account.id,)))
    assert not scanning.scan(school.parts.work, school.parts.reading, school.parts.looker, scan.id, scan.token)
    with school.parts.work() as work:
        intake.save_words(work, school.teacher, post_id, intake.Words("Before", (school.account.id,)))
        intake.submit(work, school.teacher, post_id)
    assert school.state(post_id) is State.CHECKING
    school.run_checks(post_id)
    assert (school.state(post_id), school.findings(post_id)) == (State.IN_REVIEW, [])


def test_law_2_a_check_that_broke_is_made_again_when_the_post_is_handed_in_again(school: School) -> None:
    post_id = school.submit(small_photo(), caption="")
    assert run(school, Quick(Sighting(Detector.FACES, Kind.UNCHECKED)), post_id)
    school.run_checks(post_id)
    for _ in range(2):
        with school.parts.work() as work:
            intake.take_back(work, school.teacher, post_id)
            intake.submit(work, school.teacher, post_id)
        assert school.state(post_id) is State.CHECKING
        assert run(school, Quick(Sighting(Detector.FACES, Kind.UNCHECKED)), post_id)
        assert len(school.findings(post_id)) == 1, "the earlier word of the broken check is gone"


def test_law_10_a_check_that_breaks_tells_the_log_no_names(school: School, caplog: pytest.LogCaptureFixture) -> None:
    class Telling(Quick):
        def look(self, rgb: object, lists: Lists, known: object = ()) -> list[Sighting]:
            raise ValueError("Harvey Pemberton")

    post_id = school.submit(small_photo(), caption="")
    assert run(school, Telling(), post_id)
    assert "ValueError" in caplog.text
    assert "Pemberton" not in caplog.text
    assert all("Pemberton" not in finding.evidence for finding in school.findings(post_id))
