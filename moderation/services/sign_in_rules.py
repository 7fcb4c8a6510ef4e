"""The school's own rules of signing in, kept by the administrator."""

from collections.abc import Collection

from moderation.db.models import SignInRules
from moderation.rules.language import gettext
from moderation.rules.roles import SIGN_INS, Actor, Role
from moderation.rules.sign_ins import Timeouts
from moderation.services import audit
from moderation.services.work import Mistake, Work


def in_force(work: Work) -> Timeouts:
    row = work.session.get_one(SignInRules, 1)
    return Timeouts(row.idle_hours, row.days, row.shared_minutes)


def shared_first(work: Work) -> bool:
    """Whether every device counts as a shared one unless whoever signs in says otherwise."""
    return work.session.get_one(SignInRules, 1).shared_first


def set_shared_first(work: Work, actor: Actor, yes: bool) -> None:
    work.session.get_one(SignInRules, 1).shared_first = yes
    audit.append(work, actor, "devices taken for shared" if yes else "devices not taken for shared")


def second_step_roles(work: Work) -> frozenset[Role]:
    """Who needs a second step, by the roles held on the day."""
    return frozenset(Role(one) for one in work.session.get_one(SignInRules, 1).second_step.split(";") if one)


def ask_second_step(work: Work, actor: Actor, roles: Collection[Role]) -> None:
    """Whoever lacks it sets it up before anything else, from the next click on."""
    if not SIGN_INS.issuperset(roles):
        raise Mistake(gettext("Choose a role."))
    work.session.get_one(SignInRules, 1).second_step = ";".join(sorted(roles))
    audit.append(work, actor, "second step asked of", roles=sorted(roles))


def set_timeouts(work: Work, actor: Actor, timeouts: Timeouts) -> None:
    """From now on, for whoever is signed in as well. Raises Mistake."""
    if problem := timeouts.problem():
        raise Mistake(problem)
    row = work.session.get_one(SignInRules, 1)
    row.idle_hours, row.days, row.shared_minutes = timeouts.idle_hours, timeouts.days, timeouts.shared_minutes
    audit.append(work, actor, "sign-in times set", hours=row.idle_hours, days=row.days, shared=row.shared_minutes)
