"""The school's own checklist before a post is handed in: lines to tick, and where the photos come from."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from moderation.rules.language import N_, gettext
from moderation.rules.roles import Actor

if TYPE_CHECKING:
    from moderation.rules.workflow import Case


class Line(StrEnum):
    TICK = "tick"
    ORIGIN = "origin"  # asks where the photos come from


class Origin(StrEnum):
    """Whose camera took the photos."""

    SCHOOL = N_("a school device")
    OWN = N_("my own device")
    OTHERS = N_("not mine")


READY: tuple[tuple[Line, str], ...] = (
    (Line.TICK, N_("It is positive, and it is about the life of our school.")),
    (Line.TICK, N_("Everybody in it is dressed for it, and nobody is shown in a way that could embarrass them.")),
    (Line.TICK, N_("Whatever is not our own is named with its source, and we have permission to use it.")),
    (Line.ORIGIN, N_("The photos were taken with")),
)


@dataclass(frozen=True)
class Handing:
    """What the author has answered for the post as it is now. Filled with nothing, nothing is answered."""

    ticked: bool = False
    says_origin: bool = False
    credits_others: bool = False


ANSWERED = Handing(ticked=True, says_origin=True, credits_others=True)
UNANSWERED = Handing()


def has_ticked(case: "Case", actor: Actor) -> bool:
    """Tick every line of the checklist: each is for the post as it is now."""
    return case.handing.ticked


def says_origin(case: "Case", actor: Actor) -> bool:
    """Say what the photos were taken with, or that they are not yours."""
    return case.handing.says_origin


def credits_others(case: "Case", actor: Actor) -> bool:
    """Photos that are not yours need their source, a credit line, and who gave permission."""
    return case.handing.credits_others


CHECKLIST = (has_ticked, says_origin, credits_others)


def missing(handing: Handing) -> list[str]:
    """A sentence for everything that is not answered."""
    answers = (handing.ticked, handing.says_origin, handing.credits_others)
    return [gettext(str(guard.__doc__)) for guard, answered in zip(CHECKLIST, answers, strict=True) if not answered]
