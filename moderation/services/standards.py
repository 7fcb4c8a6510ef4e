"""What the school asks for before somebody may appear, by kind of place, and up to which ages people are protected."""

from dataclasses import dataclass

from sqlalchemy import select

from moderation.db.models import ConsentRule
from moderation.rules.consent import Medium, Standard
from moderation.rules.language import gettext
from moderation.rules.presets import PRESETS, Ages
from moderation.rules.roles import Actor
from moderation.services import appearing, audit, endings, route_changes
from moderation.services.roster import moved_on
from moderation.services.work import Mistake, NotFound, Work

LONGEST_MONTHS = 84  # nobody stays longer in one school
FLAGS_FACES = (Standard.NEVER, Standard.UNRECOGNISABLE)  # under these every face is a flag


def are_chosen(work: Work) -> bool:
    """Whether the school has said what it asks for: by a ready setting or by itself."""
    return any(audit.newest(work, action) for action in ("ready setting taken", "standard set"))


def set_standard(work: Work, actor: Actor, medium: Medium, pupils: Standard, adults: Standard) -> None:
    """What the school asks for on one kind of place from now on."""
    row = work.session.get(ConsentRule, medium)
    if row is None:
        row = ConsentRule(medium=medium, pupils=Standard.PERMISSION, adults=Standard.PERMISSION)
        work.session.add(row)
    if (row.pupils, row.adults) != (pupils, adults):
        other_flags = row.pupils is not pupils and {row.pupils, pupils} & set(FLAGS_FACES)
        moved_on(work, list_too=bool(other_flags))  # the rules on faces go with the list
        row.pupils, row.adults = pupils, adults
        audit.append(work, actor, "standard set", medium=medium, pupils=pupils, adults=adults)
    work.session.flush()


def ages(work: Work) -> Ages:
    version = work.register_version
    return Ages(version.protected_age, version.looked_after_age, version.special_needs_age)


def set_ages(work: Work, actor: Actor, wanted: Ages) -> None:
    """Up to which birthdays people are protected: for days that are worked out from now on."""
    if not all(1 <= age <= 99 for age in (wanted.everybody, wanted.looked_after, wanted.special_needs)):
        raise Mistake(gettext("Give an age between 1 and 99."))
    if wanted == ages(work):
        return
    version = work.register_version
    version.protected_age, version.looked_after_age = wanted.everybody, wanted.looked_after
    version.special_needs_age = wanted.special_needs
    audit.append(work, actor, "ages set", ages=[wanted.everybody, wanted.looked_after, wanted.special_needs])


def set_months(work: Work, actor: Actor, months: int | None) -> None:
    """So many months a permission holds from its first day; None: until its own last day. Raises Mistake.

    What has run out by that is over at once, as if it had been withdrawn.
    """
    if months is not None and not 1 <= months <= LONGEST_MONTHS:
        raise Mistake(
            gettext("A permission holds for 1 to {longest} months, or leave it empty.").format(longest=LONGEST_MONTHS)
        )
    version = work.register_version
    if months != version.permission_months:
        before = appearing.school_standards(work)
        version.permission_months = months
        audit.append(work, actor, "months of permissions set", months=months)
        endings.by_shorter_months(work, actor, before)


@dataclass(frozen=True)
class ImagesPolicy:
    """The school's own policy on images, as people read it: title with version or date, and where it stands."""

    title: str = ""
    link: str = ""


def images_policy(work: Work) -> ImagesPolicy:
    version = work.register_version
    return ImagesPolicy(version.images_policy, version.images_policy_link)


def set_images_policy(work: Work, actor: Actor, policy: ImagesPolicy) -> None:
    """Name another policy or version. Raises Mistake."""
    if policy.link and not policy.link.startswith(("https://", "http://")):
        raise Mistake(gettext("The link to the images policy starts with https://"))
    if policy.link and not policy.title:
        raise Mistake(gettext("Give the images policy’s title, with its version or date."))
    if policy == images_policy(work):
        return
    version = work.register_version
    version.images_policy, version.images_policy_link = policy.title, policy.link
    audit.append(work, actor, "images policy named", title=policy.title, link=policy.link)


def about_pupils(work: Work) -> list[str]:
    """For whoever takes photos: where the school shows no pupils, or none who could be recognised."""
    found = work.session.scalars(select(ConsentRule).where(ConsentRule.pupils.in_(FLAGS_FACES)))
    return sorted(f"Pictures of pupils, {rule.medium}: {rule.pupils}" for rule in found)


def take_preset(work: Work, actor: Actor, name: str) -> None:
    """Everything that a ready setting says. Raises NotFound for a name that is none."""
    if name not in PRESETS:
        raise NotFound
    preset = PRESETS[name]
    standards = preset.standards
    for medium in Medium:
        set_standard(work, actor, medium, standards.pupils[medium], standards.adults[medium])
    set_ages(work, actor, preset.ages)
    set_months(work, actor, preset.months)
    if preset.approvals:
        route_changes.ask_as_preset(work, actor, preset.approvals)
    audit.append(work, actor, "ready setting taken", setting=name)
