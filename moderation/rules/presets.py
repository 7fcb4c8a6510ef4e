"""Ready settings for schools whose policy says something like this; each can be changed afterwards."""

from dataclasses import dataclass
from datetime import date

from moderation.rules.consent import Medium, Standard, Standards


@dataclass(frozen=True)
class Ages:
    """Up to which birthday somebody is protected, in years; leavers too."""

    everybody: int = 18
    looked_after: int = 21
    special_needs: int = 24


@dataclass(frozen=True)
class Preset:
    title: str
    says: str
    pupils: Standard
    adults: Standard
    ages: Ages = Ages()

    @property
    def standards(self) -> Standards:
        return Standards(dict.fromkeys(Medium, self.pupils), dict.fromkeys(Medium, self.adults))


RECOMMENDED = "recommended"
PRESETS: dict[str, Preset] = {
    RECOMMENDED: Preset(
        "Recommended",
        "Nobody appears without a recorded permission; no record means no.",
        Standard.PERMISSION,
        Standard.PERMISSION,
        Ages(19, 21, 24),
    ),
    "staff-rules": Preset(
        "Staff rules that count pictures of pupils as misconduct",
        "No pictures of pupils and their families; staff with their permission, for a stated purpose.",
        Standard.NEVER,
        Standard.PERMISSION,
    ),
    "school-accounts": Preset(
        "Pictures on the school’s own website and accounts only",
        "Pupils, staff, parents and governors appear on the school’s accounts, each with a permission.",
        Standard.PERMISSION,
        Standard.PERMISSION,
    ),
    "parents-first": Preset(
        "Parents’ permission before anything is used",
        "Past, present and future pupils with a parent’s permission; colleagues with their own, in writing.",
        Standard.PERMISSION,
        Standard.PERMISSION,
        Ages(19, 21, 24),
    ),
    "declaration": Preset(
        "A signed declaration: no pictures of pupils at all",
        "Protected are those under 19, looked-after children under 21, those with special needs under 24.",
        Standard.NEVER,
        Standard.PERMISSION,
        Ages(19, 21, 24),
    ),
    "list-only": Preset(
        "A list of those who must not appear",
        "Everybody may appear who is not on the list, has not refused, and did not ask to be left out that day.",
        Standard.LIST_ONLY,
        Standard.LIST_ONLY,
        Ages(18, 18, 18),
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
