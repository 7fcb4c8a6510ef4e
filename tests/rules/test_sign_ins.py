"""How long a sign-in holds, and which times a school can choose."""

from datetime import UTC, datetime, timedelta

import pytest

from moderation.rules.sign_ins import SHARED_HOLDS, Timeouts, seen_every

BEGAN = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shared", "seen_after", "holds"),
    [
        (False, timedelta(0), timedelta(hours=12)),
        (False, timedelta(days=1), timedelta(days=1, hours=12)),
        (False, timedelta(days=29, hours=23), timedelta(days=30)),
        (True, timedelta(0), timedelta(minutes=15)),
        (True, timedelta(hours=9, minutes=59), SHARED_HOLDS),
    ],
)
def test_it_ends_when_it_is_not_used_and_at_the_latest_after_its_longest(
    shared: bool, seen_after: timedelta, holds: timedelta
) -> None:
    assert Timeouts().end(BEGAN, BEGAN + seen_after, shared) == BEGAN + holds


def test_use_is_written_down_often_enough_for_the_shortest_times() -> None:
    assert seen_every(True) * 5 <= timedelta(minutes=5) and seen_every(False) * 12 <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("timeouts", "word"),
    [
        (Timeouts(idle_hours=0), "hours without use"),
        (Timeouts(idle_hours=2161), "hours without use"),
        (Timeouts(days=0), "days in all"),
        (Timeouts(days=91), "days in all"),
        (Timeouts(shared_minutes=4), "shared computer"),
        (Timeouts(shared_minutes=121), "shared computer"),
    ],
)
def test_times_that_no_school_can_want_are_refused_with_the_reason(timeouts: Timeouts, word: str) -> None:
    assert word in str(timeouts.problem())
    assert Timeouts().problem() is None
