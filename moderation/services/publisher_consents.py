"""The headteacher's written consent that a publisher uses the accounts; and whether the school asks for it."""

from datetime import date

from sqlalchemy import select

from moderation.db.models import AccountRule, PublisherConsent, User
from moderation.rules.language import N_, gettext
from moderation.rules.roles import KEEPERS, PUBLISHERS, Actor, Role
from moderation.rules.workflow import NOT_YOURS, NotYours
from moderation.services import audit, deputies
from moderation.services.accounts import LONGEST_PLACE, words
from moderation.services.work import Mistake, NotFound, Work


def is_asked(work: Work) -> bool:
    return work.session.get_one(AccountRule, 1).consent_asked


def who(work: Work) -> frozenset[int] | None:
    """Who has it today; None: the school does not ask for it."""
    return work.once("publisher consents", None, lambda: _who(work))


def _who(work: Work) -> frozenset[int] | None:
    if not is_asked(work):
        return None
    return frozenset(work.session.scalars(select(PublisherConsent.user_id).where(PublisherConsent.ended_at.is_(None))))


def ask(work: Work, actor: Actor, asked: bool) -> None:
    if actor.roles.isdisjoint(KEEPERS):
        raise NotYours(NOT_YOURS)
    rule = work.session.get_one(AccountRule, 1)
    if rule.consent_asked is not asked:
        rule.consent_asked = asked
        audit.append(work, actor, "publisher consent asked" if asked else "publisher consent not asked")


def publishers(work: Work) -> list[tuple[User, PublisherConsent | None]]:
    """Everybody who publishes here, with the consent that holds."""
    return [(user, _of(work, user.id)) for user in deputies.by_own_role(work, PUBLISHERS)]


def _of(work: Work, user_id: int) -> PublisherConsent | None:
    holds = (PublisherConsent.user_id == user_id, PublisherConsent.ended_at.is_(None))
    return work.session.scalars(select(PublisherConsent).where(*holds)).first()


def give(work: Work, actor: Actor, user_id: int, given_on: date | None, kept: str) -> None:
    """The headteacher's consent, for a publisher who has none yet. Raises Mistake."""
    _only_the_head(actor)
    user = work.session.get(User, user_id)
    if user is None or not user.active or user.role not in PUBLISHERS or user.id == actor.id:
        raise Mistake(gettext("Choose somebody who publishes here."))
    if given_on is None or given_on > work.today:
        raise Mistake(gettext("Give the day of the consent: today, or earlier."))
    if _of(work, user_id) is not None:
        return
    place = words(kept, LONGEST_PLACE, N_("where the paper is"), may_be_empty=True)
    row = PublisherConsent(user_id=user_id, given_on=given_on, kept=place, given_by_id=actor.id, given_at=work.now)
    work.session.add(row)
    work.session.flush()
    audit.append(work, actor, "publisher consent given", user=user_id, given_on=given_on.isoformat())


def end(work: Work, actor: Actor, user_id: int) -> None:
    """From now on no kit opens for them while the school asks for it."""
    _only_the_head(actor)
    row = _of(work, user_id)
    if row is None:
        raise NotFound
    row.ended_at = work.now
    audit.append(work, actor, "publisher consent ended", user=user_id)


def _only_the_head(actor: Actor) -> None:
    if Role.HEADTEACHER not in actor.roles:
        raise NotYours(NOT_YOURS)
