"""What somebody can report, to whose desk it goes, until when it has to be met, and what meets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from moderation.rules.language import N_
from moderation.rules.school_times import SchoolTimes


class Kind(StrEnum):
    COMMENT = "comment on our account"
    POST = "post of ours"
    SEEN = "seen elsewhere"
    COMPLAINT = "data complaint"
    BREACH = "data breach"
    PRESS = "press enquiry"
    MISTAKE = "own mistake"
    COMPROMISING = "compromising picture"
    INDECENT = "picture that may be indecent"


class Desk(StrEnum):
    """Who looks into it. Whoever is a line manager holds the role of an assistant head, or is a deputy in it."""

    ASSISTANT_HEAD = N_("assistant head")
    HEADTEACHER = N_("headteacher")
    RESOURCES_MANAGER = N_("resources manager")
    DATA_LEAD = N_("data lead")
    SAFEGUARDING = N_("safeguarding lead")


class What(StrEnum):
    """One step that somebody took."""

    ACKNOWLEDGED = N_("acknowledged")
    ANSWERED = N_("answered")
    BLOCKED = N_("blocked")
    REPORTED = N_("reported to the network")
    DELETED = N_("deleted")
    POLICE = N_("reported to the police")
    COMMISSIONER = N_("reported to the Information Commissioner")
    NOTE = N_("noted")
    PASSED_ON = N_("passed on")
    CLOSED = N_("closed")


_DONE = frozenset({What.ANSWERED, What.BLOCKED, What.REPORTED, What.DELETED, What.CLOSED})
# What stops the clock. A complaint has to be acknowledged in time; everything else has to be dealt with.
_MEETS: Mapping[Kind, frozenset[What]] = {
    Kind.COMPLAINT: frozenset({What.ACKNOWLEDGED, What.ANSWERED, What.CLOSED}),
    Kind.BREACH: frozenset({What.COMMISSIONER, What.CLOSED}),
    Kind.INDECENT: frozenset({What.ACKNOWLEDGED, What.POLICE, What.CLOSED}),
}
# No school chooses otherwise.
FIXED: Mapping[Kind, Desk] = {
    Kind.PRESS: Desk.HEADTEACHER,
    Kind.INDECENT: Desk.SAFEGUARDING,
}
URGENT = frozenset({Kind.BREACH, Kind.COMPROMISING, Kind.INDECENT})
PICTURES = frozenset({Kind.COMPROMISING, Kind.INDECENT})
OUTSIDE = (Kind.POST, Kind.COMMENT, Kind.SEEN, Kind.COMPLAINT)  # what the public form takes
_A_DAY, _THREE_DAYS, _AT_ONCE = timedelta(hours=24), timedelta(hours=72), timedelta(hours=1)
_ACKNOWLEDGE = timedelta(days=30)


def due(kind: Kind, at: datetime, times: SchoolTimes) -> datetime:
    """Until when (aware UTC) a concern that came in `at` has to be met.

    A breach runs through nights and weekends: 72 hours. A complaint is acknowledged within 30 days, to the same time
    of the school's clock. A picture: one hour. Everything else: 24 hours; what came in on a day that is no school day,
    by the same time on the next one.
    """
    at = at.astimezone(UTC)  # hours are counted there, through every change of the clocks
    if kind is Kind.BREACH:
        return at + _THREE_DAYS
    if kind in PICTURES:
        return at + _AT_ONCE
    local = at.astimezone(times.zone)
    if kind is Kind.COMPLAINT:
        last = datetime.combine(local.date() + _ACKNOWLEDGE, local.time(), times.zone)
        return last.astimezone(UTC)
    return at + _A_DAY if times.is_school_day(local.date()) else next_school_day(at, times)


def next_school_day(at: datetime, times: SchoolTimes) -> datetime:
    """The same time of the school's clock on the next school day; aware UTC. Without one in a year: a day later."""
    local = at.astimezone(times.zone)
    following = (local.date() + timedelta(days) for days in range(1, 400))
    day = next((day for day in following if times.is_school_day(day)), local.date() + timedelta(1))
    return datetime.combine(day, local.time(), times.zone).astimezone(UTC)


def meets(kind: Kind, what: What) -> bool:
    return what in _MEETS.get(kind, _DONE)


@dataclass(frozen=True)
class Routes:
    """To whose desk each kind goes, as the school's policy says it."""

    title: str
    says: str
    default: Desk
    others: Mapping[Kind, Desk] = field(default_factory=dict)

    def desk(self, kind: Kind) -> Desk:
        return FIXED.get(kind) or self.others.get(kind, self.default)


_DATA = {Kind.COMPLAINT: Desk.DATA_LEAD, Kind.BREACH: Desk.DATA_LEAD}
# Ready settings, under the names of `rules.presets`.
ROUTES: Mapping[str, Routes] = {
    "recommended": Routes(
        N_("Recommended"),
        N_("Assistant head first; comments to the office; data to the data lead."),
        Desk.ASSISTANT_HEAD,
        {**_DATA, Kind.COMMENT: Desk.RESOURCES_MANAGER},
    ),
    "staff-rules": Routes(
        N_("Line manager, or the headteacher"),
        N_("Assistant heads, as line managers; the headteacher sees everything too."),
        Desk.ASSISTANT_HEAD,
        _DATA,
    ),
    "school-accounts": Routes(
        N_("Headteacher, governors behind"), N_("Everything to the headteacher."), Desk.HEADTEACHER
    ),
    "parents-first": Routes(
        N_("Headteacher in the first instance"), N_("Headteacher; data to the data lead."), Desk.HEADTEACHER, _DATA
    ),
    "declaration": Routes(N_("Headteacher at once"), N_("Everything to the headteacher."), Desk.HEADTEACHER),
    "list-only": Routes(
        N_("A senior member of staff"),
        N_("Assistant head, who makes the first assessment; comments to whoever keeps the accounts."),
        Desk.ASSISTANT_HEAD,
        {**_DATA, Kind.COMMENT: Desk.RESOURCES_MANAGER},
    ),
}
