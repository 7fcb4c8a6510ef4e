"""Who has accepted the school's policy and was trained, and so may hand in, approve or publish; when a change holds."""

import calendar
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from moderation.rules.differences import Change, Piece, of_texts
from moderation.rules.language import N_
from moderation.rules.roles import Actor

if TYPE_CHECKING:
    from moderation.rules.workflow import Case

REMIND_BEFORE = 30  # days before a training runs out


class Trained(StrEnum):
    """Who needs training that is still valid."""

    NOBODY = N_("nobody")
    EVERYBODY = N_("everybody")
    SUBMITTERS = N_("those who hand in")
    DECIDERS = N_("those who approve or publish")

    @property
    def asks_submitters(self) -> bool:
        return self in (Trained.EVERYBODY, Trained.SUBMITTERS)

    @property
    def asks_deciders(self) -> bool:
        return self in (Trained.EVERYBODY, Trained.DECIDERS)


@dataclass(frozen=True)
class Entry:
    """What the gate knows about people today. `signed`: who signed the policy that holds; None: there is no policy.

    Filled with nothing it lets nobody through.
    """

    signed: frozenset[int] | None = frozenset()
    asked: Trained = Trained.EVERYBODY
    trained: frozenset[int] = frozenset()

    def has_signed(self, user_id: int | None) -> bool:
        return self.signed is None or user_id in self.signed

    def may_hand_in(self, user_id: int | None) -> bool:
        return not self.asked.asks_submitters or user_id in self.trained

    def may_decide(self, user_id: int | None) -> bool:
        return not self.asked.asks_deciders or user_id in self.trained


NOBODY_YET = Entry()
OPEN = Entry(signed=None, asked=Trained.NOBODY)  # nothing is asked of anybody


def has_signed(case: "Case", actor: Actor) -> bool:
    """Read and sign the school’s social media policy first."""
    return case.entry.has_signed(actor.id)


def may_hand_in(case: "Case", actor: Actor) -> bool:
    """The school asks for training before you hand in a post. None that is still valid is recorded for you."""
    return case.entry.may_hand_in(actor.id)


def may_decide(case: "Case", actor: Actor) -> bool:
    """The school asks for training before you approve or publish. None that is still valid is recorded for you."""
    return case.entry.may_decide(actor.id)


TO_HAND_IN = (has_signed, may_hand_in)
FIRST = (*TO_HAND_IN, may_decide)


def in_force(versions: Mapping[int, date], day: date) -> int | None:
    """The version that holds on `day`, of versions and the days from which they hold.

    The last one written whose day has come: one that was written later and holds sooner takes an earlier one's place.
    """
    return max((number for number, holds_from in versions.items() if holds_from <= day), default=None)


def coming(versions: Mapping[int, date], day: date) -> list[int]:
    """Versions that were announced and will hold, the next one first."""
    days = sorted(holds_from for holds_from in versions.values() if holds_from > day)
    then = dict.fromkeys(in_force(versions, later) for later in days)
    return [number for number in then if number is not None and number != in_force(versions, day)]


def earliest(told_on: date) -> date:
    """The first day from which a change may hold: a calendar month after everybody is told.

    The day of the same number, or the last of that month where it has no such day.
    """
    year, month = divmod(told_on.year * 12 + told_on.month, 12)
    return date(year, month + 1, min(told_on.day, calendar.monthrange(year, month + 1)[1]))


def runs_out_soon(valid_until: date | None, day: date) -> bool:
    return valid_until is not None and (valid_until - day).days <= REMIND_BEFORE


def differences(before: str, after: str) -> list[tuple[Piece, ...]]:
    """What changed, line by line: each line in pieces. Lines that stayed are left out."""
    old, new = _lines(before), _lines(after)
    found: list[tuple[Piece, ...]] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "replace" and b - a == d - c:
            found += [tuple(of_texts(*pair)) for pair in zip(old[a:b], new[c:d], strict=True)]
        elif what != "equal":
            found += [(Piece(Change.GONE, line),) for line in old[a:b]]
            found += [(Piece(Change.NEW, line),) for line in new[c:d]]
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
