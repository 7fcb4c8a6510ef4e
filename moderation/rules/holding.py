"""A post that is held until its time: who may set that time and move it, and to when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from moderation.rules.guards import is_not_author
from moderation.rules.language import N_, gettext, weekday_name, written_day
from moderation.rules.roles import APPROVERS, PUBLISHERS, Actor
from moderation.rules.workflow import NOT_YOURS, NotYours, Refused, State

LONGEST = timedelta(days=366)
APPROVAL_HOLDS = timedelta(days=14)
MOVABLE = (State.CHECKING, State.IN_REVIEW, State.RELEASED)
PASSED = N_("The time under “Not before” has passed. Choose a later one, or leave it empty.")


@dataclass(frozen=True)
class Held:
    """What matters of a post. `agreed`: from when it may go out, as those who decide have seen it; None: at once.

    `approval_ends`: when the first of its approvals runs out. All moments are aware.
    """

    state: State
    author_id: int
    agreed: datetime | None = None
    wanted_by: datetime | None = None
    approval_ends: datetime | None = None


def said(moment: datetime, zone: tzinfo) -> str:
    there = moment.astimezone(zone)
    return f"{weekday_name(there)} {written_day(there)}, {there:%H:%M}"


def decides(held: Held, actor: Actor) -> bool:
    """Whether this person may set any time: whoever decides about posts, and did not write this one."""
    return not actor.roles.isdisjoint(APPROVERS) and actor.id != held.author_id


def publishes(held: Held, actor: Actor) -> bool:
    """Whether this person may hold it longer than was agreed, which harms nobody."""
    return not actor.roles.isdisjoint(PUBLISHERS) and held.state is State.RELEASED


def check(held: Held, actor: Actor, until: datetime | None, now: datetime, zone: tzinfo) -> None:
    """Raises NotYours or Refused with a sentence if this person may not hold it until then. None: not at all."""
    if not (decides(held, actor) or publishes(held, actor)):
        raise NotYours(gettext(NOT_YOURS if actor.roles.isdisjoint(APPROVERS) else str(is_not_author.__doc__)))
    if held.state not in MOVABLE:
        raise Refused(
            gettext("This post is {state} now, so its time cannot be moved.").format(state=gettext(held.state))
        )
    earliest = held.agreed if held.agreed and held.agreed > now else None
    if not decides(held, actor) and earliest and (until is None or until < earliest):
        agreed = said(earliest, zone)
        raise Refused(
            gettext("It was approved to go out from {agreed}. Only those who decide can make it earlier.").format(
                agreed=agreed
            )
        )
    if until is None:
        return
    if problem := unusable(until, held.wanted_by, now, zone):
        raise Refused(problem)
    if held.approval_ends and until >= held.approval_ends:
        ends = said(held.approval_ends, zone)
        raise Refused(
            gettext(
                "Its approval runs out before that time, on {ends}. Choose an earlier one, or approve it again."
            ).format(ends=ends)
        )


def unusable(until: datetime, wanted_by: datetime | None, now: datetime, zone: tzinfo) -> str:
    """Why nothing can be held until then, or nothing."""
    if until <= now:
        return gettext(PASSED)
    if until > now + LONGEST:
        return gettext("A post can be held for a year at most. Choose an earlier time.")
    if wanted_by and now < wanted_by <= until:
        return gettext("It is wanted by {wanted}, so it cannot be held until {until}.").format(
            wanted=said(wanted_by, zone), until=said(until, zone)
        )
    return ""


def approval_ends(now: datetime, not_before: datetime | None, wanted_by: datetime | None) -> datetime:
    """A fortnight from when it may go out, and never past the time by which the post is wanted (law 11).

    From its time on, not from today: else the approval of a post that is held for weeks would end before it counts.
    What could change meanwhile (list, roll, permissions) is asked again when the kit is opened.
    """
    longest = max(now, not_before or now) + APPROVAL_HOLDS
    return min(longest, wanted_by) if wanted_by and wanted_by > now else longest


def days_on(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """The same time of day so many days later (or earlier), by the clock on the wall; aware UTC."""
    local = moment.astimezone(zone)
    return datetime.combine(local.date() + timedelta(days), local.time(), zone).astimezone(UTC)
