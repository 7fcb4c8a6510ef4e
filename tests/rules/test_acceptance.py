"""The policy's versions in time, a month's notice, training that runs out, and what changed between two texts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.acceptance import (
    Entry,
    Trained,
    coming,
    differences,
    earliest,
    in_force,
    runs_out_soon,
)
from moderation.rules.differences import Change

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("told", "holds"),
    [
        (date(2026, 11, 21), date(2026, 12, 21)),
        (date(2026, 12, 5), date(2027, 1, 5)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2027, 5, 31), date(2027, 6, 30)),
    ],
)
def test_a_change_holds_a_calendar_month_after_everybody_was_told_at_the_soonest(told: date, holds: date) -> None:
    assert earliest(told) == holds


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_months_notice_is_never_shorter_than_a_february(told: date) -> None:
    assert timedelta(28) <= earliest(told) - told <= timedelta(31)


def test_without_a_version_whose_day_has_come_nothing_holds() -> None:
    assert in_force({}, DAY) is None
    assert in_force({1: DAY + timedelta(1)}, DAY) is None


def test_the_last_version_whose_day_has_come_holds() -> None:
    versions = {1: date(2025, 9, 1), 2: DAY, 3: date(2027, 1, 1)}
    assert in_force(versions, DAY - timedelta(1)) == 1
    assert in_force(versions, DAY) == 2
    assert coming(versions, DAY) == [3]
    assert in_force(versions, date(2027, 1, 1)) == 3


def test_a_version_that_was_written_later_and_holds_sooner_takes_the_place_of_one_that_was_announced() -> None:
    """An urgent change is not undone on the day of an older announcement."""
    versions = {1: date(2025, 9, 1), 2: date(2027, 1, 1), 3: DAY}
    assert coming(versions, DAY) == []
    assert in_force(versions, date(2027, 2, 1)) == 3


def test_training_is_reminded_of_in_its_last_thirty_days() -> None:
    assert not runs_out_soon(None, DAY)
    assert not runs_out_soon(DAY + timedelta(31), DAY)
    assert runs_out_soon(DAY + timedelta(30), DAY)
    assert runs_out_soon(DAY, DAY)


def test_an_entry_that_nobody_filled_in_lets_nobody_through() -> None:
    nobody = Entry()
    assert not (nobody.has_signed(1) or nobody.may_hand_in(1) or nobody.may_decide(1))


@pytest.mark.parametrize(
    ("asked", "hands_in", "decides"),
    [
        (Trained.NOBODY, True, True),
        (Trained.SUBMITTERS, False, True),
        (Trained.DECIDERS, True, False),
        (Trained.EVERYBODY, False, False),
    ],
)
def test_who_is_asked_for_training_needs_it_and_nobody_else(asked: Trained, hands_in: bool, decides: bool) -> None:
    entry = Entry(None, asked, frozenset({2}))
    assert (entry.may_hand_in(1), entry.may_decide(1)) == (hands_in, decides)
    assert entry.may_hand_in(2) and entry.may_decide(2)


def test_what_changed_is_told_word_by_word_and_what_stayed_is_left_out() -> None:
    before = "# Phones\n\nDelete photos within a week.\nBe kind."
    after = "# Phones\n\nDelete photos at once.\nBe kind.\nAsk before you post."
    found = [[(piece.change, piece.text) for piece in line] for line in differences(before, after)]
    assert [[text for change, text in line if change is not Change.SAME] for line in found] == [
        ["within", "at", "a week", "once"],
        ["Ask before you post."],
    ]


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_word_of_either_text_goes_missing_in_what_changed(before: str, after: str) -> None:
    lines = differences(before, after)
    gone = "".join(piece.text for line in lines for piece in line if piece.change is not Change.NEW)
    new = "".join(piece.text for line in lines for piece in line if piece.change is not Change.GONE)
    assert all(line.strip() in after or line.strip() in gone for line in before.splitlines())
    assert all(line.strip() in before or line.strip() in new for line in after.splitlines())


@given(st.text(max_size=200))
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert differences(text, text) == []
