"""When somebody threatens the school with its own pictures: who may stop everything, and whom to call."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from moderation.rules.concerns import next_school_day
from moderation.rules.findings import Kind
from moderation.rules.language import N_
from moderation.rules.roles import APPROVERS, Role
from moderation.rules.school_times import SchoolTimes

OPENERS = APPROVERS | {Role.DATA_LEAD, Role.ADMINISTRATOR}
ENDERS = APPROVERS
READY_WHY = N_("Somebody threatens the school with its own pictures.")
TAKE_DOWN_WITHIN = timedelta(hours=2)  # while everything is stopped
# Faces that could be compared: what somebody else could use too. One that is too small or too blurred is none of them.
CLEAR = frozenset(
    {Kind.FACE_MATCH, Kind.FACE_POSSIBLE, Kind.FACE_OTHER, Kind.FACE_UNCOMPARED, Kind.FACE_IDENTIFIABLE}
    | {Kind.FACE_PUPIL}
)
FIRST_STEPS = (
    N_("Do not answer, and do not pay. Paying may be against the law, and it rarely ends there."),
    N_("Ring the police now. Then ring the others on this list."),
    N_("Keep every message as it came: who sent it, when, the addresses in it. Pass it on to nobody but the police."),
    N_("Take down what is live, the pictures with the clearest faces first."),
    N_("Tell the families whose children are shown, once the police agree."),
)
# Ready lines, for the school to fill in. Nothing but the police's own numbers and these addresses is known to all.
READY_CALLS = N_("""\
Police: 999 if somebody is in danger now, otherwise 101
Designated safeguarding lead:
Headteacher:
Chair of governors, or the trust:
Local authority, children’s services:
Data protection officer:
Technician, for the accounts and their passwords:
Internet Watch Foundation: takes hashes of pictures that are misused, so that networks can block them (iwf.org.uk)
Report Remove (childline.org.uk/remove): for a pupil under 18 whose nude picture is shared
Information Commissioner: within 72 hours, if personal data were lost (ico.org.uk)""")


def down_by(opened: datetime, school_days: int, times: SchoolTimes, stopped_since: datetime | None) -> datetime:
    """Until when (aware UTC) something has to be taken down: so many school days later, by the same time of the day.

    While everything is stopped: two hours after that, or after it was opened, if it was not due before.
    """
    due = opened.astimezone(UTC)
    for _ in range(school_days):
        due = next_school_day(due, times)
    return due if stopped_since is None else min(due, max(opened, stopped_since) + TAKE_DOWN_WITHIN)


@dataclass(frozen=True)
class Clearest:
    """How tall the clearest face of a picture is, in per cent of the picture's height; None: nobody knows.

    It is not known where no look at the picture is kept, or the look broke.
    """

    share: int | None

    @property
    def order(self) -> tuple[bool, int]:
        """The unknown first, then the largest."""
        return self.share is not None, -(self.share or 0)
