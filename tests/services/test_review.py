"""Law 3: the decision, and one person's word on each finding."""

from collections.abc import Callable

import pytest

from moderation.db.models import Finding
from moderation.rules.findings import SEVERITY, Box, Detector, Kind, Resolution, Severity, Sighting
from moderation.rules.roles import SIGN_INS, Actor, Role
from moderation.rules.workflow import Action, NotYours, Refused, Stale, State
from moderation.services import cases, covering, review, scanning
from moderation.services.covering import Wish
from moderation.services.review import Word
from moderation.services.work import NotFound, Work
from tests.builders import School
from tests.services.moments import Quick, actions, later, scans, small_photo

BOX = Box(48, 32, 80, 72)


LOOKED_AT = Word(Resolution.LOOKED_AT, "I know")
FACE = Sighting(Detector.FACES, Kind.FACE_UNCLEAR, BOX, evidence="too small to compare")


def flagged(school: School, *seen: Sighting, author: Actor | None = None) -> int:
    """A post in review whose one photo has these findings."""
    post_id = school.submit(small_photo(), caption="", author=author)
    for scan in scans(school, post_id):
        assert scanning.scan(school.parts.work, school.parts.reading, Quick(*seen), scan.id, scan.token)
    assert school.state(post_id) is State.IN_REVIEW
    return post_id


def settle(school: School, post_id: int, word: Resolution, actor: Actor | None = None, reason: str = "I know") -> None:
    finding = school.findings(post_id)[0]
    with school.parts.work() as work:
        review.settle(work, actor or school.head, post_id, [finding.id], Word(word, reason), school.digest(post_id))


BY_RULE = (Kind.FACE_PUPIL, Kind.TAG_PUPIL)  # of schools that show no pupils: tests/services/test_pupils.py


@pytest.mark.parametrize("kind", [k for k in Kind if SEVERITY[k] is not Severity.NOTE and k not in BY_RULE])
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


def test_law_1_a_word_on_a_flag_and_an_approval_of_the_same_moment_are_not_both_taken(school: School) -> None:
    """The word moves the version of the post's row on, so whichever is written second is refused."""
    post_id = flagged(school, FACE)
    for number in range(2):
        before = school.post(post_id).version
        settle(school, post_id, Resolution.LOOKED_AT, reason=f"Look {number}")
        assert school.post(post_id).version == before + 1


def test_a_word_can_be_taken_back(school: School) -> None:
    post_id = flagged(school, FACE)
    settle(school, post_id, Resolution.LOOKED_AT)
    with school.parts.work() as work:
        review.unsettle(work, school.head, post_id, [school.findings(post_id)[0].id], school.digest(post_id))
    assert not school.findings(post_id)[0].is_settled
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)


DECISIONS: list[Callable[[Work, Actor, int, int, int, str], object]] = [
    lambda w, a, post, finding, _, seen: review.settle(w, a, post, [finding], LOOKED_AT, seen),
    lambda w, a, post, finding, _, seen: review.unsettle(w, a, post, [finding], seen),
    lambda w, a, post, finding, photo, seen: covering.make(w, a, post, photo, Wish((finding,)), seen),
    lambda w, a, post, _, photo, seen: review.remove_photo(w, a, post, photo, seen),
]


@pytest.mark.parametrize("decision", DECISIONS, ids=["settle", "unsettle", "cover", "remove photo"])
class TestDecisions:
    def attempt(self, school: School, post_id: int, decision: Callable[..., object], actor: Actor, seen: str) -> None:
        finding, photo = school.findings(post_id)[0].id, school.post(post_id).photos[0].id
        with school.parts.work() as work:
            decision(work, actor, post_id, finding, photo, seen)

    def test_law_3_are_for_approvers_only(self, school: School, decision: Callable[..., object]) -> None:
        post_id = flagged(school, FACE)
        for role in SIGN_INS - {Role.ASSISTANT_HEAD, Role.HEADTEACHER}:
            with pytest.raises(NotYours):
                self.attempt(school, post_id, decision, school.others[role], school.digest(post_id))

    def test_law_3_are_never_the_author_s(self, school: School, decision: Callable[..., object]) -> None:
        post_id = flagged(school, FACE, author=school.head)
        with pytest.raises(Refused, match="somebody else has to decide"):
            self.attempt(school, post_id, decision, school.head, school.digest(post_id))

    def test_law_1_are_about_what_the_approver_saw(self, school: School, decision: Callable[..., object]) -> None:
        post_id = flagged(school, FACE)
        with pytest.raises(Stale, match="changed since you opened it"):
            self.attempt(school, post_id, decision, school.head, "0" * 64)

    def test_are_made_in_review_only(self, school: School, decision: Callable[..., object]) -> None:
        post_id = flagged(school, FACE)
        school.settle_all(post_id)
        school.approve(post_id)
        with pytest.raises(Stale, match="released now"):
            self.attempt(school, post_id, decision, school.head, school.digest(post_id))


def test_a_finding_of_another_post_is_stale(school: School) -> None:
    mine, other = flagged(school, FACE), flagged(school, FACE)
    finding = school.findings(other)[0].id
    with pytest.raises(Stale, match="earlier version"), school.parts.work() as work:
        review.settle(work, school.head, mine, [finding], LOOKED_AT, school.digest(mine))
    with school.parts.reading() as work:
        assert work.session.get_one(Finding, finding).resolution is None


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
        assert [post.id for post in review.waiting(work, school.head)] == [first, second]


def test_an_approval_holds_a_fortnight_from_when_it_was_given(school: School) -> None:
    post_id = school.in_review()
    with later(school, hours=5) as work:
        review.approve(work, school.head, post_id, school.digest(post_id))
        approval = cases.standing_approval(work, cases.get(work, post_id))
        assert approval is not None
        assert approval.expires_at == work.now + review.APPROVAL_HOLDS
        assert (approval.user_id, approval.digest) == (school.head.id, school.digest(post_id))
