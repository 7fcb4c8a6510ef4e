"""May this person appear on this channel on this day for this purpose? No record means no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from moderation.rules.language import N_, gettext
from moderation.rules.retention import months_after


class PersonKind(StrEnum):
    PUPIL = N_("pupil")
    STAFF = N_("staff")
    ADULT = N_("other adult")  # governors, parents, visitors who come often


class Medium(StrEnum):
    """What kind of place an account is; permissions are often given by it."""

    WEBSITE = N_("website")
    SOCIAL = N_("social media")
    NEWSLETTER = N_("newsletter")
    PRESS = N_("press")


class Purpose(StrEnum):
    NEWS = N_("news of school life")
    PROMOTION = N_("promotion of the school")


class Giver(StrEnum):
    PARENT_1 = N_("parent 1")
    PARENT_2 = N_("parent 2")
    CHILD = N_("the child")
    ADULT = N_("the adult")  # the person, grown up


class Word(StrEnum):
    GRANTED = N_("granted")
    REFUSED = N_("refused")  # or an objection


class Standard(StrEnum):
    """What the school asks for before somebody may appear."""

    NEVER = N_("not at all")
    UNRECOGNISABLE = N_("non-identifiable only")  # pupils: in pictures, where nobody could recognise them
    PERMISSION = N_("permission needed")
    LIST_ONLY = N_("list only")  # whoever is on no list and has not refused may appear


@dataclass(frozen=True)
class Facts:
    """What the register knows about a person. `protected_until` None: no end is known."""

    kind: PersonKind = PersonKind.PUPIL
    no_publish: bool = False
    left: bool = False
    protected_until: date | None = None

    def is_child_here(self, day: date) -> bool:
        """Whether the rules for pupils hold: for pupils, and for leavers until their protection ends."""
        ended = self.left and self.protected_until is not None and self.protected_until < day
        return self.kind is PersonKind.PUPIL and not ended


@dataclass(frozen=True)
class Record:
    """One permission or refusal as it was given. None for purpose, medium or account: for all of them."""

    word: Word
    giver: Giver
    starts: date
    until: date | None = None  # the last day
    withdrawn_on: date | None = None  # from this day on it no longer holds
    purpose: Purpose | None = None
    medium: Medium | None = None
    account: int | None = None
    id: int | None = None

    def last_day(self, months: int | None) -> date | None:
        """Its own last day, or that of the school's months if it comes earlier. A refusal never runs out."""
        if months is None or self.word is Word.REFUSED:
            return self.until
        runs_out = months_after(self.starts, months) - timedelta(days=1)
        return runs_out if self.until is None else min(self.until, runs_out)

    def holds(self, occasion: "Occasion", months: int | None = None) -> bool:
        """Whether it is in force on that day and speaks about that channel and purpose."""
        last = self.last_day(months)
        return (
            self.starts <= occasion.day
            and (last is None or occasion.day <= last)
            and (self.withdrawn_on is None or occasion.day < self.withdrawn_on)
            and self.purpose in (None, occasion.purpose)
            and self.medium in (None, occasion.medium)
            and self.account in (None, occasion.account)
        )


@dataclass(frozen=True)
class Occasion:
    """Where, what for and when. `taken` is the day of the photos, if it is another one."""

    medium: Medium
    account: int | None
    purpose: Purpose
    day: date
    taken: date | None = None


@dataclass(frozen=True)
class Standards:
    """The school's standard by medium; a medium that is not named asks for permission.

    `months`: so long a permission holds, then the family is asked again; None: until its own last day.
    """

    pupils: Mapping[Medium, Standard] = field(default_factory=dict)
    adults: Mapping[Medium, Standard] = field(default_factory=dict)
    months: int | None = None

    def of(self, facts: Facts, occasion: Occasion) -> Standard:
        by_medium = self.pupils if facts.is_child_here(occasion.day) else self.adults
        return by_medium.get(occasion.medium, Standard.PERMISSION)

    def of_pupils(self, media: Iterable[Medium]) -> Standard:
        """The strictest standard for pupils among several places: one picture goes to all of them."""
        found = {self.pupils.get(medium, Standard.PERMISSION) for medium in media}
        return next((one for one in Standard if one in found), Standard.PERMISSION)


class Because(StrEnum):
    """Why: for the data lead alone. Other staff read `Answer.said`."""

    LISTED = N_("on the no-publish list")
    ASKED = N_("asked not to be in it that day")
    REFUSED = N_("a refusal is in force")
    NEVER = N_("the school shows nobody like that there")
    UNRECOGNISABLE = N_("the school shows pupils there only where nobody could recognise them")
    NO_RECORD = N_("no permission is in force")
    GRANTED = N_("a permission is in force")
    LIST_ONLY = N_("on no list, and the school asks for no more")


@dataclass(frozen=True)
class Answer:
    """`record` is the id of the permission that it rests on, if it rests on one."""

    because: Because
    record: int | None = None

    @property
    def may(self) -> bool:
        return self.because in (Because.GRANTED, Because.LIST_ONLY)

    @property
    def said(self) -> str:
        """What any member of staff may read: the school's own rule, never the family's reason."""
        if self.because is Because.UNRECOGNISABLE:
            return gettext("must not be recognisable")
        return gettext("may appear") if self.may else gettext("must not appear")


# Whose yes is enough. A child's own no always counts; for a pupil its yes alone does not.
_MAY_GRANT = {
    PersonKind.PUPIL: frozenset({Giver.PARENT_1, Giver.PARENT_2, Giver.ADULT}),
    PersonKind.STAFF: frozenset({Giver.ADULT}),
    PersonKind.ADULT: frozenset({Giver.ADULT}),
}


def may_appear(
    facts: Facts, records: Iterable[Record], asked_out: Iterable[date], occasion: Occasion, standards: Standards
) -> Answer:
    """The first thing that says no wins; `asked_out` are the days on which the person asked not to be in it."""
    if facts.no_publish:
        return Answer(Because.LISTED)
    if {occasion.day, occasion.taken} & set(asked_out):
        return Answer(Because.ASKED)
    holding = [record for record in records if record.holds(occasion, standards.months)]
    if any(record.word is Word.REFUSED for record in holding):
        return Answer(Because.REFUSED)
    standard = standards.of(facts, occasion)
    if standard is Standard.NEVER:
        return Answer(Because.NEVER)
    if standard is Standard.UNRECOGNISABLE:
        return Answer(Because.UNRECOGNISABLE)
    for record in holding:
        if record.giver in _MAY_GRANT[facts.kind]:
            return Answer(Because.GRANTED, record.id)
    return Answer(Because.LIST_ONLY if standard is Standard.LIST_ONLY else Because.NO_RECORD)
