"""Who looks at a post now: shown to the others, never in their way."""

from datetime import UTC, datetime, timedelta

from moderation.rules.workflow import Action, State
from moderation.services import cases, claims, review
from moderation.web.words import ago
from tests.builders import School
from tests.services.moments import later


def look(school: School, post_id: int, number: int = 1, **passed: float) -> None:
    actor = school.head if number == 1 else school.others[school.head.role]
    with later(school, **passed) as work:
        claims.take(work, actor, cases.get(work, post_id))


def next_of_second(school: School, **passed: float) -> int | None:
    with later(school, **passed) as work:
        return review.next_for(work, school.others[school.head.role])


def test_the_next_post_is_one_that_nobody_else_looks_at(school: School) -> None:
    first, second = school.in_review(caption="One."), school.in_review(caption="Two.")
    look(school, first)
    assert next_of_second(school) == second
    with school.parts.reading() as work:
        assert review.next_for(work, school.head) == first, "one's own claim is in nobody's way"


def test_a_claim_lapses_and_then_another_takes_it(school: School) -> None:
    post_id = school.in_review(caption="One.")
    look(school, post_id)
    look(school, post_id, number=2)
    with school.parts.reading() as work:
        assert claims.standing(work, school.others[school.head.role], [post_id])[post_id].user_id == school.head.id
    assert next_of_second(school, minutes=11) == post_id
    look(school, post_id, number=2, minutes=11)
    with later(school, minutes=12) as work:
        assert not claims.standing(work, school.others[school.head.role], [post_id])
        assert claims.standing(work, school.head, [post_id])[post_id].user_id == school.others[school.head.role].id


def test_the_other_sees_who_looks_and_can_decide_all_the_same(school: School) -> None:
    post_id = school.in_review(caption="One.")
    assert school.browser(school.head.role).post(f"/review/{post_id}/looking").status_code == 204
    other = school.browser(school.head.role, number=2)
    assert "assistant head 1 has had this post open just now" in other.get(f"/review/{post_id}").text
    assert "assistant head 1 is looking at it, just now" in other.get("/review/").text
    school.approve(post_id, school.others[school.head.role])
    assert school.state(post_id) is State.RELEASED


def test_a_post_that_was_sent_back_is_looked_at_by_nobody(school: School) -> None:
    post_id = school.in_review(caption="One.")
    look(school, post_id)
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.SEND_BACK, "Another day.")
    with school.parts.reading() as work:
        assert not claims.standing(work, school.others[school.head.role], [post_id])


def test_it_is_said_for_how_long_somebody_looks() -> None:
    then = datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert [ago(then, then + timedelta(minutes=passed)) for passed in (0, 1, 6)] == [
        "just now",
        "for 1 minute",
        "for 6 minutes",
    ]


def test_its_author_claims_nothing(school: School) -> None:
    post_id = school.in_review(caption="One.", author=school.head)
    look(school, post_id)
    assert next_of_second(school) == post_id


def test_whoever_leaves_the_page_lets_go_of_the_post_and_of_nobody_elses_claim(school: School) -> None:
    post_id = school.in_review(caption="One.")
    look(school, post_id)
    other = school.browser(school.head.role, number=2)
    assert other.post(f"/review/{post_id}/left").status_code == 204
    assert next_of_second(school) is None, "it is the first one's claim"
    assert school.browser(school.head.role).post(f"/review/{post_id}/left").status_code == 204
    assert next_of_second(school) == post_id
    assert other.post(f"/review/{post_id}/left").status_code == 204, "twice is once"
