"""When the school may be spoken to: digests, quiet hours, terms and days off, in the school's own time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice

from moderation.rules.telling import Pace

Days = tuple[tuple[date, date], ...]
_FAR = 400  # days: longer than any holidays
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")


class NotATime(ValueError):
    """What was typed is no time or day; the message says which."""


@dataclass(frozen=True)
class SchoolTimes:
    """`late_after`: how many school days a post may wait. No terms: every weekday that is not off is a school day.

    Days after the last term count as school days too: a calendar that has run out holds nothing back.
    """

    zone: tzinfo
    digests: tuple[time, ...] = (time(8), time(12, 30), time(15, 30))
    quiet_from: time = time(18)
    quiet_until: time = time(7)
    terms: Days = ()
    days_off: Days = ()
    late_after: int = 1

    def is_school_day(self, day: date) -> bool:
        run_out = all(last < day for _, last in self.terms)
        return day.weekday() < 5 and not _within(self.days_off, day) and (run_out or _within(self.terms, day))

    def is_quiet(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        return self.quiet_at(local.time()) or not self.is_school_day(local.date())

    def quiet_at(self, clock: time) -> bool:
        """By the clock alone. The same time twice: there are no quiet hours."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= clock < self.quiet_until
        return clock >= self.quiet_from or clock < self.quiet_until

    def opens(self, moment: datetime) -> datetime:
        """This moment, or the first after it that is not quiet."""
        if not self.is_quiet(moment):
            return moment
        starts = (self._at(day, clock) for day in self._days(moment) for clock in sorted({time(), self.quiet_until}))
        return next((start for start in starts if start >= moment and not self.is_quiet(start)), moment)

    def due(self, pace: Pace, moment: datetime) -> datetime | None:
        """When something that happened at `moment` (aware) is told; aware UTC. None: on the page alone."""
        if pace is Pace.NONE:
            return None
        if pace is Pace.DIGEST:
            times = (self._at(day, clock) for day in self._days(moment) for clock in sorted(self.digests))
            return next((at for at in times if at > moment and not self.is_quiet(at)), self.opens(moment))
        return moment if pace is Pace.URGENT else self.opens(moment)

    def after(self, moment: datetime, school_days: int) -> datetime:
        """The same time of day so many school days later."""
        local = moment.astimezone(self.zone)
        following = (day for day in self._days(moment) if day > local.date() and self.is_school_day(day))
        day = next(islice(following, school_days - 1, None), local.date())
        return self.opens(self._at(day, local.time()))

    def _days(self, moment: datetime) -> Iterator[date]:
        first = moment.astimezone(self.zone).date()
        return (first + timedelta(days) for days in range(_FAR))

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def _within(spans: Days, day: date) -> bool:
    return any(first <= day <= last for first, last in spans)


def read_times(text: str) -> tuple[time, ...]:
    """Times of day with commas between. Raises NotATime."""
    return tuple(sorted({read_time(part) for part in text.split(",") if part.strip()}))


def read_time(text: str) -> time:
    found = _TIME.fullmatch(text.strip())
    try:
        return time(int(found[1]), int(found[2])) if found else _no(text)
    except ValueError:
        return _no(text)


def read_days(text: str) -> Days:
    """A line a span (“2026-09-02 to 2026-10-23”) or a day; 02/09/2026 is read too. Raises NotATime."""
    spans = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = [_day(line, match) for match in _DAY.finditer(line)]
        left = _DAY.sub("", line).strip()
        if len(found) not in (1, 2) or left not in ("", "to", "until", "-", "–") or found[0] > found[-1]:
            raise NotATime(f"Give days like this, a line each: 2026-09-02 to 2026-10-23. This is not: “{line[:40]}”.")
        spans.append((found[0], found[-1]))
    return tuple(sorted(spans))


def _day(line: str, match: re.Match[str]) -> date:
    numbers = [int(part) for part in match.groups() if part]
    year, month, day = numbers if match[1] else reversed(numbers)
    try:
        return date(year, month, day)
    except ValueError:
        raise NotATime(f"There is no such day: “{line[:40]}”.") from None


def _no(text: str) -> time:
    raise NotATime(f"Give times like this: 8:00, 12:30. This is not: “{text.strip()[:20]}”.")


def written_days(spans: Days) -> str:
    return "\n".join(str(first) if first == last else f"{first} to {last}" for first, last in spans)


def written_times(times: tuple[time, ...]) -> str:
    return ", ".join(f"{clock:%H:%M}" for clock in times)
