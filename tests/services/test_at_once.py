"""Law 7: people who decide in the same moment; there is never a second decision on one version of a post."""

from collections.abc import Callable, Sequence
from functools import partial

from moderation.db.models import Approval, AuditRow
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import Action, Stale, State
from moderation.services import audit, cases, intake, publishing, review
from tests.builders import LINK, School
from tests.racing import at_once
from tests.services.moments import actions, rows

ROUNDS = 20


def standing(school: School, post_id: int) -> Approval | None:
    with school.parts.reading() as work:
        return cases.standing_approval(work, cases.get(work, post_id))


def decisions(school: School, post_id: int, names: Sequence[str]) -> int:
    return sum(action in names for action in actions(school, post_id))


def test_law_7_of_two_approvers_at_once_one_decides_and_the_other_is_told(school: School) -> None:
    second = school.people[Role.HEADTEACHER]
    for _ in range(ROUNDS):
        post_id = school.in_review()
        seen = school.digest(post_id)

        def approve(actor: Actor, post_id: int = post_id, seen: str = seen) -> None:
            with school.parts.work() as work:
                review.approve(work, actor, post_id, seen)

        assert sorted(at_once(partial(approve, school.head), partial(approve, second))) == ["Stale", "done"]
        assert decisions(school, post_id, ["approve"]) == 1
    assert rows(school, Approval) == ROUNDS
    with school.parts.reading() as work:
        assert audit.verify(work.session) is None


def test_law_7_approving_against_sending_back_is_one_decision(school: School) -> None:
    second = school.people[Role.HEADTEACHER]
    for _ in range(ROUNDS):
        post_id = school.in_review()

        def approve(post_id: int = post_id, seen: str = school.digest(post_id)) -> None:
            with school.parts.work() as work:
                review.approve(work, school.head, post_id, seen)

        def send_back(post_id: int = post_id) -> None:
            with school.parts.work() as work:
                review.decide(work, second, post_id, Action.SEND_BACK, "Say which class.")

        outcomes = at_once(approve, send_back)
        assert sorted(outcomes) == ["Stale", "done"]
        assert school.state(post_id) is (State.RELEASED if outcomes[0] == "done" else State.SENT_BACK)
        assert decisions(school, post_id, ["approve", "send back"]) == 1


def test_law_1_approving_against_taking_back_never_leaves_an_approved_draft(school: School) -> None:
    for _ in range(ROUNDS):
        post_id = school.in_review()

        def approve(post_id: int = post_id, seen: str = school.digest(post_id)) -> None:
            with school.parts.work() as work:
                review.approve(work, school.head, post_id, seen)

        def take_back(post_id: int = post_id) -> None:
            with school.parts.work() as work:
                intake.take_back(work, school.teacher, post_id)
                intake.save_words(work, school.teacher, post_id, intake.Words("Changed", (school.account.id,)))

        outcomes = at_once(approve, take_back)
        assert outcomes in (["done", "done"], ["Stale", "done"])
        assert school.state(post_id) is State.DRAFT
        assert standing(school, post_id) is None
        assert decisions(school, post_id, ["approve"]) == outcomes.count("done") - 1
    with school.parts.reading() as work:
        assert audit.verify(work.session) is None


def test_law_1_going_live_against_taking_back_is_one_or_the_other(school: School) -> None:
    for _ in range(ROUNDS // 2):
        post_id = school.released()
        with school.parts.work() as work:
            publishing.open_kit(work, school.manager, post_id)

        def go_live(post_id: int = post_id) -> None:
            with school.parts.work() as work:
                publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK})

        def take_back(post_id: int = post_id) -> None:
            with school.parts.work() as work:
                intake.take_back(work, school.teacher, post_id)

        outcomes = at_once(go_live, take_back)
        assert sorted(outcomes) == [Stale.__name__, "done"]
        assert school.state(post_id) is (State.LIVE if outcomes[0] == "done" else State.DRAFT)


def test_law_7_the_trail_of_many_writers_at_once_is_one_unbroken_chain(school: School) -> None:
    posts = [school.submit() for _ in range(8)]
    before = rows(school, AuditRow)

    def stop(post_id: int) -> Callable[[], None]:
        def attempt() -> None:
            with school.parts.work() as work:
                review.decide(work, school.data_lead, post_id, Action.STOP, "The date is wrong.")

        return attempt

    assert at_once(*map(stop, posts)) == ["done"] * len(posts)
    assert rows(school, AuditRow) == before + len(posts)
    with school.parts.reading() as work:
        assert audit.verify(work.session) is None
