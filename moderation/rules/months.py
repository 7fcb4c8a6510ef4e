"""A month as a calendar shows it: whole weeks from Monday, with the school's terms and days off."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from moderation.rules.language import N_, month_name
from moderation.rules.school_times import SchoolTimes

_WEEKS = calendar.Calendar(firstweekday=calendar.MONDAY)
_WRITTEN = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True)
class Month:
    """Between the years 1900 and 2999; nothing else is a month here."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def title(self) -> str:
        return f"{month_name(self.number)} {self.year}"

    @property
    def before(self) -> "Month":
        return month_of(self.first - timedelta(1))

    @property
    def after(self) -> "Month":
        return month_of(self.first + timedelta(31))

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the weeks that the month touches, Mondays first."""
        return tuple(_WEEKS.itermonthdates(self.year, self.number))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def month_of(day: date) -> Month:
    return Month(day.year, day.month)


def read_month(text: str, otherwise: date) -> Month:
    """`2026-12`; of that day if it is nothing of the kind."""
    found = _WRITTEN.fullmatch(text.strip())
    if found and 1900 <= int(found[1]) <= 2999 and 1 <= int(found[2]) <= 12:
        return Month(int(found[1]), int(found[2]))
    return month_of(otherwise)


def starts(day: date, zone: tzinfo) -> datetime:
    """Midnight at the school."""
    return datetime.combine(day, time(), zone)


def note(day: date, times: SchoolTimes) -> str:
    """What is special about that day, or nothing: terms that begin or end, weekdays on which there is no school."""
    if any(day == first for first, _ in times.terms):
        return N_("Term begins")
    if any(day == last for _, last in times.terms):
        return N_("Term ends")
    return "" if day.weekday() >= 5 or times.is_school_day(day) else N_("No school")
