"""Law 5: what is covered is gone: from the picture, from every page, from the kit, for everybody."""

import numpy as np
import pytest

from moderation.db.models import Photo, ScanState
from moderation.media.photo import pixels
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.roles import Actor
from moderation.rules.workflow import Action, Refused, Stale, State
from moderation.services import board, cases, checks, covering, intake, publishing, review, scanning
from moderation.services.covering import Wish
from moderation.services.work import Mistake, NotFound
from tests.builders import School
from tests.services.moments import Quick, scans, small_photo

BOX = Box(48, 32, 80, 72)


FACE = Sighting(Detector.FACES, Kind.FACE_UNCLEAR, BOX, evidence="too small to compare")


def flagged(school: School, *seen: Sighting, author: Actor | None = None) -> int:
    """A post in review whose one photo has these findings."""
    post_id = school.submit(small_photo(), caption="", author=author)
    for scan in scans(school, post_id):
        assert scanning.scan(school.parts.work, school.parts.reading, Quick(*seen), scan.id, scan.token)
    assert school.state(post_id) is State.IN_REVIEW
    return post_id


def cover(school: School, post_id: int, actor: Actor | None = None) -> tuple[int, int]:
    """Cover everything; the ids of the old photo and of the new one."""
    old = school.post(post_id).photos[0].id
    ids = tuple(finding.id for finding in school.findings(post_id))
    return old, school.cover(post_id, Wish(ids), actor)


def test_law_5_what_is_covered_is_one_colour_with_a_margin(school: School) -> None:
    post_id = flagged(school, FACE)
    before = pixels(school.parts.store.get(school.post(post_id).photos[0].media_key))
    cover(school, post_id)
    after = pixels(school.parts.store.get(school.post(post_id).photos[0].media_key))
    left, top, right, bottom = BOX
    block = after[top - 4 : bottom + 4, left - 4 : right + 4].reshape(-1, 3)
    assert len(np.unique(block, axis=0)) == 1
    assert not np.array_equal(before, after)
    assert np.abs(after[:8, :8].astype(int) - before[:8, :8]).max() < 4, "the rest is as it was"


def test_law_5_the_covered_picture_is_checked_again_by_itself(school: School) -> None:
    post_id = flagged(school, FACE)
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        wish, seen = Wish(tuple(finding.id for finding in checks.findings(work, post))), cases.digest_of(work, post)
        covered = covering.make(work, school.head, post_id, post.photos[0].id, wish, seen)
        covering.put(work, school.head, post_id, covered, seen)
        assert len(work.bells) == 1, "the new picture; its words were read"
    assert school.state(post_id) is State.CHECKING
    assert sorted(scan.state for scan in scans(school, post_id)) == [ScanState.DONE, ScanState.WAITING]
    with pytest.raises(Refused):
        school.approve(post_id)
    school.run_checks(post_id)
    assert school.state(post_id) is State.IN_REVIEW
    school.settle_all(post_id)
    school.approve(post_id)


def test_law_5_nobody_reaches_the_uncovered_picture_in_any_state(school: School) -> None:
    """Nor its findings' cut-outs, nor the kit, nor by taking the post back or putting the photo back."""
    post_id = flagged(school, FACE)
    secret = school.parts.store.get(school.post(post_id).photos[0].media_key)
    finding = school.findings(post_id)[0].id
    old, new = cover(school, post_id)
    assert_gone(school, old, finding)
    school.run_checks(post_id)
    school.settle_all(post_id)
    school.approve(post_id)
    assert_gone(school, old, finding)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
        files = publishing.kit_files(work, school.manager, post_id)
        assert secret not in [data for _, data in files.files]
        assert board.visible_photo(work, school.manager, new).id == new
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
    assert_gone(school, old, finding)
    with school.parts.work() as work:
        assert intake.restorable(cases.get(work, post_id)) == []
        with pytest.raises(NotFound):
            intake.restore_photo(work, school.teacher, post_id, old)
        intake.remove_photo(work, school.teacher, post_id, new)
    assert_gone(school, old, finding)


def assert_gone(school: School, photo_id: int, finding_id: int) -> None:
    with school.parts.reading() as work:
        for actor in [*school.people.values(), *school.others.values()]:
            with pytest.raises(NotFound):
                board.visible_photo(work, actor, photo_id)
            with pytest.raises(NotFound):
                board.visible_finding(work, actor, finding_id)


def test_law_5_covering_twice_leaves_only_the_last_picture(school: School) -> None:
    post_id = flagged(school, FACE)
    first, second = cover(school, post_id)
    for scan in scans(school, post_id):
        if scan.state is ScanState.WAITING:
            again = Sighting(Detector.FACES, Kind.FACE_UNCLEAR, Box(0, 0, 16, 16))
            scanning.scan(school.parts.work, school.parts.reading, Quick(again), scan.id, scan.token)
    assert cover(school, post_id)[0] == second
    with school.parts.reading() as work:
        for photo_id in (first, second):
            with pytest.raises(NotFound):
                board.visible_photo(work, school.teacher, photo_id)
        assert len(cases.get(work, post_id).photos) == 1


def test_several_findings_of_one_photo_are_covered_at_once_and_keep_its_words(school: School) -> None:
    post_id = flagged(school, FACE, Sighting(Detector.NAMES, Kind.NAME_MATCH, Box(0, 96, 32, 112)))
    old, new = cover(school, post_id)
    with school.parts.reading() as work:
        was, now = work.session.get_one(Photo, old), work.session.get_one(Photo, new)
        assert (now.covered_from_id, now.position) == (old, was.position)
        assert (now.alt_text, now.file_name) == (was.alt_text, was.file_name)
        image = pixels(work.store.get(now.media_key))
    assert image[50, 64].tolist() == image[104, 16].tolist() == [32, 32, 32]


def test_a_finding_without_a_place_cannot_be_covered(school: School) -> None:
    post_id = flagged(school, Sighting(Detector.FACES, Kind.UNCHECKED))
    finding, photo = school.findings(post_id)[0].id, school.post(post_id).photos[0].id
    with school.parts.reading() as work:
        with pytest.raises(Refused, match="no place in the picture"):
            covering.photo_of(work, school.head, post_id, (finding,))
        with pytest.raises(Stale):
            covering.photo_of(work, school.head, post_id, ())
    with pytest.raises(Stale):
        school.cover(post_id, Wish((finding,)), photo_id=photo)
    with pytest.raises(Mistake, match="Nothing is covered yet"):
        school.cover(post_id, Wish(), photo_id=photo)


def test_a_photo_that_was_taken_out_is_seen_by_nobody(school: School) -> None:
    post_id = flagged(school, FACE)
    photo = school.post(post_id).photos[0].id
    with school.parts.work() as work:
        review.remove_photo(work, school.head, post_id, photo, school.digest(post_id))
    assert school.state(post_id) is State.IN_REVIEW, "nothing is left to check"
    with pytest.raises(Refused, match="Write a caption or add a photo"):
        school.approve(post_id)
    with pytest.raises(NotFound), school.parts.reading() as work:
        board.visible_photo(work, school.teacher, photo)
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.SEND_BACK, "Choose another photo")
        for actor in (school.teacher, school.head):
            with pytest.raises(NotFound):
                board.visible_photo(work, actor, photo)


def test_law_1_a_cover_for_a_post_that_changed_while_it_was_made_is_stale(school: School) -> None:
    post_id = flagged(school, FACE)
    seen, wish = school.digest(post_id), Wish((school.findings(post_id)[0].id,))
    photo = school.post(post_id).photos[0].id
    with school.parts.reading() as work:
        covered = covering.make(work, school.head, post_id, photo, wish, seen)
    with school.parts.work() as work:
        work.register_version.list_version += 1
    with pytest.raises(Stale, match="changed since you opened it"), school.parts.work() as work:
        covering.put(work, school.head, post_id, covered, seen)
    assert school.state(post_id) is State.IN_REVIEW
