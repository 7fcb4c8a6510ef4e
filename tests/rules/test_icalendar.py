"""What the feed writes, read back by a library that knows nothing of it; the lines as RFC 5545 wants them."""

from datetime import UTC, datetime, timedelta, timezone

import icalendar
import pytest

from moderation.rules.icalendar import Event, written

AT = datetime(2026, 11, 27, 15, 30, 59, tzinfo=timezone(timedelta(hours=5, minutes=30)))
CHANGED = datetime(2026, 11, 20, 8, tzinfo=UTC)


def event(number: int = 1, summary: str = "Post 1: held until", at: datetime = AT) -> Event:
    return Event(f"out-{number}@gate.example", summary, at, CHANGED, f"https://gate.example/posts/{number}")


@pytest.mark.parametrize(
    "summary",
    ["Post 1: held until", "a, b; c \\ d \\n e", "two\nlines", "é" * 100, "x" * 74, "x" * 75, "𝄞" * 40, " spaced ", ""],
)
def test_a_library_reads_back_what_was_written(summary: str) -> None:
    text = written("Gatepost", [event(1, summary), event(2)])
    calendar = icalendar.Calendar.from_ical(text)
    first, second = calendar.walk("VEVENT")
    assert str(first["SUMMARY"]) == summary
    assert first["DTSTART"].dt == AT and first["DTSTART"].dt.utcoffset() == timedelta(0)
    assert first["DTSTAMP"].dt == CHANGED
    assert (str(first["UID"]), str(second["UID"])) == ("out-1@gate.example", "out-2@gate.example")
    assert str(second["URL"]) == "https://gate.example/posts/2"
    assert str(calendar["X-WR-CALNAME"]) == "Gatepost"
    assert (str(calendar["VERSION"]), str(calendar["PRODID"])[:4]) == ("2.0", "-//G")
    assert not calendar.errors and not first.errors


def test_lines_end_with_crlf_hold_75_octets_and_cut_no_character() -> None:
    text = written("Gatepost", [event(1, "é" * 200 + "𝄞" * 30)])
    lines = text.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75 and all(line.decode() for line in lines[:-1])


def test_a_calendar_without_events_is_one_too() -> None:
    assert icalendar.Calendar.from_ical(written("Gatepost", [])).walk("VEVENT") == []
