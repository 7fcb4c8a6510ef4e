"""How long a sign-in holds: by when it was last used, by when it began, and whether the computer is a shared one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.rules.language import gettext

SHARED_HOLDS = timedelta(hours=10)  # a day at school, however busily it is used
MOST_DAYS = 90


class How(StrEnum):
    """With what somebody signed in first. A second step may have come after it; a passkey is both steps in one."""

    PASSWORD = "password"  # noqa: S105 (a kind of signing in)
    PASSKEY = "passkey"
    PROVIDER = "single sign-on"


class Begun(StrEnum):
    """What was begun in a browser and waits for its end, which comes once or never."""

    PASSKEY = "passkey"
    NEW_PASSKEY = "new passkey"
    PROVIDER = "single sign-on"
    LINK = "link to single sign-on"


@dataclass(frozen=True)
class Timeouts:
    """The school's own: hours without use, days in all, and minutes without use on a shared computer."""

    idle_hours: int = 12
    days: int = 30
    shared_minutes: int = 15

    def problem(self) -> str | None:
        """A sentence if these are no times that a school can want."""
        if not 1 <= self.idle_hours <= 24 * MOST_DAYS:
            return gettext("Choose from 1 to {most_days} hours without use.").format(most_days=24 * MOST_DAYS)
        if not 1 <= self.days <= MOST_DAYS:
            return gettext("Choose from 1 to {most_days} days in all.").format(most_days=MOST_DAYS)
        if not 5 <= self.shared_minutes <= 120:
            return gettext("Choose from 5 to 120 minutes for a shared computer.")
        return None

    def end(self, began: datetime, seen: datetime, shared: bool) -> datetime:
        """When a sign-in is over if it is not used again."""
        idle = timedelta(minutes=self.shared_minutes) if shared else timedelta(hours=self.idle_hours)
        return min(began + self.longest(shared), seen + idle)

    def longest(self, shared: bool) -> timedelta:
        return SHARED_HOLDS if shared else timedelta(days=self.days)


def seen_every(shared: bool) -> timedelta:
    """How often it is written down that a sign-in is in use."""
    return timedelta(minutes=1 if shared else 5)
