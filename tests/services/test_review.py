"""Laws 3 and 5: one person's word on each finding, and what is covered is gone."""

from collections.abc import Callable

import numpy as np
import pytest

from moderation.db.models import Finding, Photo, Resolution, ScanState
from moderation.media.photo import pixels
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.roles import SIGN_INS, Actor, Role
from moderation.rules.workflow import Action, NotYours, Refused, Stale, State
from moderation.services import board, cases, checks, intake, publishing, review, scanning
from moderation.services.work import NotFound, Work
from tests.builders import School
from tests.services.moments import Quick, actions, later, scans, small_photo

BOX = Box(48, 32, 80, 72)
FACE = Sighting(Detector.FACES, Kind.FACE_UNCLEAR, BOX, evidence="too small to compare")


def flagged(school: School, *seen: Sighting, author: Actor | None = None) -> int:
    """A post in review whose one photo has these findings."""
    post_id = school.submit(small_photo(), caption="", author=author)
    for scan in scans(school, post_id):
        assert scanning.scan(school.parts.work, Quick(*seen), scan.id, scan.token)
    assert school.state(post_id) is State.IN_REVIEW
    return post_id


def settle(school: School, post_id: int, word: Resolution, actor: Actor | None = None, reason: str = "I know") -> None:
    finding = school.findings(post_id)[0]
    with school.parts.work() as work:
        review.settle(work, actor or school.head, post_id, finding.id, word, reason, school.digest(post_id))


def cover(school: School, post_id: int, actor: Actor | None = None) -> tuple[int, int]:
    """Cover everything; the ids of the old photo and of the new one."""
    old = school.post(post_id).photos[0].id
    ids = [finding.id for finding in school.findings(post_id)]
    with school.parts.work() as work:
        review.cover(work, actor or school.head, post_id, ids, school.digest(post_id))
    return old, school.post(post_id).photos[0].id


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.FACE_OTHER])
def test_law_2_every_kind_of_flag_blocks_approval_until_a_person_settles_it(school: School, kind: Kind) -> None:
    post_id = flagged(school, Sighting(Detector.FACES, kind, BOX))
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)
    school.settle_all(post_id)
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED


def test_a_note_needs_nobody_s_word(school: School) -> None:
    school.approve(flagged(school, Sighting(Detector.FACES, Kind.FACE_OTHER, BOX)))


@pytest.mark.parametrize("kind", [Kind.FACE_MATCH, Kind.NAME_MATCH])
@pytest.mark.parametrize("word", [Resolution.LOOKED_AT, Resolution.ALLOWED])
def test_law_3_a_match_is_covered_removed_or_called_wrong_but_never_allowed(
    school: School, kind: Kind, word: Resolution
) -> None:
    post_id = flagged(school, Sighting(Detector.FACES, kind, BOX))
    with pytest.raises(Refused, match="Cover it, or remove the photo"):
        settle(school, post_id, word)
    settle(school, post_id, Resolution.FALSE_ALARM)


def test_a_word_on_a_finding_needs_a_reason(school: School) -> None:
    post_id = flagged(school, FACE)
    with pytest.raises(Refused, match="Say why"):
        settle(school, post_id, Resolution.LOOKED_AT, reason="  ")
    settle(school, post_id, Resolution.LOOKED_AT, reason=" Nobody's child ")
    finding = school.findings(post_id)[0]
    assert (finding.reason, finding.resolved_by_id) == ("Nobody's child", school.head.id)
    assert actions(school, post_id)[-1] == "finding settled"


def test_a_word_can_be_taken_back(school: School) -> None:
    post_id = flagged(school, FACE)
    settle(school, post_id, Resolution.LOOKED_AT)
    with school.parts.work() as work:
        review.unsettle(work, school.head, post_id, school.findings(post_id)[0].id, school.digest(post_id))
    assert not school.findings(post_id)[0].is_settled
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)


DECISIONS: list[Callable[[Work, Actor, int, int, int, str], None]] = [
    lambda w, a, post, finding, _, seen: review.settle(w, a, post, finding, Resolution.LOOKED_AT, "I know", seen),
    lambda w, a, post, finding, _, seen: review.unsettle(w, a, post, finding, seen),
    lambda w, a, post, finding, _, seen: review.cover(w, a, post, [finding], seen),
    lambda w, a, post, _, photo, seen: review.remove_photo(w, a, post, photo, seen),
]


@pytest.mark.parametrize("decision", DECISIONS, ids=["settle", "unsettle", "cover", "remove photo"])
class TestDecisions:
    def attempt(self, school: School, post_id: int, decision: Callable[..., None], actor: Actor, seen: str) -> None:
        finding, photo = school.findings(post_id)[0].id, school.post(post_id).photos[0].id
        with school.parts.work() as work:
            decision(work, actor, post_id, finding, photo, seen)

    def test_law_3_are_for_approvers_only(self, school: School, decision: Callable[..., None]) -> None:
        post_id = flagged(school, FACE)
        for role in SIGN_INS - {Role.ASSISTANT_HEAD, Role.HEADTEACHER}:
            with pytest.raises(NotYours):
                self.attempt(school, post_id, decision, school.others[role], school.digest(post_id))

    def test_law_3_are_never_the_author_s(self, school: School, decision: Callable[..., None]) -> None:
        post_id = flagged(school, FACE, author=school.head)
        with pytest.raises(Refused, match="somebody else has to decide"):
            self.attempt(school, post_id, decision, school.head, school.digest(post_id))

    def test_law_1_are_about_what_the_approver_saw(self, school: School, decision: Callable[..., None]) -> None:
        post_id = flagged(school, FACE)
        with pytest.raises(Stale, match="changed since you opened it"):
            self.attempt(school, post_id, decision, school.head, "0" * 64)

    def test_are_made_in_review_only(self, school: School, decision: Callable[..., None]) -> None:
        post_id = flagged(school, FACE)
        school.settle_all(post_id)
        school.approve(post_id)
        with pytest.raises(Stale, match="released now"):
            self.attempt(school, post_id, decision, school.head, school.digest(post_id))


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
        ids = [finding.id for finding in checks.findings(work, cases.get(work, post_id))]
        review.cover(work, school.head, post_id, ids, cases.digest_of(work, cases.get(work, post_id)))
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
        files = publishing.kit(work, school.manager, post_id)[1]
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
            scanning.scan(school.parts.work, Quick(again), scan.id, scan.token)
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
    for ids in ([school.findings(post_id)[0].id], []):
        with pytest.raises(Refused, match="no place in the picture"), school.parts.work() as work:
            review.cover(work, school.head, post_id, ids, school.digest(post_id))


def test_a_finding_of_another_post_is_stale(school: School) -> None:
    mine, other = flagged(school, FACE), flagged(school, FACE)
    finding = school.findings(other)[0].id
    with pytest.raises(Stale, match="earlier version"), school.parts.work() as work:
        review.settle(work, school.head, mine, finding, Resolution.LOOKED_AT, "I know", school.digest(mine))
    with school.parts.reading() as work:
        assert work.session.get_one(Finding, finding).resolution is None


def test_a_photo_that_was_taken_out_is_seen_by_nobody_but_its_author_while_the_draft_is_open(school: School) -> None:
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
        assert board.visible_photo(work, school.teacher, photo)
        with pytest.raises(NotFound):
            board.visible_photo(work, school.head, photo)


def test_sending_back_stopping_and_resuming_tell_the_author_why(school: School) -> None:
    post_id = school.in_review()
    with school.parts.work() as work:
        review.decide(work, school.data_lead, post_id, Action.STOP, " The date is wrong. ")
        assert cases.get(work, post_id).note == "The date is wrong."
        review.decide(work, school.head, post_id, Action.RESUME, "It is right.")
        assert cases.get(work, post_id).state is State.IN_REVIEW, "its checks still hold"
        review.decide(work, school.head, post_id, Action.SEND_BACK, "Say which class.")
    assert school.state(post_id) is State.SENT_BACK
    for action in (Action.APPROVE, Action.MARK_LIVE, Action.SUBMIT, Action.EXPIRE):
        with pytest.raises(NotFound), school.parts.work() as work:
            review.decide(work, school.head, post_id, action, "because")


def test_the_queue_is_oldest_first(school: School) -> None:
    first, second = school.submit(), school.submit()
    for post_id in (second, first):
        school.run_checks(post_id)
    with school.parts.reading() as work:
        assert [post.id for post in review.waiting(work)] == [first, second]


def test_an_approval_holds_a_fortnight_from_when_it_was_given(school: School) -> None:
    post_id = school.in_review()
    with later(school, hours=5) as work:
        review.approve(work, school.head, post_id, school.digest(post_id))
        approval = cases.standing_approval(work, cases.get(work, post_id))
        assert approval is not None
        assert approval.expires_at == work.now + review.APPROVAL_HOLDS
        assert (approval.user_id, approval.digest) == (school.head.id, school.digest(post_id))
