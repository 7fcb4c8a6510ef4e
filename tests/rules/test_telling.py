"""Who is told what: the table is whole, the urgent cannot be switched off, and every step tells its author."""

import re
from itertools import product

import pytest

from moderation.rules.letters import MOST, compose
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.telling import LINES, News, Pace, Topic, ended_by, pace_of, roles_of, topics_of
from moderation.rules.told_moves import of_move
from moderation.rules.workflow import TRANSITIONS, Action, State

QUIET = {"flags": False, "withdrawn": False, "kit": False}
# The steps that an author is told of, and the news that tells them.
STEPS = {
    (Action.FINISH_CHECKS, State.CHECKING): News.OWN_CHECKED,
    (Action.COVER, State.IN_REVIEW): News.OWN_CHANGED,
    (Action.REMOVE_PHOTO, State.IN_REVIEW): News.OWN_CHANGED,
    (Action.SEND_BACK, State.IN_REVIEW): News.OWN_SENT_BACK,
    (Action.SEND_BACK, State.STOPPED): News.OWN_SENT_BACK,
    (Action.RELEASE, State.IN_REVIEW): News.OWN_APPROVED,
    (Action.ASK_AGAIN, State.RELEASED): News.OWN_LOST,
    (Action.RECHECK, State.RELEASED): News.OWN_LOST,
    (Action.EXPIRE, State.RELEASED): News.OWN_EXPIRED,
    (Action.UNAPPROVE, State.RELEASED): News.OWN_LOST,
    (Action.STOP, State.CHECKING): News.OWN_STOPPED,
    (Action.STOP, State.IN_REVIEW): News.OWN_STOPPED,
    (Action.STOP, State.SENT_BACK): News.OWN_STOPPED,
    (Action.STOP, State.RELEASED): News.OWN_STOPPED,
    (Action.RESUME, State.STOPPED): News.OWN_RESUMED,
    (Action.MARK_LIVE, State.RELEASED): News.OWN_LIVE,
    **{
        (Action.OUT_UNASKED, state): News.OWN_STOPPED
        for state in (State.RELEASED, State.CHECKING, State.IN_REVIEW, State.STOPPED)
    },
    **{
        (Action.TAKE_DOWN, state): News.OWN_DOWN
        for state in (State.LIVE, State.RELEASED, State.CHECKING, State.IN_REVIEW, State.STOPPED)
    },
}
SAFEGUARDING = {News.OWN_STOPPED, News.OWN_HELD, News.OWN_MUST_GO, News.OWN_DOWN} | {
    *(News.STOPPED, News.HELD, News.PERHAPS_OUT, News.MUST_GO, News.DOWN, News.FROZEN, News.THAWED),
    *(
        News.CONCERN_NOW,
        News.CONCERN_LATE,
        News.TAKEDOWN_LATE,
        News.CHECK_FAILED,
        News.NOT_AS_APPROVED,
        News.NOT_REMOVED,
    ),
}


def test_what_is_held_until_a_time_is_not_ready_yet_and_everything_else_is_told() -> None:
    for row in TRANSITIONS:
        for source in row.sources:
            told = [of_move(row.action, source, row.target, **QUIET, held=held) for held in (False, True)]
            assert told[1] == told[0] - {News.READY}
    assert News.READY in of_move(Action.RELEASE, State.IN_REVIEW, State.RELEASED, **QUIET)


def test_every_line_says_what_happened_in_a_sentence_and_nothing_of_a_post() -> None:
    assert set(LINES) == set(News)
    for news, line in LINES.items():
        assert re.fullmatch(r"[A-Z][^{}%]*[.?]", line.sentence), news
        assert re.fullmatch(r"/[a-z/-]+(\{\}[a-z/-]*)?", line.page), news
        assert roles_of(news) <= SIGN_INS


@pytest.mark.parametrize(
    ("action", "source"), [(row.action, source) for row in TRANSITIONS for source in sorted(row.sources)]
)
def test_every_step_that_another_takes_is_told_to_the_author(action: Action, source: State) -> None:
    row = next(row for row in TRANSITIONS if row.action is action)
    told = {news for news in of_move(action, source, row.target, **QUIET) if news.name.startswith("OWN_")}
    assert told == ({STEPS[action, source]} if (action, source) in STEPS else set())


@pytest.mark.parametrize(
    ("action", "source", "facts", "told"),
    [
        (Action.FINISH_CHECKS, State.CHECKING, {"flags": True}, {News.OWN_FLAGS, News.WAITS}),
        (Action.RECHECK, State.RELEASED, {"withdrawn": True}, {News.OWN_HELD, News.HELD}),
        (Action.RECHECK, State.RELEASED, {"withdrawn": True, "kit": True}, {News.OWN_HELD, News.PERHAPS_OUT}),
        (Action.RECHECK, State.RELEASED, {"kit": True}, {News.OWN_LOST, News.LOST}),
        (Action.RECHECK, State.IN_REVIEW, {"withdrawn": True}, set()),
        (Action.TAKE_BACK, State.RELEASED, {}, {News.LOST}),
        (Action.TAKE_BACK, State.IN_REVIEW, {}, set()),
        (Action.EXPIRE, State.RELEASED, {}, {News.OWN_EXPIRED, News.EXPIRED}),
    ],
)
def test_what_else_a_move_tells(action: Action, source: State, facts: dict[str, bool], told: set[News]) -> None:
    target = next(row.target for row in TRANSITIONS if row.action is action)
    assert of_move(action, source, target, **{**QUIET, **facts}) == told


def test_one_yes_of_several_tells_nobody_that_it_is_ready() -> None:
    assert of_move(Action.APPROVE, State.IN_REVIEW, State.IN_REVIEW, **QUIET) == set()


@pytest.mark.parametrize(("news", "chosen"), list(product(News, (None, *Pace))))
def test_nobody_can_switch_off_what_protects_a_child(news: News, chosen: Pace | None) -> None:
    ways_in = {News.SECOND_STEP_RESET, News.WAY_IN_CHANGED, News.INVITED}
    assert (LINES[news].pace is Pace.URGENT) is (news in SAFEGUARDING | ways_in)
    if LINES[news].pace is Pace.URGENT:
        assert pace_of(news, chosen) is Pace.URGENT
    elif chosen is not None and LINES[news].pace is not Pace.NONE:
        assert pace_of(news, chosen) is chosen


def test_each_role_can_choose_for_what_it_is_told_and_for_nothing_else() -> None:
    assert topics_of(Role.TEACHER) == (Topic.OWN, Topic.POLICY, Topic.ACCOUNTS, Topic.CONCERNS)
    assert topics_of(Role.RESOURCES_MANAGER) == (
        Topic.OWN,
        Topic.DECIDE,
        Topic.PUBLISH,
        Topic.POLICY,
        Topic.ACCOUNTS,
        Topic.CONCERNS,
    )
    assert topics_of(Role.DATA_LEAD) == (Topic.OWN, Topic.REGISTER, Topic.POLICY, Topic.ACCOUNTS, Topic.CONCERNS)
    assert topics_of(Role.ADMINISTRATOR) == (
        Topic.POLICY,
        Topic.ACCOUNTS,
        Topic.CONCERNS,
    )


def test_what_is_no_longer_true_ends_with_the_move_that_made_it_so() -> None:
    assert {News.WAITS, News.LATE, News.ESCALATED, News.OWN_FLAGS} <= ended_by(State.RELEASED)
    assert News.READY in ended_by(State.LIVE) and News.READY not in ended_by(State.RELEASED)
    assert not {News.OWN_DOWN, News.STOPPED, News.LOST} & set.union(*(set(ended_by(state)) for state in State))


def test_a_message_names_each_thing_once_and_says_how_many_there_are() -> None:
    one = compose([(News.WAITS, 12)], "https://gate.example/")
    assert one.subject == "Gatepost: A post waits for your decision"
    assert "A post waits for your decision.\nOpen: https://gate.example/review/12" in one.text
    several = compose([(News.WAITS, 12), (News.WAITS, 12), (News.READY, 3)], "https://gate.example")
    assert several.subject == "Gatepost: 2 things are new for you"
    assert several.text.count("https://gate.example/review/12") == several.html.count("/review/12") == 1
    many = compose([(News.WAITS, number) for number in range(MOST + 5)], "https://gate.example")
    assert "And 5 more.\nOpen: https://gate.example/news/" in many.text and f"/review/{MOST}\n" not in many.text
