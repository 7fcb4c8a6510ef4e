"""Reminders to parents: words alone, let out by their owner or a head, never by who asked; urgent ones first."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest

from moderation.db.models import LookBack, NewsRow, Post
from moderation.rules.findings import Detector, Kind, Resolution, Sighting
from moderation.rules.looking_back import Cause, Way
from moderation.rules.post_kinds import PostKind
from moderation.rules.roles import APPROVERS, Actor, Role
from moderation.rules.telling import News
from moderation.rules.workflow import TRANSITIONS, Action, NotYours, Refused, State
from moderation.services import (
    board,
    cases,
    checks,
    intake,
    lookback,
    publishing,
    purging,
    register,
    reminders,
    review,
    route_changes,
    routes,
    telling,
    withdrawal,
)
from moderation.services.intake import Words
from moderation.services.looking import Looker
from moderation.services.reminders import Asked
from moderation.services.work import NotFound, Work
from tests.acceptance.deciding import finish_checks, name_deputy
from tests.builders import LINK, School, open_school
from tests.services.moments import small_photo

CLOSED = "The school is closed tomorrow: no heating."


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """No check looks at anything here: nothing but words is handed in."""
    return open_school(tmp_path_factory.mktemp("reminders") / "instance", Looker())


def ask(school: School, author: Actor | None = None, urgent: bool = False, link: str = "", words: str = CLOSED) -> int:
    """A reminder, handed in; its checks have ended without a finding."""
    author = author or school.teacher
    with school.parts.work() as work:
        asked = Asked(Words(words, (school.account.id,)), link, urgent)
        post, problems = reminders.save(work, author, None, asked)
        assert problems == []
        intake.submit(work, author, post.id)
        finish_checks(work, post.id)
        return post.id


def ask_post(school: School) -> int:
    with school.parts.work() as work:
        post, _ = intake.save(work, school.teacher, None, Words("A good day.", (school.account.id,)), [])
        intake.submit(work, school.teacher, post.id)
        finish_checks(work, post.id)
        return post.id


def sensitive(school: School, post_id: int) -> None:
    with school.parts.work() as work:
        route_changes.mark_sensitive(work, school.teacher, post_id)


def set_reminders(school: School, name: str) -> None:
    with school.parts.work() as work:
        now = routes.in_force(work)
        route_changes.set_route(work, school.people[Role.ADMINISTRATOR], now.route, now.extra, name)


# Everything that somebody who decides can do to a post that waits.
DEEDS: dict[str, Callable[[Work, Actor, int], object]] = {
    "settle": lambda work, actor, post_id: review.settle(
        work, actor, post_id, [1], review.Word(Resolution.FALSE_ALARM, "No"), digest(work, post_id)
    ),
    "open again": lambda work, actor, post_id: review.unsettle(work, actor, post_id, [1], digest(work, post_id)),
    "agree": lambda work, actor, post_id: review.agree(work, actor, post_id, 1, digest(work, post_id)),
    "approve": lambda work, actor, post_id: review.approve(work, actor, post_id, digest(work, post_id)),
    "take own back": review.take_own_back,
    "send back": lambda work, actor, post_id: review.decide(work, actor, post_id, Action.SEND_BACK, "Why"),
    "resume": lambda work, actor, post_id: review.decide(work, actor, post_id, Action.RESUME, "Why"),
    "unapprove": lambda work, actor, post_id: review.decide(work, actor, post_id, Action.UNAPPROVE, "Why"),
    "remove a photo": lambda work, actor, post_id: review.remove_photo(work, actor, post_id, 1, digest(work, post_id)),
}


ROW_OF = {"settle": Action.SETTLE, "open again": Action.SETTLE, "agree": Action.SETTLE, "approve": Action.APPROVE} | {
    "take own back": Action.TAKE_OWN_BACK,
    "send back": Action.SEND_BACK,
    "resume": Action.RESUME,
    "unapprove": Action.UNAPPROVE,
    "remove a photo": Action.REMOVE_PHOTO,
}


def digest(work: Work, post_id: int) -> str:
    return cases.digest_of(work, cases.get(work, post_id))


def test_law_3_a_publisher_can_do_nothing_to_a_post_in_whatever_state_it_is(school: School) -> None:
    post_id, tried = ask_post(school), 0
    for (name, deed), state in product(DEEDS.items(), State):
        with pytest.raises(Refused) as refused, school.parts.work() as work:  # what raises is undone
            cases.get(work, post_id).state = state
            deed(work, school.manager, post_id)
        sources = next(row.sources for row in TRANSITIONS if row.action is ROW_OF[name])
        assert state not in sources or refused.type is NotYours, (name, state)
        tried += 1
    assert tried == len(DEEDS) * len(State)
    assert school.state(post_id) is State.IN_REVIEW
    with school.parts.reading() as work:
        assert routes.approvals(work, cases.get(work, post_id)) == []


def test_the_resources_manager_lets_a_reminder_out_alone_and_it_goes_the_way_of_every_post(school: School) -> None:
    post_id = ask(school, link="www.school.example/closed")
    school.approve(post_id, school.manager)
    assert school.state(post_id) is State.RELEASED
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
        kit = dict(publishing.kit_files(work, school.manager, post_id).files)
        publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK})
    assert kit["caption.txt"].decode() == f"{CLOSED}\n\nhttps://www.school.example/closed"
    with school.parts.reading() as work:
        newest = reminders.lately(work, timedelta(days=1))[0]
    assert (newest.post.id, newest.post.author.name) == (post_id, "teacher 1")
    assert [(one.user.name, one.given.roles) for one in newest.approvals] == [
        ("resources manager 1", frozenset({Role.RESOURCES_MANAGER}))
    ]
    assert [one.link for one in newest.publications] == [LINK]


@pytest.mark.parametrize("role", [Role.RESOURCES_MANAGER, *sorted(APPROVERS)])
def test_law_3_nobody_lets_out_what_they_asked_for_or_changed_last(school: School, role: Role) -> None:
    me, other = school.people[role], school.others[role]
    post_id = ask(school, author=me)
    with pytest.raises(Refused, match="You wrote this post"):
        school.approve(post_id, me)
    with school.parts.work() as work:
        cases.get(work, post_id).last_editor_id = other.id or 0
    with pytest.raises(Refused, match="the last to change"):
        school.approve(post_id, other)
    assert school.state(post_id) is State.IN_REVIEW


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DATA_LEAD, Role.ADMINISTRATOR])
def test_law_3_nobody_else_decides_about_a_reminder(school: School, role: Role) -> None:
    post_id = ask(school, author=school.head)
    for deed in DEEDS.values():
        with pytest.raises(NotYours), school.parts.work() as work:
            deed(work, school.people[role], post_id)


def test_a_sensitive_reminder_goes_to_the_headteacher_too(school: School) -> None:
    ticked, word = ask(school), ask(school, words="There was an accident on Mill Lane: come by the other gate.")
    sensitive(school, ticked)
    for post_id in (ticked, word):
        school.approve(post_id, school.manager)
        assert school.state(post_id) is State.IN_REVIEW
        school.approve(post_id, school.people[Role.HEADTEACHER])
        assert school.state(post_id) is State.RELEASED


def test_a_school_can_leave_reminders_to_the_heads(school: School) -> None:
    post_id = ask(school)
    set_reminders(school, "heads")
    with pytest.raises(Refused, match="not asked for now"):
        school.approve(post_id, school.manager)
    released = ask(school)
    set_reminders(school, "office")
    school.approve(released, school.manager)
    set_reminders(school, "heads")
    assert school.state(released) is State.IN_REVIEW, "a stricter route counts at once"
    school.approve(released, school.head)
    assert school.state(released) is State.RELEASED
    set_reminders(school, "office")


def test_the_route_of_posts_and_that_of_reminders_are_set_apart(school: School) -> None:
    with school.parts.reading() as work:
        before = routes.in_force(work)
    set_reminders(school, "heads")
    with school.parts.reading() as work:
        assert (routes.in_force(work).route, routes.in_force(work).reminders) == (before.route, "heads")
    set_reminders(school, "office")


def test_what_was_stopped_goes_on_by_a_heads_word_alone(school: School) -> None:
    post_id = ask(school)
    with school.parts.work() as work:
        review.decide(work, school.people[Role.DATA_LEAD], post_id, Action.STOP, "It is not true")
    with pytest.raises(NotYours), school.parts.work() as work:
        review.decide(work, school.manager, post_id, Action.RESUME, "It is")
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.RESUME, "It is")
        assert cases.get(work, post_id).state is not State.STOPPED


def test_a_match_in_words_is_never_let_through_by_a_publisher_even_where_two_approvers_may(school: School) -> None:
    with school.parts.work() as work:
        route_changes.set_matches_by_two(work, school.people[Role.ADMINISTRATOR], True)
    post_id = ask(school)
    with school.parts.work() as work:
        scan = checks.current_scans(work, cases.get(work, post_id))[0]
        finding = checks.finding_of(Sighting(Detector.WORDS, Kind.NAME_MATCH, evidence="reads “Harvey”"))
        scan.findings.append(finding)
        work.session.flush()
        number = finding.id
    allow = review.Word(Resolution.ALLOWED, "It is meant")
    with pytest.raises(Refused, match="cannot be settled like that"), school.parts.work() as work:
        review.settle(work, school.manager, post_id, [number], allow, digest(work, post_id))
    with school.parts.work() as work:
        review.settle(work, school.head, post_id, [number], allow, digest(work, post_id))
    with pytest.raises(NotYours), school.parts.work() as work:
        review.agree(work, school.manager, post_id, number, digest(work, post_id))
    with school.parts.work() as work:
        review.settle(
            work,
            school.manager,
            post_id,
            [number],
            review.Word(Resolution.FALSE_ALARM, "A word"),
            digest(work, post_id),
        )
        route_changes.set_matches_by_two(work, school.people[Role.ADMINISTRATOR], False)
    school.approve(post_id, school.manager)


def test_no_picture_gets_into_a_reminder(school: School) -> None:
    with school.parts.work() as work:
        post, _ = reminders.save(work, school.teacher, None, Asked(Words(CLOSED, (school.account.id,))))
    prepared, _ = intake.prepare([intake.Upload("IMG_1.jpg", small_photo())])
    with school.parts.work() as work:
        _, problems = intake.save(work, school.teacher, post.id, Words(CLOSED, (school.account.id,)), prepared)
        assert cases.get(work, post.id).every_photo == []
    assert problems == [
        "IMG_1.jpg: a reminder goes out as words alone, so this picture was left out. Write a post to show it."
    ]


def test_a_post_is_no_reminder_and_never_becomes_one(school: School) -> None:
    with school.parts.work() as work:
        post, _ = intake.save(work, school.teacher, None, Words("A good day."), [])
    with pytest.raises(NotFound), school.parts.work() as work:
        reminders.save(work, school.teacher, post.id, Asked(Words(CLOSED)))
    assert school.post(post.id).kind is PostKind.POST


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://school.example/a?b=1", "https://school.example/a?b=1"),
        ("www.school.example", "https://www.school.example"),
        (" ", None),
        ("two words.example", "unkept"),
        ("javascript:alert(1)", "unkept"),
        ("ftp://school.example", "unkept"),
        ("closed", "unkept"),
        ("http://[", "unkept"),
    ],
)
def test_a_link_is_a_web_address_or_is_asked_for_again(school: School, typed: str, kept: str | None) -> None:
    with school.parts.work() as work:
        post, problems = reminders.save(work, school.teacher, None, Asked(Words(CLOSED), typed))
        assert (problems == [reminders.NO_LINK], post.link) == (kept == "unkept", None if kept == "unkept" else kept)


@pytest.mark.parametrize(
    ("link", "kinds"),
    [
        ("school.example/closed?from=22-01", set()),
        ("www.school.example/harvey-pemberton", {Kind.NAME_MATCH}),
        ("school.example/HarveyPemberton", {Kind.NAME_MATCH}),
        ("school.example/?who=Harvey%20Pemberton", {Kind.NAME_MATCH}),
        ("school.example/call/07700900123", {Kind.TEXT_PERSONAL}),
        ("school.example/?to=parent@mail.example", {Kind.TEXT_PERSONAL}),
        ("school.example/harvey-pemberton/@map", {Kind.NAME_MATCH, Kind.TEXT_PERSONAL}),
    ],
)
def test_a_name_or_a_detail_in_the_link_is_a_flag_and_the_link_itself_is_none(
    school: School, link: str, kinds: set[Kind]
) -> None:
    with school.parts.reading() as work:
        if register.is_empty(work):
            school.person("p1", "Harvey", "Pemberton")
    with school.parts.work() as work:
        asked = Asked(Words(CLOSED, (school.account.id,)), link)
        post, _ = reminders.save(work, school.teacher, None, asked)
        intake.submit(work, school.teacher, post.id)
    school.run_checks(post.id)
    assert {finding.kind for finding in school.findings(post.id) if finding.must_be_settled} == kinds


def test_another_link_is_another_post_and_goes_with_it_when_its_time_is_over(school: School) -> None:
    with school.parts.work() as work:
        post, _ = reminders.save(work, school.teacher, None, Asked(Words(CLOSED), "school.example/a"))
        before = digest(work, post.id)
        reminders.save(work, school.teacher, post.id, Asked(Words(CLOSED), "school.example/b"))
        assert digest(work, post.id) != before
        purging.post(work, school.data_lead, post)
        assert post.link is None


def test_a_look_back_finds_a_name_that_stands_in_the_link_alone(school: School) -> None:
    post_id = ask(school, link="school.example/wilhelmina-quarrell")
    school.approve(post_id, school.manager)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
        publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK})
    person = school.person("w1", "Wilhelmina", "Quarrell")
    with school.parts.work() as work:
        look_back = withdrawal.start(work, school.data_lead, person.id, Cause.BY_HAND).id
    lookback.run(school.parts.work, school.parts.reading, Looker(), look_back)
    with school.parts.reading() as work:
        found = lookback.progress(work, work.session.get_one(LookBack, look_back)).found
        assert [(row.post_id, row.ways) for row in found] == [(post_id, (Way.WORDS,))]


def test_urgent_ones_come_first_wherever_they_wait_then_the_soonest_wanted(school: School) -> None:
    post_id, plain, wanted, urgent = ask_post(school), ask(school), ask(school), ask(school, urgent=True)
    with school.parts.work() as work:
        cases.get(work, wanted).wanted_by = work.now + timedelta(days=1)

    def these(posts: list[Post]) -> list[int]:
        return [post.id for post in posts if post.id in (post_id, plain, wanted, urgent)]

    with school.parts.reading() as work:
        assert these(review.waiting(work, school.manager)) == [urgent, wanted, plain]
        assert these(review.waiting(work, school.head)) == [urgent, post_id, plain, wanted]
        assert these(board.under_way(work)) == [urgent, post_id, plain, wanted]
        assert cases.get(work, review.next_for(work, school.manager) or 0).urgent
    for reminder in (plain, urgent):
        school.approve(reminder, school.manager)
    with school.parts.reading() as work:
        assert these(publishing.columns(work)[State.RELEASED]) == [urgent, plain]
        assert these(review.asking(work, school.manager)) == [wanted]


def told(school: School, post_id: int) -> set[tuple[str, News]]:
    """Who was told what about it, but its author."""
    with school.parts.reading() as work:
        rows = work.session.query(NewsRow).where(NewsRow.post_id == post_id, NewsRow.user_id.is_not(None)).all()
        names = {actor.id: actor.role for people in (school.people, school.others) for actor in people.values()}
        return {(names[row.user_id], row.news) for row in rows if not row.news.name.startswith("OWN_")}


def test_owners_are_told_of_a_reminder_and_heads_only_of_an_urgent_one(school: School) -> None:
    owners, heads = {"resources manager"}, {"assistant head", "headteacher"}
    assert told(school, ask(school)) == {(role, News.WAITS) for role in owners}
    assert told(school, ask(school, urgent=True)) == {(role, News.URGENT_WAITS) for role in owners | heads}
    assert told(school, ask_post(school)) == {(role, News.WAITS) for role in heads}


def test_where_no_owner_can_decide_the_heads_are_told(school: School) -> None:
    set_reminders(school, "heads")
    assert {role for role, _ in told(school, ask(school))} == {"assistant head", "headteacher"}
    set_reminders(school, "office")
    post_id = ask(school)
    sensitive(school, post_id)
    school.approve(post_id, school.manager)
    assert ("headteacher", News.WAITS) in told(school, post_id), "only they can give what is missing"


def test_a_channel_of_the_office_is_told_of_no_post(school: School) -> None:
    with school.parts.work() as work:
        for post_id, roles in ((ask_post(school), APPROVERS), (ask(school), {Role.RESOURCES_MANAGER})):
            assert telling.whose(work, News.WAITS, cases.get(work, post_id)) == roles


def test_a_deputy_of_a_head_from_the_office_decides_about_both(school: School) -> None:
    acting = name_deputy(school, school.others[Role.RESOURCES_MANAGER], Role.ASSISTANT_HEAD)
    for post_id in (ask_post(school), ask(school)):
        school.approve(post_id, acting)
        assert school.state(post_id) is State.RELEASED
