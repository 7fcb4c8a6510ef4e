"""Who somebody is at the school's provider: linked by that person, never by an e-mail address."""

from typing import Final

from sqlalchemy import select

from moderation.db.models import LinkedAccount, User
from moderation.rules.language import N_, gettext
from moderation.rules.roles import Actor
from moderation.rules.sign_ins import How
from moderation.rules.single_sign_on import SingleSignOn, WhoAsks
from moderation.services import deputies, second_step, signing_in
from moderation.services.begun import Step
from moderation.services.signing_in import Recognised
from moderation.services.work import Mistake, NotFound, Work

TAKEN: Final = N_("That account cannot be linked. Ask the administrator.")


class Unknown(Mistake):
    """Nobody who may sign in here is linked to it. Told alike of somebody who left and of somebody never seen."""


def recognise(work: Work, issuer: str, subject: str, both_steps: bool) -> Recognised:
    """Raises Unknown."""
    of_both = (LinkedAccount.issuer == issuer, LinkedAccount.subject == subject)
    found = work.session.scalars(select(LinkedAccount).where(*of_both)).first()
    if found is None or not found.user.is_here(work.today):
        raise Unknown
    found.used_at = work.now
    return Recognised(found.user_id, None, How.PROVIDER, both_steps)


def link(work: Work, actor: Actor, step: Step, issuer: str, subject: str) -> None:
    """What this person began themselves, signed in and after giving their password. Raises Mistake."""
    of_both = (LinkedAccount.issuer == issuer, LinkedAccount.subject == subject)
    if step.user_id != actor.id or work.session.scalars(select(LinkedAccount).where(*of_both)).first():
        raise Mistake(gettext(TAKEN))
    if mine(work, actor, issuer) is not None:
        raise Mistake(gettext("Your sign-in is linked already. Take that link away first."))
    work.session.add(LinkedAccount(user_id=actor.id, issuer=issuer, subject=subject, linked_at=work.now))
    work.session.flush()
    signing_in.way_in_changed(work, actor, "account linked")


def must_be_used(work: Work, sso: SingleSignOn | None, recognised: Recognised) -> bool:
    """Whether the provider asks this person for the second step that is asked of them, and nobody else does.

    Their password alone would otherwise open the page on which a second step is set up: to whoever has that alone.
    """
    if sso is None or sso.second_step is WhoAsks.GATEPOST or recognised.how is not How.PASSWORD:
        return False
    actor = deputies.actor_of(work, work.session.get_one(User, recognised.user_id))
    return second_step.is_lacking(work, actor) and mine(work, actor, sso.issuer) is not None


def mine(work: Work, actor: Actor, issuer: str) -> LinkedAccount | None:
    of_both = (LinkedAccount.user_id == actor.id, LinkedAccount.issuer == issuer)
    return work.session.scalars(select(LinkedAccount).where(*of_both)).first()


def unlink(work: Work, actor: Actor, issuer: str) -> None:
    found = mine(work, actor, issuer)
    if found is None:
        raise NotFound
    work.session.delete(found)
    work.session.flush()
    signing_in.way_in_changed(work, actor, "account unlinked")
