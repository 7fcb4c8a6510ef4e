"""Deputies: a role for some days, named by who holds it, recorded, and never a way to decide about one's own post."""

from datetime import timedelta

import pytest

from moderation.db.models import User
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import Action, NotYours, Refused, State
from moderation.services import audit, board, cases, deputies, review
from moderation.services.work import Mistake, NotFound
from tests.builders import School, listed_portrait
from tests.services.moments import later
from tests.services.test_routes import headteacher, set_route
from tests.web.pages import small

A, H = Role.ASSISTANT_HEAD, Role.HEADTEACHER


def name(school: School, by: Actor, who: Actor, role: Role, days: tuple[int, int] = (0, 3)) -> int:
    with school.parts.work() as work:
        first, last = (work.today + timedelta(days=day) for day in days)
        return deputies.name(work, by, who.id or 0, role, first, last).id


def today(school: School, who: Actor, day: int = 0) -> Actor:
    with later(school, days=day) as work:
        return deputies.actor_of(work, work.session.get_one(User, who.id))


def test_a_deputy_holds_the_role_in_those_days_only(school: School) -> None:
    name(school, headteacher(school), school.teacher, H, (1, 3))
    held = [today(school, school.teacher, day).roles for day in range(5)]
    both = {Role.TEACHER, H}
    assert held == [{Role.TEACHER}, both, both, both, {Role.TEACHER}]


def test_a_deputy_approves_and_the_trail_says_in_which_role(school: School) -> None:
    set_route(school, "in-order")
    name(school, headteacher(school), school.others[Role.TEACHER], H)
    acting = today(school, school.others[Role.TEACHER])
    post_id = school.in_review()
    school.approve(post_id)
    school.approve(post_id, acting)
    assert school.state(post_id) is State.RELEASED
    with school.parts.reading() as work:
        rows = {row.action: row for row in audit.of_post(work.session, post_id)}
        assert rows["approve"].acting_as == rows["release"].acting_as == ["headteacher"]
        assert rows["submit"].acting_as == []
        assert audit.verify(work.session) is None


def test_an_approval_of_a_deputy_stands_when_their_days_are_over(school: School) -> None:
    set_route(school, "both")
    name(school, headteacher(school), school.others[Role.TEACHER], H, (0, 0))
    post_id = school.in_review()
    school.approve(post_id, today(school, school.others[Role.TEACHER]))
    with later(school, days=2) as work:
        assert review.approve(work, school.head, post_id, cases.digest_of(work, cases.get(work, post_id)))


def test_law_3_a_deputy_never_approves_a_post_of_their_own(school: School) -> None:
    name(school, headteacher(school), school.teacher, H)
    acting, post_id = today(school, school.teacher), school.in_review()
    with pytest.raises(Refused, match="You wrote this post"):
        school.approve(post_id, acting)
    with school.parts.reading() as work:
        assert Action.APPROVE not in cases.offers(work, cases.get(work, post_id), acting)


def test_law_3_one_person_in_two_roles_counts_once(school: School) -> None:
    set_route(school, "both")
    name(school, headteacher(school), school.head, H)
    acting, post_id = today(school, school.head), school.in_review()
    school.approve(post_id, acting)
    with pytest.raises(Refused, match="not asked for now"):
        school.approve(post_id, acting)
    assert school.state(post_id) is State.IN_REVIEW


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (Role.HEADTEACHER, {A, H}),
        (Role.ADMINISTRATOR, {A, H}),
        (Role.ASSISTANT_HEAD, {A}),
        (Role.TEACHER, set()),
        (Role.DATA_LEAD, set()),
        (Role.RESOURCES_MANAGER, set()),
    ],
)
def test_who_names_deputies_for_which_role(school: School, who: Role, may: set[Role]) -> None:
    for role in (A, H):
        if role in may:
            name(school, school.people[who], school.others[Role.DATA_LEAD], role)
        else:
            with pytest.raises(NotYours):
                name(school, school.people[who], school.others[Role.DATA_LEAD], role)


def test_a_deputy_names_and_ends_no_deputies(school: School) -> None:
    row = name(school, headteacher(school), school.teacher, H)
    acting = today(school, school.teacher)
    with pytest.raises(NotYours):
        name(school, acting, school.others[Role.TEACHER], H)
    with pytest.raises(NotYours), school.parts.work() as work:
        deputies.end(work, acting, row)
    name(school, headteacher(school), school.head, H)
    assert deputies.may_name(today(school, school.head)) == {A}, "by the role of one's own"


def test_a_deputy_is_somebody_else_of_the_staff_on_days_that_make_sense(school: School) -> None:
    head, teacher = headteacher(school), school.teacher
    for who in (head, school.others[H], school.people[Role.ADMINISTRATOR], Actor(9999, Role.TEACHER)):
        with pytest.raises(Mistake):
            name(school, head, who, H)
    with pytest.raises(Mistake, match="somebody else"):
        name(school, head, head, A)
    for days in ((3, 1), (-5, -1)):
        with pytest.raises(Mistake, match="last day"):
            name(school, head, teacher, H, days)
    with pytest.raises(Mistake, match="at most 92 days"):
        name(school, head, teacher, H, (0, 92))
    name(school, head, school.others[Role.TEACHER], H, (0, 91))
    name(school, head, teacher, H, (0, 3))
    with pytest.raises(Mistake, match="already"):
        name(school, head, teacher, H, (3, 9))
    with pytest.raises(NotYours):
        name(school, head, teacher, Role.DATA_LEAD)


def test_ended_before_its_time_it_is_over_at_once(school: School) -> None:
    set_route(school, "both")
    row = name(school, headteacher(school), school.teacher, H)
    author = school.others[Role.TEACHER]
    post_id, other = school.in_review(author=author), school.in_review(author=author)
    school.approve(post_id, today(school, school.teacher))
    with school.parts.work() as work:
        deputies.end(work, school.people[Role.ADMINISTRATOR], row)
    assert today(school, school.teacher).acting == frozenset()
    with pytest.raises(Refused, match="not yours"):
        school.approve(other, today(school, school.teacher))
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED, "what was approved while it lasted stands"
    with pytest.raises(NotFound), school.parts.work() as work:
        deputies.end(work, headteacher(school), row)
    with school.parts.reading() as work:
        assert deputies.listed(work) == []


def test_a_publisher_who_stands_in_sees_the_photos_to_decide_about(school: School) -> None:
    post_id = school.in_review(small(listed_portrait(0)))
    name(school, headteacher(school), school.manager, A)
    with school.parts.reading() as work:
        post = cases.get(work, post_id)
        assert not board.shows_photos(school.manager, post)
        assert board.shows_photos(deputies.actor_of(work, work.session.get_one(User, school.manager.id)), post)


def test_whoever_became_administrator_deputises_no_longer(school: School) -> None:
    name(school, headteacher(school), school.teacher, H)
    with school.parts.work() as work:
        work.session.get_one(User, school.teacher.id).role = Role.ADMINISTRATOR
    assert today(school, school.teacher).roles == {Role.ADMINISTRATOR}
