"""Concerns: every kind has a desk in each ready setting, and a clock that knows terms and both clock changes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from moderation.rules.concerns import FIXED, ROUTES, Desk, Kind, What, due, meets
from moderation.rules.presets import PRESETS
from moderation.rules.school_times import SchoolTimes

LONDON = ZoneInfo("Europe/London")
TERMS = ((date(2026, 9, 2), date(2026, 12, 18)), (date(2027, 1, 5), date(2027, 7, 21)))
HALF_TERM = ((date(2026, 10, 26), date(2026, 10, 30)),)
TIMES = SchoolTimes(LONDON, terms=TERMS, days_off=HALF_TERM)
USUAL = (Kind.COMMENT, Kind.POST, Kind.SEEN, Kind.PRESS, Kind.MISTAKE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize("kind", USUAL)
@pytest.mark.parametrize(
    ("came", "until"),
    [
        ("2026-11-17 10:15", "2026-11-18 10:15"),  # a Tuesday
        ("2026-11-20 15:30", "2026-11-21 15:30"),  # a Friday: 24 hours are 24 hours
        ("2026-11-21 09:00", "2026-11-23 09:00"),  # a Saturday: the next school day
        ("2026-11-22 23:59", "2026-11-23 23:59"),  # a Sunday
        ("2026-11-23 00:00", "2026-11-24 00:00"),  # the first minute of a Monday
        ("2026-10-24 12:00", "2026-11-02 12:00"),  # the Saturday before half-term
        ("2026-10-28 08:00", "2026-11-02 08:00"),  # in half-term
        ("2026-12-18 16:00", "2026-12-19 16:00"),  # the last day of term
        ("2026-12-19 10:00", "2027-01-05 10:00"),  # the holidays
        ("2027-07-22 10:00", "2027-07-23 10:00"),  # after the last term that is known: nothing is held back
    ],
)
def test_24_hours_or_the_next_school_day_if_it_came_on_none(kind: Kind, came: str, until: str) -> None:
    assert due(kind, at(came), TIMES) == at(until)


def test_24_hours_are_24_hours_when_the_clocks_change_and_a_time_of_day_is_a_time_of_day() -> None:
    plain = SchoolTimes(LONDON)
    autumn, spring = at("2026-10-24 12:00"), at("2027-03-27 12:00")  # Saturdays before each change
    for came, monday in ((autumn, "2026-10-26 12:00"), (spring, "2027-03-29 12:00")):
        assert due(Kind.COMMENT, came, plain) == at(monday)
    every_day = _EveryDay(LONDON)
    for came in (autumn, spring):
        assert due(Kind.COMMENT, came, every_day) - came.astimezone(ZoneInfo("UTC")) == timedelta(hours=24)
    assert due(Kind.COMMENT, autumn, every_day) == at("2026-10-25 11:00")
    assert due(Kind.COMMENT, spring, every_day) == at("2027-03-28 13:00")


class _EveryDay(SchoolTimes):
    """A school that works on Saturdays and Sundays too."""

    def is_school_day(self, day: date) -> bool:
        return True


@pytest.mark.parametrize("came", ["2026-11-17 10:15", "2026-11-20 17:00", "2026-10-24 12:00", "2027-03-26 23:00"])
def test_a_breach_has_72_hours_through_nights_weekends_holidays_and_clock_changes(came: str) -> None:
    moment = at(came).astimezone(ZoneInfo("UTC"))
    assert due(Kind.BREACH, moment, TIMES) - moment == timedelta(hours=72)


@pytest.mark.parametrize(
    ("came", "until"),
    [
        ("2026-11-17 10:15", "2026-12-17 10:15"),
        ("2026-10-01 09:00", "2026-10-31 09:00"),  # over the end of summer time: the same time of day
        ("2027-03-01 09:00", "2027-03-31 09:00"),  # and over its beginning
        ("2027-01-31 09:00", "2027-03-02 09:00"),
    ],
)
def test_a_data_complaint_is_acknowledged_within_30_days(came: str, until: str) -> None:
    assert due(Kind.COMPLAINT, at(came), TIMES) == at(until)


@pytest.mark.parametrize("kind", [Kind.COMPROMISING, Kind.INDECENT])
def test_a_picture_has_an_hour_at_any_time(kind: Kind) -> None:
    assert due(kind, at("2026-11-21 23:30"), TIMES) == at("2026-11-22 00:30")


def test_every_kind_has_a_clock_and_a_step_that_stops_it() -> None:
    for kind in Kind:
        assert due(kind, at("2026-11-17 10:15"), TIMES) > at("2026-11-17 10:15")
        assert meets(kind, What.CLOSED) and not meets(kind, What.NOTE) and not meets(kind, What.PASSED_ON)
    assert meets(Kind.COMPLAINT, What.ACKNOWLEDGED) and not meets(Kind.COMMENT, What.ACKNOWLEDGED)
    assert meets(Kind.BREACH, What.COMMISSIONER) and not meets(Kind.BREACH, What.ANSWERED)


@pytest.mark.parametrize("name", ROUTES)
def test_every_ready_setting_gives_every_kind_a_desk(name: str) -> None:
    assert set(ROUTES) == set(PRESETS)
    desks = {kind: ROUTES[name].desk(kind) for kind in Kind}
    assert desks[Kind.PRESS] is Desk.HEADTEACHER and desks[Kind.INDECENT] is Desk.SAFEGUARDING
    assert {kind: desks[kind] for kind in FIXED} == FIXED


def test_the_policies_that_name_the_headteacher_first_get_the_headteacher() -> None:
    for name in ("school-accounts", "parents-first", "declaration"):
        assert ROUTES[name].desk(Kind.SEEN) is ROUTES[name].desk(Kind.POST) is Desk.HEADTEACHER
    for name in ("staff-rules", "list-only"):
        assert ROUTES[name].desk(Kind.SEEN) is Desk.ASSISTANT_HEAD
