"""Who may hold a post until when: every state, role and relation by a table; the nights on which clocks change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from moderation.rules.holding import MOVABLE, PASSED, Held, check, days_on, said, unusable
from moderation.rules.roles import APPROVERS, Actor, Role
from moderation.rules.workflow import NotYours, Refused, State

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ME, AUTHOR = 1, 11
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGREED = NOW + 5 * DAY


def refusal(held: Held, role: Role, until: datetime | None) -> str:
    try:
        check(held, Actor(ME, role), until, NOW, LONDON)
    except Refused as refused:
        assert str(refused).endswith(".")
        return str(refused)
    return ""


def test_every_state_role_and_relation_is_as_three_sentences_say() -> None:
    """Approvers who did not write it set any time. The publisher, once released, a later one. Nobody else, never."""
    for state, role, author, until in product(State, Role, (ME, AUTHOR), (None, AGREED - HOUR, AGREED, AGREED + HOUR)):
        may_all = state in MOVABLE and role in APPROVERS and author == AUTHOR
        may_later = state is State.RELEASED and role is Role.RESOURCES_MANAGER and until is not None and until >= AGREED
        told = refusal(Held(state, author, AGREED), role, until)
        assert (told == "") == (may_all or may_later), (state, role, author, until, told)


def test_what_was_agreed_for_a_time_that_has_come_binds_nobody() -> None:
    for agreed in (None, NOW, NOW - DAY):
        for until in (None, NOW + HOUR):
            assert refusal(Held(State.RELEASED, AUTHOR, agreed), Role.RESOURCES_MANAGER, until) == ""


def test_the_author_is_told_that_somebody_else_decides_and_others_that_it_is_not_theirs() -> None:
    held = Held(State.RELEASED, ME)
    assert "You wrote this post" in refusal(held, Role.HEADTEACHER, None)
    with pytest.raises(NotYours, match="not yours to do"):
        check(held, Actor(ME, Role.TEACHER), None, NOW, LONDON)


def test_a_publisher_who_stands_in_for_the_head_sets_any_time() -> None:
    deputy = Actor(ME, Role.RESOURCES_MANAGER, frozenset({Role.ASSISTANT_HEAD}))
    check(Held(State.RELEASED, AUTHOR, AGREED), deputy, NOW + HOUR, NOW, LONDON)


@pytest.mark.parametrize(
    ("until", "problem"),
    [
        (NOW - HOUR, PASSED),
        (NOW, PASSED),
        (NOW + timedelta(microseconds=1), ""),
        (NOW + 366 * DAY, ""),
        (NOW + 367 * DAY, "for a year at most"),
    ],
)
def test_a_time_lies_ahead_and_within_a_year(until: datetime, problem: str) -> None:
    told = unusable(until, None, NOW, LONDON)
    assert problem in told and bool(told) == bool(problem)
    assert refusal(Held(State.RELEASED, AUTHOR), Role.ASSISTANT_HEAD, until) == told


def test_nothing_is_held_until_it_is_too_late_for_it() -> None:
    wanted = NOW + DAY
    assert unusable(wanted - HOUR, wanted, NOW, LONDON) == ""
    for until in (wanted, wanted + HOUR):
        assert "It is wanted by Tuesday 24 November 2026, 10:00" in unusable(until, wanted, NOW, LONDON)
    assert unusable(NOW + DAY, NOW - DAY, NOW, LONDON) == "", "that has passed already: those who decide say so again"


def test_law_11_nothing_is_held_past_the_end_of_its_approval() -> None:
    held = Held(State.RELEASED, AUTHOR, approval_ends=NOW + DAY)
    for role in (Role.ASSISTANT_HEAD, Role.RESOURCES_MANAGER):
        assert refusal(held, role, NOW + DAY - HOUR) == ""
        assert "runs out before that time, on Tuesday 24 November" in refusal(held, role, NOW + DAY)
        assert refusal(replace(held, approval_ends=None), role, NOW + DAY) == ""


# From (London), days, to (London). Clocks change on 2026-10-25 and 2027-03-28.
BY_DAYS = """
2026-10-24 15:30 ·  1 · 2026-10-25 15:30 +00:00
2026-10-26 15:30 · -1 · 2026-10-25 15:30 +00:00
2026-10-25 00:30 · -1 · 2026-10-24 00:30 +01:00
2027-03-27 15:30 ·  1 · 2027-03-28 15:30 +01:00
2027-03-27 01:30 ·  1 · 2027-03-28 02:30 +01:00
2027-03-31 00:00 · -7 · 2027-03-24 00:00 +00:00
2026-12-31 23:59 ·  1 · 2027-01-01 23:59 +00:00
2028-02-28 00:00 ·  1 · 2028-02-29 00:00 +00:00
"""


@pytest.mark.parametrize("line", BY_DAYS.strip().splitlines())
def test_a_day_more_is_the_same_time_on_the_wall(line: str) -> None:
    start, days, end = (cell.strip() for cell in line.split("·"))
    moved = days_on(datetime.fromisoformat(start).replace(tzinfo=LONDON), int(days), LONDON)
    assert moved.tzinfo is UTC
    assert moved.astimezone(LONDON).isoformat(" ", "minutes") == end.replace(" +", "+")


def test_a_time_is_said_in_the_school_s_own_zone() -> None:
    assert said(datetime(2026, 7, 3, 14, 30, tzinfo=UTC), LONDON) == "Friday 3 July 2026, 15:30"
    assert said(datetime(2026, 7, 3, 23, 30, tzinfo=UTC), LONDON) == "Saturday 4 July 2026, 00:30"
