"""Which checks a post needs: every photo and all its words, each bound to its bytes, ordered once."""

from moderation.db.models import Finding, Scan, Subject
from moderation.queue import Job
from moderation.rules.findings import Kind
from moderation.services import cases, checks, intake
from tests.builders import School
from tests.services.moments import rows, scans, small_photo


def needed(school: School, post_id: int) -> list[Subject]:
    return [one.subject for one in checks.subjects(school.post(post_id))]


def test_every_photo_and_the_words_together_are_looked_at(school: School) -> None:
    assert needed(school, school.draft(small_photo(1), small_photo(99))) == [
        Subject.PHOTO,
        Subject.PHOTO,
        Subject.WORDS,
    ]
    assert needed(school, school.draft()) == [Subject.WORDS]


def test_caption_alt_texts_and_file_names_are_the_words(school: School) -> None:
    post = school.post(school.draft(small_photo(), caption=" "))
    assert checks.words_of(post) == (
        ("alt text of photo 1", "What the photo shows"),
        ("file name of photo 1", "IMG_1.jpg"),
    )


def test_a_post_without_any_words_needs_no_check_of_words(school: School) -> None:
    post_id = school.draft(caption=" ")
    assert needed(school, post_id) == []


def test_law_8_what_is_ordered_twice_is_there_once_and_rung_for_again(school: School) -> None:
    post_id = school.submit(small_photo())
    assert rows(school, Scan) == 2
    with school.parts.work() as work:
        checks.order_missing(work, cases.get(work, post_id))
        assert [job for job, _ in work.bells] == [Job.SCAN, Job.SCAN]
        assert all(len(ids) == 2 for _, ids in work.bells), "a scan's id and its token, no name and no picture"
    assert rows(school, Scan) == 2


def test_law_8_only_what_changed_is_checked_again(school: School) -> None:
    post_id = school.in_review(small_photo(1), small_photo(99))
    photo = school.post(post_id).photos[0].id
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
        intake.remove_photo(work, school.teacher, post_id, photo)
        intake.submit(work, school.teacher, post_id)
        assert [job for job, _ in work.bells] == [Job.SCAN], "for the words; the other photo was looked at"
    assert len(scans(school, post_id)) == 2


def test_findings_come_worst_first_and_settled_last(school: School) -> None:
    post_id = school.in_review()
    kinds = [Kind.FACE_OTHER, Kind.FACE_POSSIBLE, Kind.FACE_MATCH, Kind.UNCHECKED]
    with school.parts.work() as work:
        scan = checks.current_scans(work, cases.get(work, post_id))[0]
        for kind in kinds:
            scan.findings.append(Finding(detector="faces", kind=kind))
    order = [Kind.FACE_MATCH, Kind.UNCHECKED, Kind.FACE_POSSIBLE, Kind.FACE_OTHER]
    assert [finding.kind for finding in school.findings(post_id)] == order
    school.settle_all(post_id)
    assert len(school.findings(post_id)) == 4
