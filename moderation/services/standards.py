"""What the school asks for before somebody may appear, by kind of place, and up to which ages people are protected."""

from moderation.db.models import ConsentRule
from moderation.rules.consent import Medium, Standard
from moderation.rules.presets import PRESETS, Ages
from moderation.rules.roles import Actor
from moderation.services import audit
from moderation.services.work import Mistake, NotFound, Work


def set_standard(work: Work, actor: Actor, medium: Medium, pupils: Standard, adults: Standard) -> None:
    """What the school asks for on one kind of place from now on."""
    row = work.session.get(ConsentRule, medium)
    if row is None:
        row = ConsentRule(medium=medium, pupils=Standard.PERMISSION, adults=Standard.PERMISSION)
        work.session.add(row)
    if (row.pupils, row.adults) != (pupils, adults):
        row.pupils, row.adults = pupils, adults
        audit.append(work, actor, "standard set", medium=medium, pupils=pupils, adults=adults)
    work.session.flush()


def ages(work: Work) -> Ages:
    version = work.register_version
    return Ages(version.protected_age, version.looked_after_age, version.special_needs_age)


def set_ages(work: Work, actor: Actor, wanted: Ages) -> None:
    """Up to which birthdays people are protected: for days that are worked out from now on."""
    if not all(1 <= age <= 99 for age in (wanted.everybody, wanted.looked_after, wanted.special_needs)):
        raise Mistake("An age lies between 1 and 99.")
    if wanted == ages(work):
        return
    version = work.register_version
    version.protected_age, version.looked_after_age = wanted.everybody, wanted.looked_after
    version.special_needs_age = wanted.special_needs
    audit.append(work, actor, "ages set", ages=[wanted.everybody, wanted.looked_after, wanted.special_needs])


def take_preset(work: Work, actor: Actor, name: str) -> None:
    """Everything that a ready setting says. Raises NotFound for a name that is none."""
    if name not in PRESETS:
        raise NotFound
    preset = PRESETS[name]
    for medium in Medium:
        set_standard(work, actor, medium, preset.pupils, preset.adults)
    set_ages(work, actor, preset.ages)
