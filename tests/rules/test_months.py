"""A month of the calendar: whole weeks from Monday, terms and holidays marked, midnight where the school is."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from moderation.rules.months import Month, month_of, note, read_month, starts
from moderation.rules.school_times import SchoolTimes, read_days

LONDON = ZoneInfo("Europe/London")
TIMES = SchoolTimes(
    LONDON,
    terms=read_days("2026-09-02 to 2026-12-18\n2027-01-05 to 2027-03-25"),
    days_off=read_days("2026-10-26 to 2026-10-30"),
)
TODAY = date(2026, 11, 21)


def test_every_month_of_forty_years_is_whole_weeks_from_monday() -> None:
    month = Month(2020, 1)
    for _ in range(480):
        days = month.days
        assert len(days) % 7 == 0 and days[0].weekday() == 0
        assert all(later - earlier == timedelta(1) for earlier, later in pairwise(days))
        assert month.first in days and month.after.first - timedelta(1) in days
        assert month.after.before == month and month.first in days[:7]
        month = month.after
    assert month == Month(2060, 1)


@pytest.mark.parametrize("text", ["", "now", "2026-13", "2026-00", "0001-01", "9999-12", "2026-1", "2026-11-21"])
def test_what_is_no_month_is_today_s(text: str) -> None:
    assert read_month(text, TODAY) == Month(2026, 11)


def test_a_month_is_read_as_it_is_written() -> None:
    for month in (Month(1900, 1), Month(2027, 2), Month(2999, 12)):
        assert read_month(str(month), TODAY) == month
        assert month.before.days and month.after.days, "the edges can be shown too"


def test_terms_and_days_without_school_are_marked() -> None:
    marked = {day: note(day, TIMES) for n in range(140) if note(day := date(2026, 8, 31) + timedelta(n), TIMES)}
    assert marked[date(2026, 9, 2)] == marked[date(2027, 1, 5)] == "Term begins"
    assert marked[date(2026, 12, 18)] == "Term ends"
    assert {day for day, text in marked.items() if text == "No school" and day.month == 10} == {
        date(2026, 10, day) for day in range(26, 31)
    }
    assert marked[date(2026, 12, 25)] == "No school" and date(2026, 12, 26) not in marked, "a Saturday says it itself"
    assert note(date(2027, 6, 1), TIMES) == "", "a calendar that has run out marks nothing"
    assert {note(date(2026, 1, 1) + timedelta(n), SchoolTimes(LONDON)) for n in range(400)} == {""}


def test_a_day_begins_at_midnight_of_the_school_also_when_the_clocks_change() -> None:
    assert starts(date(2026, 7, 1), LONDON).astimezone(UTC) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    lengths = {
        day: starts(day + timedelta(1), LONDON).astimezone(UTC) - starts(day, LONDON).astimezone(UTC)
        for day in (date(2026, 10, 25), date(2026, 10, 26), date(2027, 3, 28))
    }
    assert [hours.total_seconds() / 3600 for hours in lengths.values()] == [25, 24, 23]
    assert month_of(date(2026, 12, 31)) == Month(2026, 12)
