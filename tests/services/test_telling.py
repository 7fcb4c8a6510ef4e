"""Being told: written in the transaction of what happened, to those whom it concerns, until it is no longer true."""

from datetime import timedelta

import pytest

from moderation.db.models import NewsRow, Person, Post
from moderation.rules.import_changes import MANY
from moderation.rules.roles import SYSTEM, Actor, Role
from moderation.rules.telling import News, Pace, Topic
from moderation.rules.workflow import Action, Refused, State
from moderation.services import (
    acceptance,
    cases,
    intake,
    news,
    publishing,
    purging,
    review,
    scanning,
    staff,
    telling,
)
from moderation.services.acceptance import PolicyForm
from moderation.services.work import Mistake
from tests.builders import School
from tests.services.exports import apply, begin, pupils, table
from tests.services.mailing import MONDAY, Told, london, told_school
from tests.services.moments import rows
from tests.services.test_withdrawal import KIT_OPEN, bring_to, draft_of, grant, withdrawn


@pytest.fixture
def told(school: School) -> Told:
    return told_school(school, None)


def kinds(told: Told, actor: Actor) -> list[News]:
    return [row.news for row in told.news(actor)]


def by_program(told: Told, post_id: int, action: Action) -> None:
    with told.parts.work() as work:
        post = cases.get(work, post_id)
        cases.move(work, post, action, SYSTEM, cases.case_of(work, post))
        if post.state is State.CHECKING:
            scanning.order(work, post)


def test_the_author_hears_of_every_step_and_those_who_act_next_are_told(told: Told) -> None:
    school = told.school
    post_id = school.live()
    with told.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "The family asked.")
    assert kinds(told, school.teacher) == [News.OWN_CHECKED, News.OWN_APPROVED, News.OWN_LIVE, News.OWN_DOWN]
    assert kinds(told, school.others[Role.ASSISTANT_HEAD]) == [News.WAITS, News.LIVE, News.DOWN]
    assert kinds(told, school.manager) == [News.READY], "nobody is told what they did themselves"
    assert kinds(told, school.data_lead) == [News.DOWN]
    assert kinds(told, school.others[Role.TEACHER]) == kinds(told, school.people[Role.ADMINISTRATOR]) == []


def test_law_8_what_is_undone_was_never_told(told: Told) -> None:
    post_id = told.school.in_review()
    before = rows(told.school, NewsRow)
    with pytest.raises(ZeroDivisionError), told.parts.work() as work:
        review.decide(work, told.school.head, post_id, Action.STOP, "Not today.")
        assert work.session.query(NewsRow).count() > before
        raise ZeroDivisionError
    assert rows(told.school, NewsRow) == before


def test_a_post_of_an_approver_waits_for_the_others(told: Told) -> None:
    school = told.school
    school.in_review(author=school.head)
    assert kinds(told, school.head) == [News.OWN_CHECKED]
    assert kinds(told, school.others[Role.ASSISTANT_HEAD]) == [News.WAITS]


def test_a_post_does_not_wait_for_whoever_changed_it_last(told: Told) -> None:
    school, other = told.school, told.school.others[Role.ASSISTANT_HEAD]
    post_id = school.submit()
    with told.parts.work() as work:
        cases.get(work, post_id).last_editor_id = other.id or 0
    school.run_checks(post_id)
    assert kinds(told, school.head) == [News.WAITS] and kinds(told, other) == []


def test_checks_that_run_again_tell_nobody_twice(told: Told) -> None:
    post_id = told.school.in_review()
    told.school.person("p1", "Harvey", "Pemberton")  # the roll moves on: the words are checked again
    told.later(minutes=5)
    by_program(told, post_id, Action.RECHECK)
    told.school.run_checks(post_id)
    assert told.school.state(post_id) is State.IN_REVIEW
    assert kinds(told, told.school.head) == [News.WAITS]


def test_what_was_decided_is_no_longer_new(told: Told) -> None:
    post_id = told.school.in_review()
    told.school.approve(post_id)
    with told.parts.reading() as work:
        assert [entry.row.news for entry in news.unread(work, told.school.others[Role.ASSISTANT_HEAD])] == []
        assert [entry.row.news for entry in news.unread(work, told.school.manager)] == [News.READY]


def test_a_post_that_waits_too_long_is_told_again_then_to_the_headteacher(told: Told) -> None:
    school = told.school
    headteacher = school.people[Role.HEADTEACHER]
    told.at(london("2026-11-26 10:00"))  # a Thursday
    post_id = school.in_review()
    told.at(london("2026-11-27 09:59"))
    assert told.told_again() == []
    told.at(london("2026-11-27 10:00"))
    assert told.told_again() == [News.LATE] and told.told_again() == []
    told.at(london("2026-11-29 10:00"))
    assert told.told_again() == [], "nobody waits on a Sunday"
    told.at(london("2026-11-30 10:00"))
    assert told.told_again() == [News.ESCALATED] and told.told_again() == []
    assert kinds(told, headteacher) == [News.WAITS, News.LATE, News.ESCALATED]
    assert kinds(told, school.head) == [News.WAITS, News.LATE]
    school.approve(post_id)
    told.later(days=30)
    assert told.told_again() == []


def test_a_post_that_is_wanted_soon_is_told_again_in_time(told: Told) -> None:
    post_id = wanted(told, "2026-11-23 15:00")
    told.school.run_checks(post_id)
    assert told.told_again() == []
    told.at(london("2026-11-23 11:00"))
    assert told.told_again() == [News.WANTED_SOON]
    told.at(london("2026-11-23 14:00"))
    assert told.told_again() == [News.ESCALATED]


def wanted(told: Told, by: str) -> int:
    post_id = told.school.draft()
    with told.parts.work() as work:
        assert intake.want_by(work, told.school.teacher, post_id, london(by)) == []
        intake.submit(work, told.school.teacher, post_id)
    return post_id


def test_law_11_a_post_whose_time_has_passed_asks_again(told: Told) -> None:
    school = told.school
    post_id = wanted(told, "2026-11-23 15:00")
    school.run_checks(post_id)
    school.approve(post_id)
    with told.parts.reading() as work:
        approval = cases.standing_approval(work, cases.get(work, post_id))
        assert approval and approval.expires_at == london("2026-11-23 15:00"), "the yes is for before"
    told.at(london("2026-11-23 15:01"))
    by_program(told, post_id, Action.EXPIRE)
    assert kinds(told, school.teacher)[-1] is News.OWN_EXPIRED and kinds(told, school.head)[-1] is News.EXPIRED
    digest = school.digest(post_id)
    with pytest.raises(Refused, match="Tick that it may still go out"), told.parts.work() as work:
        review.approve(work, school.head, post_id, digest)
    with told.parts.work() as work:
        review.approve(work, school.head, post_id, digest, still_meant=True)
    assert school.state(post_id) is State.RELEASED


def test_a_time_that_has_passed_is_told_and_not_kept(told: Told) -> None:
    post_id = told.school.draft()
    with told.parts.work() as work:
        assert intake.want_by(work, told.school.teacher, post_id, london("2026-11-23 09:00"))
        assert work.session.get_one(Post, post_id).wanted_by is None


def test_a_person_chooses_a_pace_for_a_topic_and_nobody_chooses_for_what_is_urgent(told: Told) -> None:
    school = told.school
    with told.parts.work() as work:
        news.choose(work, school.teacher, {Topic.OWN: Pace.NONE})
        news.choose(work, school.head, {Topic.DECIDE: Pace.AT_ONCE})
        with pytest.raises(Mistake):
            news.choose(work, school.teacher, {Topic.DECIDE: Pace.NONE})
        with pytest.raises(Mistake):
            news.choose(work, school.teacher, {Topic.OWN: Pace.URGENT})
    post_id = school.in_review()
    with told.parts.work() as work:
        review.decide(work, school.head, post_id, Action.STOP, "Not today.")
    assert [(row.news, row.due_at) for row in told.news(school.teacher)] == [
        (News.OWN_CHECKED, None),
        (News.OWN_STOPPED, MONDAY),
    ]
    assert [row.due_at for row in told.news(school.others[Role.ASSISTANT_HEAD], News.STOPPED)] == [MONDAY]


def test_what_is_read_on_the_page_is_not_sent_as_well(told: Told) -> None:
    school = told.school
    school.in_review()
    (row,) = told.news(school.head)
    assert row.due_at == london("2026-11-23 12:30")
    with told.parts.work() as work:
        assert news.read(work, school.head, row.id) == f"/review/{row.post_id}"
    (row,) = told.news(school.head)
    assert row.read_at == MONDAY and row.due_at is None


def test_somebody_in_another_role_now_does_not_see_what_they_were_told_in_the_old_one(told: Told) -> None:
    school = told.school
    school.in_review()
    with told.parts.work() as work:
        staff.set_role(work, school.people[Role.ADMINISTRATOR], school.head.id or 0, Role.TEACHER)
    with told.parts.reading() as work:
        assert news.unread(work, Actor(school.head.id, Role.TEACHER)) == []


def test_the_school_sets_its_times_and_what_waits_is_reckoned_anew(told: Told) -> None:
    school = told.school
    school.in_review()
    hours = telling.SchoolTimes
    administrator = school.people[Role.ADMINISTRATOR]
    with told.parts.work() as work:
        now = telling.school_times(work)
        telling.set_school_times(
            work, administrator, hours(now.zone, digests=telling.read_times("11:15"), late_after=3)
        )
    assert [row.due_at for row in told.news(school.head)] == [london("2026-11-23 11:15")]
    with told.parts.work() as work:
        assert telling.school_times(work).late_after == 3
        for wrong in ({"digests": ()}, {"digests": telling.read_times("19:00")}, {"late_after": 0}):
            with pytest.raises(Mistake):
                telling.set_school_times(work, administrator, hours(now.zone, **wrong))  # type: ignore[arg-type]


def test_the_last_word_of_a_purged_post_goes_with_it(told: Told) -> None:
    school = told.school
    post_id = school.live()
    assert told.news()
    with told.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "The family asked.")
        purging.post(work, SYSTEM, cases.get(work, post_id))
    assert told.news() == []


def test_a_withdrawal_tells_at_once_who_has_the_post_in_hand_and_what_has_to_be_taken_down(told: Told) -> None:
    school = told.school
    person = school.person("p1", "Harvey", "Pemberton")
    permission = grant(school, person)
    opened, live = draft_of(school, person), draft_of(school, person, caption="Another day.")
    bring_to(school, opened, KIT_OPEN)
    bring_to(school, live, State.LIVE)
    told.at(london("2026-11-28 23:00"))  # a Saturday night
    withdrawn(school, person, permission)
    since = [row for row in told.news() if row.at == told.now]
    assert all(row.due_at == told.now for row in since if row.news is not News.LOOKED_BACK)
    heard = {(row.user_id, row.news, row.post_id) for row in since}
    assert {(school.manager.id, News.PERHAPS_OUT, opened), (school.manager.id, News.MUST_GO, live)} <= heard
    assert {(school.teacher.id, News.OWN_HELD, opened), (school.teacher.id, News.OWN_MUST_GO, live)} <= heard
    assert {(school.head.id, News.MUST_GO, live), (school.data_lead.id, News.LOOKED_BACK, None)} <= heard


def test_a_large_import_waits_for_somebody_else(told: Told) -> None:
    import_id = begin(told.school, table(*pupils(MANY + 1, "Yes", "")))
    apply(told.school, import_id)
    asked = {row.user_id for row in told.news(only=News.IMPORT_WAITS) if row.about == import_id}
    confirmers = {Role.ASSISTANT_HEAD, Role.HEADTEACHER, Role.DATA_LEAD}
    everybody = {actor.id for role in confirmers for actor in (told.school.people[role], told.school.others[role])}
    assert asked == everybody - {told.school.data_lead.id}


def test_a_permission_to_match_that_ends_in_a_month_is_told_once(told: Told) -> None:
    person = told.school.person("p1", "Harvey", "Pemberton", no_publish=True, may_match=True)
    with told.parts.reading() as work:
        permission = work.session.get_one(Person, person.id).matching_permission
        last = permission.ends_on if permission else None
    assert last and told.told_again() == []
    told.at(london(f"{last - timedelta(days=30)} 10:00"))
    assert told.told_again() == [News.RECOGNITION_ENDS] and told.told_again() == []
    assert [row.about for row in told.news(told.school.data_lead, News.RECOGNITION_ENDS)] == [person.id]


def test_everybody_hears_of_a_new_policy_until_they_have_signed_it(told: Told) -> None:
    school, writer = told.school, told.school.people[Role.HEADTEACHER]
    with told.parts.work() as work:
        acceptance.publish(work, writer, PolicyForm("Be kind.", work.today))
    people = [actor for some in (school.people, school.others) for actor in some.values()]
    assert {actor for actor in people if News.POLICY in kinds(told, actor)} == set(people) - {writer}
    with told.parts.work() as work:
        acceptance.sign(work, school.teacher, 1, "Zoë Łukasz")
        assert News.POLICY not in [entry.row.news for entry in news.unread(work, school.teacher)]
        assert News.POLICY in [entry.row.news for entry in news.unread(work, school.head)]
