"""May this person's face be matched on this day? The one place that decides it (law 9)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from moderation.rules.language import N_


class Obstacle(StrEnum):
    """Why a face may not be matched, as the data lead reads it. Never shown to anybody else."""

    NONE_RECORDED = N_("no permission is recorded")
    REFUSED = N_("this person refuses")
    OBJECTED = N_("a parent objects")
    NOT_TOLD = N_("not every parent was told")
    NOT_AGREED = N_("no parent agreed in writing after being told")
    NOT_YET = N_("the permission does not hold yet")
    ENDED = N_("the permission has ended")


class Excuse(StrEnum):
    """Why a parent need not be told and asked: the reasons of section 27 of the Protection of Freedoms Act 2012."""

    NOT_FOUND = N_("cannot be found")
    LACKS_CAPACITY = N_("lacks capacity")
    WELFARE = N_("must not be contacted, for the child’s welfare")
    NOT_PRACTICABLE = N_("not reasonably practicable to tell or ask")


class Why(StrEnum):
    """Why encodings were made or destroyed, as the biometric ledger and its certificates say it."""

    REFERENCE_ADDED = N_("a reference photo was added")
    MADE_AGAIN = N_("made again from the kept photo")
    REFERENCE_REMOVED = N_("the reference photo was removed")
    REPLACED = N_("replaced by newer ones")
    WITHDRAWN = N_("the permission was withdrawn")
    EXPIRED = N_("the permission ended")
    OFF_THE_LIST = N_("no longer on the no-publish list")
    LEFT = N_("no longer on the register")
    RECOGNITION_OFF = N_("recognition was switched off")


@dataclass(frozen=True)
class Answer:
    """What one parent was told and answered, and when; an adult's own answer is the only one that counts for them."""

    told_on: date | None = None
    agreed_on: date | None = None  # in writing
    objected_on: date | None = None
    excused_on: date | None = None  # decided that this parent need not be told and asked; never stands for a yes


@dataclass(frozen=True)
class Permission:
    """Everybody's answers. `refused_on`: the child's own no, at any age. Both days of `starts_on`–`ends_on` count."""

    answers: tuple[Answer, ...]
    refused_on: date | None
    starts_on: date
    ends_on: date


def obstacle(permission: Permission | None, day: date) -> Obstacle | None:
    """What keeps a face from being matched on `day`; None if nothing does.

    A refusal or an objection holds whatever its date: a no is never waited for.
    """
    if permission is None:
        return Obstacle.NONE_RECORDED
    if permission.refused_on is not None:
        return Obstacle.REFUSED
    if any(answer.objected_on is not None for answer in permission.answers):
        return Obstacle.OBJECTED
    if not permission.answers or not all(_told(answer, day) for answer in permission.answers):
        return Obstacle.NOT_TOLD
    if not any(_agreed(answer, day) for answer in permission.answers):
        return Obstacle.NOT_AGREED
    if day < permission.starts_on:
        return Obstacle.NOT_YET
    return Obstacle.ENDED if day > permission.ends_on else None


def _told(answer: Answer, day: date) -> bool:
    if answer.excused_on is not None and answer.excused_on <= day:
        return True
    return answer.told_on is not None and answer.told_on <= day


def _agreed(answer: Answer, day: date) -> bool:
    """Nobody agrees to what they were not told."""
    return answer.told_on is not None and answer.agreed_on is not None and answer.told_on <= answer.agreed_on <= day


def may_encode(strict: bool, tagged: Collection[bool]) -> bool:
    """Whether faces in one photo may be encoded at all.

    `tagged` says, of each person who is tagged in it or belongs to a tagged group, whether their face may be matched.
    Under the school's strict setting one no is enough, and a photo with nobody tagged is one whose people nobody asked.
    """
    return not strict or (bool(tagged) and all(tagged))
