"""Events as iCalendar text (RFC 5545): folded lines, moments in UTC. Written here: the feed needs eight fixed lines
of each event, and what reads them in the tests is a library that knows nothing of this."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_LONGEST = 75  # octets of a line
_SPECIAL = re.compile(r"[\\;,]")


@dataclass(frozen=True)
class Event:
    """Something at one moment. `uid` stays the same whatever moves; `changed`: when anything of it last did."""

    uid: str
    summary: str
    at: datetime
    changed: datetime
    link: str


def written(name: str, events: Iterable[Event]) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Gatepost//Calendar//EN", "CALSCALE:GREGORIAN")
    named = (f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
    lines = [*head, *named, *(line for event in events for line in _lines(event)), "END:VCALENDAR"]
    return b"".join(_folded(line) for line in lines)


def _lines(event: Event) -> tuple[str, ...]:
    return (
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_moment(event.changed)}",
        f"DTSTART:{_moment(event.at)}",
        f"SUMMARY:{_text(event.summary)}",
        f"URL:{event.link}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", r"\n")


def _folded(line: str) -> bytes:
    """With CRLF, in pieces of at most 75 octets; no character is cut in two."""
    pieces, piece = [], b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _LONGEST:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join((*pieces, piece)) + b"\r\n"
