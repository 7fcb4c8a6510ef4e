"""How long what is kept: one rule for each sort of thing, and the day before which it is due."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from moderation.rules.language import N_


class Rule(StrEnum):
    DRAFTS = "drafts"
    REJECTED = "rejected posts"
    ORIGINALS = "originals"
    POSTS = "published posts"
    DAYS = "days asked out"  # before leavers, with whom theirs go too
    LEAVERS = "leavers"
    CONCERNS = "concerns"
    REMOVED = "removed at once"  # not by time: somebody decided it, about a picture that must not be seen


class Sort(StrEnum):
    """What was purged; with its number it names one thing."""

    POST = N_("post")
    ORIGINALS = N_("originals of a post")
    PERSON = N_("person")
    DAY = N_("day asked out")
    CONCERN = N_("concern")


SORTS: Mapping[Rule, Sort] = MappingProxyType(
    {
        Rule.DRAFTS: Sort.POST,
        Rule.REJECTED: Sort.POST,
        Rule.ORIGINALS: Sort.ORIGINALS,
        Rule.POSTS: Sort.POST,
        Rule.DAYS: Sort.DAY,
        Rule.LEAVERS: Sort.PERSON,
        Rule.CONCERNS: Sort.CONCERN,
        Rule.REMOVED: Sort.POST,
    }
)
BY_TIME = tuple(rule for rule in Rule if rule is not Rule.REMOVED)
LONGEST = 240  # months


@dataclass(frozen=True)
class Schedule:
    """The months that each rule waits; a rule that is not there is off."""

    months: Mapping[Rule, int]
    by_itself: bool = False  # done by the program once a day

    def before(self, rule: Rule, today: date) -> date | None:
        """What is older than this day is due; None: the rule is off."""
        return months_before(today, self.months[rule]) if rule in self.months else None


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month where it has no such day."""
    return months_after(day, -months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
