"""When something is told: digests, quiet hours, weekends, terms, days off and the two nights on which clocks change."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from moderation.rules.school_times import (
    NotATime,
    SchoolTimes,
    read_days,
    read_time,
    read_times,
    written_days,
    written_times,
)
from moderation.rules.telling import Pace

LONDON = ZoneInfo("Europe/London")
PLAIN = SchoolTimes(LONDON)
TERMS = SchoolTimes(
    LONDON,
    terms=read_days("2026-09-02 to 2026-12-18\n2027-01-05 to 2027-03-25"),
    days_off=read_days("2026-10-26 to 2026-10-30\n2026-11-27"),
)

# What happens when (London), how fast it is to be told, and when it is told (London). 2026-11-23 is a Monday.
DUE = """
2026-11-23 10:00 · at once · 2026-11-23 10:00
2026-11-23 10:00 · urgent  · 2026-11-23 10:00
2026-11-23 10:00 · digest  · 2026-11-23 12:30
2026-11-23 08:00 · digest  · 2026-11-23 12:30
2026-11-23 07:59 · digest  · 2026-11-23 08:00
2026-11-23 15:30 · digest  · 2026-11-24 08:00
2026-11-23 17:59 · at once · 2026-11-23 17:59
2026-11-23 18:00 · at once · 2026-11-24 07:00
2026-11-23 23:30 · at once · 2026-11-24 07:00
2026-11-24 02:00 · at once · 2026-11-24 07:00
2026-11-24 02:00 · urgent  · 2026-11-24 02:00
2026-11-24 07:00 · at once · 2026-11-24 07:00
2026-11-26 16:00 · digest  · 2026-11-30 08:00
2026-11-26 18:30 · at once · 2026-11-30 07:00
2026-11-28 12:00 · at once · 2026-11-30 07:00
2026-11-28 12:00 · urgent  · 2026-11-28 12:00
2026-10-24 12:00 · digest  · 2026-11-02 08:00
2026-12-18 16:00 · digest  · 2027-01-05 08:00
2026-12-25 03:00 · urgent  · 2026-12-25 03:00
2027-03-25 19:00 · at once · 2027-03-26 07:00
"""


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize("line", DUE.strip().splitlines())
def test_what_happens_is_told_when_the_school_may_be_spoken_to(line: str) -> None:
    happened, pace, told = (cell.strip() for cell in line.split("·"))
    due = TERMS.due(Pace(pace), london(happened))
    assert due is not None and due == london(told)


def test_what_stays_on_the_page_is_never_due() -> None:
    assert PLAIN.due(Pace.NONE, london("2026-11-23 10:00")) is None


def test_the_digest_keeps_the_clock_of_the_school_when_the_clocks_change() -> None:
    """The Fridays before, and the Mondays after: an hour more or less lies between, in UTC."""
    spring = PLAIN.due(Pace.DIGEST, london("2026-03-27 16:00"))
    autumn = PLAIN.due(Pace.DIGEST, london("2026-10-23 16:00"))
    assert spring == datetime(2026, 3, 30, 7, 0, tzinfo=UTC), "8:00 in summer time"
    assert autumn == datetime(2026, 10, 26, 8, 0, tzinfo=UTC), "8:00 in winter time"


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # 1:30 does not exist
        (datetime(2026, 10, 25, 0, 10, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first 1:30
        (datetime(2026, 10, 25, 0, 40, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),  # not the second one
    ],
)
def test_an_hour_that_is_missing_or_comes_twice_tells_once(happened: datetime, told: datetime) -> None:
    """A school that works on Sundays at night, for the sake of the two Sundays on which clocks change."""

    class Nightly(SchoolTimes):
        def is_school_day(self, day: date) -> bool:
            return True

    nightly = Nightly(LONDON, digests=(time(1, 30),), quiet_from=time(12), quiet_until=time(12))
    due = nightly.due(Pace.DIGEST, happened)
    assert due == told
    again = nightly.due(Pace.DIGEST, told)
    assert again is not None and again > told and (again - told).total_seconds() > 20 * 3600


def test_a_calendar_that_has_run_out_holds_nothing_back() -> None:
    old = SchoolTimes(LONDON, terms=read_days("2025-09-02 to 2025-12-18"))
    assert old.is_school_day(date(2026, 11, 23)) and not old.is_school_day(date(2026, 11, 21))


def test_nothing_is_withheld_for_ever() -> None:
    closed = SchoolTimes(LONDON, days_off=read_days("2026-01-01 to 2036-01-01"))
    moment = london("2026-11-23 10:00")
    assert closed.due(Pace.AT_ONCE, moment) == closed.due(Pace.DIGEST, moment) == moment


def test_the_same_time_twice_means_no_quiet_hours() -> None:
    awake = SchoolTimes(LONDON, quiet_from=time(0), quiet_until=time(0))
    moment = london("2026-11-23 03:00")
    assert awake.due(Pace.AT_ONCE, moment) == moment


@pytest.mark.parametrize(
    ("asked", "days", "late"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24 10:00"),
        ("2026-11-26 10:00", 1, "2026-11-30 10:00"),  # over a training day and the weekend
        ("2026-11-23 21:00", 1, "2026-11-25 07:00"),  # asked in the quiet hours
        ("2026-11-25 10:00", 3, "2026-12-01 10:00"),
    ],
)
def test_waiting_is_counted_in_school_days(asked: str, days: int, late: str) -> None:
    assert TERMS.after(london(asked), days) == london(late)


def test_days_and_times_are_read_as_people_write_them_and_written_so_that_they_are_read_again() -> None:
    spans = read_days("02/09/2026 – 18/12/2026\n\n 2026-12-24 \n1.2.2027 to 2.2.2027")
    assert spans[0] == (date(2026, 9, 2), date(2026, 12, 18)) and spans[2] == (date(2027, 2, 1), date(2027, 2, 2))
    assert read_days(written_days(spans)) == spans
    times = read_times("15.30, 8:00,12:30")
    assert times == (time(8), time(12, 30), time(15, 30)) and read_times(written_times(times)) == times


@pytest.mark.parametrize(
    "text", ["autumn", "2026-12-18 to 2026-09-02", "2026-02-30", "2026-01-01 2026-01-02 2026-01-03"]
)
def test_days_that_cannot_be_meant_are_told(text: str) -> None:
    with pytest.raises(NotATime):
        read_days(text)


@pytest.mark.parametrize("text", ["8", "25:00", "noon", ""])
def test_times_that_cannot_be_meant_are_told(text: str) -> None:
    with pytest.raises(NotATime):
        read_time(text)
