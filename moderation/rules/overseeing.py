"""What of a school asks for somebody's look, for whoever oversees several: the gravest first, in the page's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.rules.language import N_
from moderation.rules.watching import UNWELL, Trouble


class Need(StrEnum):
    SILENT = "does not answer"
    STOPPED = "stopped"
    UNWELL = "not well"
    TAKEDOWN_LATE = "takedown late"
    DECISION_LATE = "decision late"
    UNEASY = "checks need a look"
    MESSAGES = "messages not sent"
    NO_BACKUP = "no backup"


GRAVE = frozenset({Need.SILENT, Need.STOPPED, Need.UNWELL, Need.TAKEDOWN_LATE})
SAYS = {
    Need.SILENT: N_("Does not answer"),
    Need.STOPPED: N_("Everything is stopped"),
    Need.UNWELL: N_("A part is not well"),
    Need.TAKEDOWN_LATE: N_("Should be down by now"),
    Need.DECISION_LATE: N_("Waits too long for a decision"),
    Need.UNEASY: N_("The checks need a look"),
    Need.MESSAGES: N_("Messages could not be sent"),
    Need.NO_BACKUP: N_("No recent backup"),
}


@dataclass(frozen=True)
class Late:
    """What is late at a school by its own times. A moment is aware UTC; None: it is not so."""

    takedowns: int = 0
    decisions: int = 0
    stopped_since: datetime | None = None
    backup: bool = False


def needs(late: Late | None, troubles: Iterable[Trouble], messages_parked: int) -> tuple[Need, ...]:
    """The gravest first. `late` None: the school could not be asked."""
    if late is None:
        return (Need.SILENT,)
    wrong = set(troubles)
    there = {
        Need.STOPPED: late.stopped_since,
        Need.UNWELL: wrong & UNWELL,
        Need.TAKEDOWN_LATE: late.takedowns,
        Need.DECISION_LATE: late.decisions,
        Need.UNEASY: wrong - UNWELL,
        Need.MESSAGES: messages_parked,
        Need.NO_BACKUP: late.backup,
    }
    return tuple(need for need in Need if there.get(need))


def gravest(needs: Iterable[Need]) -> int:
    """For putting schools in order: 0 is looked at first, and a school without a need comes last."""
    order = list(Need)
    return min((order.index(need) for need in needs), default=len(order))
