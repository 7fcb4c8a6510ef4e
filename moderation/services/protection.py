"""Until when somebody is protected, worked out from a birth date that is not kept."""

from dataclasses import dataclass
from datetime import date

from moderation.rules.language import gettext
from moderation.rules.presets import protected_until
from moderation.services import standards
from moderation.services.work import Mistake, Work

_OLDEST = 120  # years


@dataclass(frozen=True)
class Birth:
    """As typed, for this one sum."""

    on: date | None
    looked_after: bool = False
    special_needs: bool = False


def last_day(work: Work, birth: Birth) -> date:
    """The last day of protection by the school's ages. Raises Mistake."""
    if birth.on is None:
        raise Mistake(gettext("Type the birth date too, or the last day of protection itself."))
    if not work.today.year - _OLDEST < birth.on.year or birth.on > work.today:
        raise Mistake(gettext("This is nobody's birth date. Look at its year."))
    return protected_until(birth.on, standards.ages(work), birth.looked_after, birth.special_needs)
