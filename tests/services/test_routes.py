"""Who approves, on the real database: changes of the route, sensitive topics, approvals that stand and that fall."""

from collections.abc import Callable

import pytest

from moderation.db.models import Post
from moderation.rules.findings import RESOLUTIONS
from moderation.rules.roles import Actor, Role
from moderation.rules.route import Route, Step
from moderation.rules.route_presets import PRESETS, any_of
from moderation.rules.workflow import Action, NotYours, Refused, State
from moderation.services import audit, cases, checks, intake, publishing, review, route_changes, routes, sweep
from moderation.services.work import Mistake, NotFound
from tests.builders import School, named_certificate
from tests.rules.route_table import EXTRA, A, H
from tests.services.moments import actions, later


def set_route(school: School, name: str, extra: Step | None = EXTRA) -> None:
    with school.parts.work() as work:
        route_changes.set_route(work, administrator(school), PRESETS[name].route, extra)


def administrator(school: School) -> Actor:
    return school.people[Role.ADMINISTRATOR]


def headteacher(school: School) -> Actor:
    return school.people[Role.HEADTEACHER]


def approved_by(school: School, post_id: int) -> list[int]:
    with school.parts.reading() as work:
        return [one.user_id for one in routes.approvals(work, cases.get(work, post_id))]


def asked(school: School, post_id: int, actor: Actor) -> bool:
    with school.parts.reading() as work:
        return review.asks(review.standing(work, cases.get(work, post_id)), actor)


def mark(school: School, actor: Actor, post_id: int) -> None:
    with school.parts.work() as work:
        route_changes.mark_sensitive(work, actor, post_id)


def test_a_school_begins_with_one_approval_and_the_headteacher_for_sensitive_topics(school: School) -> None:
    with school.parts.reading() as work:
        rules = routes.in_force(work)
    assert rules.route == PRESETS["either"].route
    assert rules.extra == EXTRA
    assert {"Ofsted", "police", "bereave*", "safeguard*", "election*", "religio*", "complain*"} <= set(rules.words)


def test_two_approvals_release_a_post_and_the_trail_says_so(school: School) -> None:
    set_route(school, "both")
    post_id = school.in_review()
    school.approve(post_id, headteacher(school))
    assert school.state(post_id) is State.IN_REVIEW
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED
    assert actions(school, post_id)[-3:] == ["approve", "approve", "release"]


def test_an_approver_is_asked_once_and_only_in_turn(school: School) -> None:
    set_route(school, "in-order")
    post_id = school.in_review()
    with pytest.raises(Refused, match="not asked for now"):
        school.approve(post_id, headteacher(school))
    school.approve(post_id)
    with pytest.raises(Refused, match="not asked for now"):
        school.approve(post_id)
    assert not asked(school, post_id, school.others[Role.ASSISTANT_HEAD])
    school.approve(post_id, headteacher(school))
    assert school.state(post_id) is State.RELEASED


def test_the_queue_offers_what_waits_for_oneself(school: School) -> None:
    set_route(school, "in-order")
    first, second = school.in_review(), school.in_review()
    school.approve(first)
    with school.parts.reading() as work:
        assert review.next_for(work, school.head) == second
        assert review.next_for(work, headteacher(school)) == first
        assert [post.id for post in review.waiting(work, school.head)] == [first, second], "everybody sees what waits"


def test_whoever_approves_is_told_whether_that_released_the_post(school: School) -> None:
    set_route(school, "both")
    post_id = school.in_review()
    for actor, released in ((school.head, False), (headteacher(school), True)):
        with school.parts.work() as work:
            seen = cases.digest_of(work, cases.get(work, post_id))
            assert review.approve(work, actor, post_id, seen) is released


def test_an_own_approval_can_be_taken_back_while_the_post_waits(school: School) -> None:
    set_route(school, "both")
    post_id = school.in_review()
    school.approve(post_id)
    with pytest.raises(Refused, match="No approval of yours"), school.parts.work() as work:
        review.take_own_back(work, headteacher(school), post_id)
    with school.parts.work() as work:
        review.take_own_back(work, school.head, post_id)
    assert approved_by(school, post_id) == []
    school.approve(post_id, headteacher(school))
    assert school.state(post_id) is State.IN_REVIEW, "the assistant head is asked again"
    assert asked(school, post_id, school.head)


@pytest.mark.parametrize("name", ["assistant-head", "either"])
def test_no_change_of_the_route_completes_a_post_that_waits(school: School, name: str) -> None:
    set_route(school, "both")
    post_id = school.in_review()
    school.approve(post_id)
    set_route(school, name)
    with school.parts.work() as work:
        assert sweep.overdue(work) == []
        sweep.refresh(work, post_id)
    assert school.state(post_id) is State.IN_REVIEW
    assert approved_by(school, post_id) == [school.head.id]
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED
    assert approved_by(school, post_id) == [school.head.id], "one approval a person"


def test_a_stricter_route_counts_at_once_for_what_was_released_too(school: School) -> None:
    post_id = school.released()
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    set_route(school, "both")
    assert school.state(post_id) is State.IN_REVIEW
    assert approved_by(school, post_id) == [school.head.id], "what was approved stands"
    for take in (publishing.open_kit, publishing.kit_files):
        with pytest.raises(Refused), school.parts.work() as work:
            take(work, school.manager, post_id)
    with school.parts.reading() as work:
        assert [post.id for post, _ in publishing.held_back(work)] == [post_id]
    school.approve(post_id, headteacher(school))
    assert school.state(post_id) is State.RELEASED
    with pytest.raises(Refused, match="Open the kit first"), school.parts.work() as work:
        publishing.kit_files(work, school.manager, post_id)


def test_the_kit_asks_the_route_itself(school: School) -> None:
    """Law 1: even if nobody moved the post back, nothing leaves for which more is asked now."""
    post_id = school.released()
    with school.parts.work() as work:
        cases.get(work, post_id).caption = cases.get(work, post_id).caption  # as it is
        cases.get(work, post_id).sensitive_by_id = school.teacher.id
    with pytest.raises(Refused, match="Somebody else has to approve"), school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    with school.parts.work() as work:
        assert sweep.overdue(work) == [post_id]
        sweep.refresh(work, post_id)
    assert school.state(post_id) is State.IN_REVIEW


def take_back_and_send(school: School, post_id: int) -> None:
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
        intake.save_words(work, school.teacher, post_id, intake.Words("Another one.", (school.account.id,)))
        intake.submit(work, school.teacher, post_id)


def another_roll(school: School, post_id: int) -> None:
    school.person("Z1", "Zelda", "Quillfeather")
    with school.parts.work() as work:
        sweep.refresh(work, post_id)


def send_back(school: School, post_id: int) -> None:
    with school.parts.work() as work:
        review.decide(work, headteacher(school), post_id, Action.SEND_BACK, "A sharper photo, please.")


def stop(school: School, post_id: int) -> None:
    with school.parts.work() as work:
        review.decide(work, school.data_lead, post_id, Action.STOP, "Not today.")


@pytest.mark.parametrize("change", [take_back_and_send, another_roll, send_back, stop])
def test_law_1_whatever_changes_a_post_that_waits_voids_what_was_approved(
    school: School, change: Callable[[School, int], None]
) -> None:
    set_route(school, "both")
    post_id = school.in_review()
    school.approve(post_id)
    change(school, post_id)
    assert approved_by(school, post_id) == []


def test_law_1_an_approval_of_another_digest_does_not_count_even_if_nobody_voided_it(school: School) -> None:
    set_route(school, "both")
    post_id = school.in_review()
    school.approve(post_id)
    with school.parts.work() as work:
        cases.get(work, post_id).accounts[0].handle = "Another School"
    with school.parts.reading() as work:
        post = cases.get(work, post_id)
        assert review.standing(work, post).counting == ()
    school.approve(post_id, headteacher(school))
    assert school.state(post_id) is State.IN_REVIEW


def test_a_flag_that_is_opened_again_voids_what_relied_on_it(school: School) -> None:
    set_route(school, "both")
    school.person("p1", "Harvey", "Pemberton")
    post_id = school.in_review(named_certificate())
    school.settle_all(post_id)
    school.approve(post_id)
    settled = next(finding for finding in school.findings(post_id) if RESOLUTIONS[finding.kind])
    with school.parts.work() as work:
        review.unsettle(work, headteacher(school), post_id, [settled.id], school.digest(post_id))
    assert approved_by(school, post_id) == []


def test_law_11_an_approval_that_expires_while_the_post_waits_is_asked_for_again(school: School) -> None:
    set_route(school, "both")
    post_id = school.in_review()
    school.approve(post_id)
    with later(school, days=15) as work:
        review.approve(work, headteacher(school), post_id, cases.digest_of(work, cases.get(work, post_id)))
        assert cases.get(work, post_id).state is State.IN_REVIEW
        review.approve(work, school.head, post_id, cases.digest_of(work, cases.get(work, post_id)))
        assert cases.get(work, post_id).state is State.RELEASED


def test_law_11_the_earliest_of_several_approvals_decides_when_they_expire(school: School) -> None:
    set_route(school, "both")
    post_id = school.in_review()
    school.approve(post_id)
    with later(school, days=10) as work:
        review.approve(work, headteacher(school), post_id, cases.digest_of(work, cases.get(work, post_id)))
    with later(school, days=15) as work:
        assert sweep.overdue(work) == [post_id]
        sweep.refresh(work, post_id)
        assert cases.get(work, post_id).state is State.IN_REVIEW
    assert approved_by(school, post_id) == []


def test_a_sensitive_word_in_the_caption_asks_the_headteacher_too(school: School) -> None:
    post_id = school.in_review(caption="Our OFSTED report is out.")
    school.approve(post_id)
    assert school.state(post_id) is State.IN_REVIEW
    with school.parts.reading() as work:
        (topic,) = routes.topics(work, cases.get(work, post_id))
    assert (topic.word, topic.field, topic.found) == ("Ofsted", "the caption", "OFSTED")
    school.approve(post_id, headteacher(school))
    assert school.state(post_id) is State.RELEASED


def test_anybody_on_the_staff_asks_for_one_more_person_and_nobody_takes_it_off(school: School) -> None:
    post_id = school.in_review()
    mark(school, school.manager, post_id)
    mark(school, school.teacher, post_id)
    assert school.post(post_id).sensitive_by_id == school.manager.id
    assert actions(school, post_id).count("marked sensitive") == 1
    take_back_and_send(school, post_id)
    school.run_checks(post_id)
    school.approve(post_id)
    assert school.state(post_id) is State.IN_REVIEW, "its author changed the words, and the tick is still there"


def test_a_tick_on_a_released_post_holds_it_back_at_once(school: School) -> None:
    post_id = school.released()
    mark(school, school.data_lead, post_id)
    assert school.state(post_id) is State.IN_REVIEW
    assert actions(school, post_id)[-2:] == ["marked sensitive", "ask for more approvals"]


def test_a_tick_is_for_those_who_see_the_post_while_it_is_not_over(school: School) -> None:
    draft, live = school.draft(), school.live()
    with pytest.raises(NotFound):
        mark(school, school.manager, draft)
    with pytest.raises(Refused):
        mark(school, school.manager, live)
    with pytest.raises(NotYours):
        mark(school, administrator(school), live)


def test_new_words_count_at_once_and_old_ones_release_nothing(school: School) -> None:
    post_id = school.in_review(caption="A trip to the lighthouse.")
    school.approve(post_id)
    with school.parts.work() as work:
        route_changes.set_words(work, administrator(school), "Lighthouse\nferry")
    assert school.state(post_id) is State.IN_REVIEW
    with school.parts.work() as work:
        route_changes.set_words(work, administrator(school), "ferry")
        sweep.refresh(work, post_id)
    assert school.state(post_id) is State.IN_REVIEW
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED


def test_any_two_of_named_people(school: School) -> None:
    people = frozenset(actor.id or 0 for actor in (school.head, school.others[A], headteacher(school)))
    with school.parts.work() as work:
        route_changes.set_route(work, administrator(school), any_of(people, 2), None)
    post_id = school.in_review()
    assert not asked(school, post_id, school.others[H])
    school.approve(post_id, school.others[A])
    school.approve(post_id, headteacher(school))
    assert school.state(post_id) is State.RELEASED


@pytest.mark.parametrize(
    "route",
    [Route(), any_of(frozenset(), 1), any_of(frozenset({Role.TEACHER}), 1), any_of(frozenset({H}), 0)],
    ids=["no step", "nobody", "not an approver", "none of them"],
)
def test_a_route_that_nobody_can_complete_is_refused(school: School, route: Route) -> None:
    with pytest.raises(Mistake), school.parts.work() as work:
        route_changes.set_route(work, administrator(school), route, None)
    with pytest.raises(Mistake, match="more approvals than people"), school.parts.work() as work:
        route_changes.set_route(work, administrator(school), any_of(frozenset({school.head.id or 0}), 2), None)
    with pytest.raises(Mistake), school.parts.work() as work:
        named = any_of(frozenset({school.teacher.id or 0}), 1)
        route_changes.set_route(work, administrator(school), named, None)


def test_law_3_only_the_administrator_sets_routes_and_words(school: School) -> None:
    for role, actor in school.people.items():
        if role is not Role.ADMINISTRATOR:
            with pytest.raises(NotYours), school.parts.work() as work:
                route_changes.set_route(work, actor, PRESETS["headteacher"].route, None)
            with pytest.raises(NotYours), school.parts.work() as work:
                route_changes.set_words(work, actor, "")


def test_every_change_is_in_the_trail_and_the_former_route_is_kept(school: School) -> None:
    set_route(school, "both")
    set_route(school, "both")
    with school.parts.work() as work:
        route_changes.set_words(work, administrator(school), "one word")
    with school.parts.reading() as work:
        assert audit.verify(work.session) is None
        assert actions_of_nobody(work.session) == ["route set", "sensitive words set"]


def actions_of_nobody(session: object) -> list[str]:
    from sqlalchemy import select

    from moderation.db.models import AuditRow

    wanted = ("route set", "sensitive words set")
    return list(session.scalars(select(AuditRow.action).where(AuditRow.action.in_(wanted))))  # type: ignore[attr-defined]


def test_an_approval_moves_the_version_of_the_post(school: School) -> None:
    """Law 7: of two decisions at once the database lets one through, also where writers do not queue."""
    set_route(school, "both")
    post_id = school.in_review()
    before = school.post(post_id).version
    school.approve(post_id)
    assert school.post(post_id).version == before + 1


def test_what_is_checked_is_known_before_anybody_is_asked(school: School) -> None:
    post_id = school.submit()
    with school.parts.reading() as work:
        post: Post = cases.get(work, post_id)
        assert checks.current_scans(work, post)
    with pytest.raises(Refused):
        school.approve(post_id)


def test_another_word_on_a_settled_flag_voids_what_relied_on_the_first(school: School) -> None:
    set_route(school, "both")
    school.person("p1", "Harvey", "Pemberton")
    post_id = school.in_review(named_certificate())
    school.settle_all(post_id)
    school.approve(post_id)
    settled = next(finding for finding in school.findings(post_id) if RESOLUTIONS[finding.kind])
    with school.parts.work() as work:
        word = review.Word(RESOLUTIONS[settled.kind][0], "Another reason")
        review.settle(work, headteacher(school), post_id, [settled.id], word, school.digest(post_id))
    assert approved_by(school, post_id) == []


STRICTER = {
    "in order": PRESETS["in-order"].route,
    "three": Route((*PRESETS["both"].route.steps, Step(frozenset({A, H}), 1))),
}


@pytest.mark.parametrize("stricter", STRICTER.values(), ids=STRICTER)
def test_law_3_a_policy_that_asks_for_two_approvals_loosens_no_stricter_route(school: School, stricter: Route) -> None:
    with school.parts.work() as work:
        route_changes.set_route(work, administrator(school), stricter, EXTRA)
        route_changes.ask_as_preset(work, school.data_lead, "both")
        assert routes.in_force(work).route == stricter


def test_a_policy_that_asks_for_two_approvals_takes_the_place_of_a_looser_route(school: School) -> None:
    with school.parts.work() as work:
        route_changes.ask_as_preset(work, school.data_lead, "both")
        assert routes.in_force(work).route == PRESETS["both"].route
