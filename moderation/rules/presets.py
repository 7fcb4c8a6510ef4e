"""Ready settings for schools whose policy says something like this; each can be changed afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from moderation.rules.consent import Medium, Standard, Standards
from moderation.rules.language import N_


@dataclass(frozen=True)
class Ages:
    """Up to which birthday somebody is protected, in years; leavers too."""

    everybody: int = 18
    looked_after: int = 21
    special_needs: int = 24


@dataclass(frozen=True)
class Preset:
    """Everything that a policy of one kind says and the program knows. `only_for_pupils` differs from `pupils` there.

    `months`: so long a permission holds. `approvals`: the ready route that the policy asks for, by its name in
    `rules.route_presets`; empty if it names none.
    Whoever takes a preset takes all of it: `services.standards.take_preset`.
    """

    title: str
    says: str
    pupils: Standard
    adults: Standard
    ages: Ages = Ages()
    months: int | None = None
    only_for_pupils: Mapping[Medium, Standard] = field(default_factory=dict)
    approvals: str = ""

    @property
    def standards(self) -> Standards:
        pupils = dict.fromkeys(Medium, self.pupils) | dict(self.only_for_pupils)
        return Standards(pupils, dict.fromkeys(Medium, self.adults), self.months)


RECOMMENDED = "recommended"
PRESETS: dict[str, Preset] = {
    RECOMMENDED: Preset(
        N_("Recommended"),
        N_("Nobody appears without a recorded permission; no record means no; families are asked again every year."),
        Standard.PERMISSION,
        Standard.PERMISSION,
        Ages(19, 21, 24),
        months=12,
    ),
    "staff-rules": Preset(
        N_("Staff rules that count pictures of pupils as misconduct"),
        N_("No pictures of pupils and their families; staff with their permission, for a stated purpose."),
        Standard.NEVER,
        Standard.PERMISSION,
    ),
    "school-accounts": Preset(
        N_("Pictures on the school’s own website and accounts only"),
        N_("Pupils, staff, parents and governors appear there, each with a permission; pupils never in the press."),
        Standard.PERMISSION,
        Standard.PERMISSION,
        only_for_pupils={Medium.PRESS: Standard.NEVER},
    ),
    "parents-first": Preset(
        N_("Parents’ permission before anything is used"),
        N_(
            "Past, present and future pupils with a parent’s permission; colleagues with their own, in writing. "
            "Assistant head and headteacher both approve."
        ),
        Standard.PERMISSION,
        Standard.PERMISSION,
        Ages(19, 21, 24),
        approvals="both",
    ),
    "declaration": Preset(
        N_("A signed declaration: no pictures of pupils at all"),
        N_("Protected are those under 19, looked-after children under 21, those with special needs under 24."),
        Standard.NEVER,
        Standard.PERMISSION,
        Ages(19, 21, 24),
    ),
    "list-only": Preset(
        N_("A list of those who must not appear"),
        N_(
            "On the school’s social media accounts everybody may appear who is not on the list, has not refused, and "
            "did not ask to be left out that day; pupils nowhere else online and not in the press."
        ),
        Standard.LIST_ONLY,
        Standard.LIST_ONLY,
        Ages(18, 18, 18),
        only_for_pupils={Medium.WEBSITE: Standard.NEVER, Medium.PRESS: Standard.NEVER},
    ),
}


def protected_until(born: date, ages: Ages, looked_after: bool = False, special_needs: bool = False) -> date:
    """The last day of protection: the day before the birthday that ends it, the latest that applies."""
    years = [ages.everybody]
    if looked_after:
        years.append(ages.looked_after)
    if special_needs:
        years.append(ages.special_needs)
    ends = born.year + max(years)
    birthday = date(ends, 3, 1) if (born.month, born.day) == (2, 29) else date(ends, born.month, born.day)
    return date.fromordinal(birthday.toordinal() - 1)
