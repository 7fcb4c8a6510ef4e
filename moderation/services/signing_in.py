"""Sign-ins: kept on the server's side, ended at will, running out by themselves."""

from dataclasses import dataclass

from sqlalchemy import select, update

from moderation.db.models import SignIn, User
from moderation.rules.language import N_, gettext
from moderation.rules.roles import Actor
from moderation.rules.sign_ins import How, seen_every
from moderation.rules.telling import News
from moderation.services import audit, sign_in_rules, staff, telling, tokens
from moderation.services.work import Mistake, Work

WRONG = N_("The e-mail address or the password is not right. Try again.")


@dataclass(frozen=True)
class Recognised:
    """Somebody whose password, passkey or provider was right, not signed in yet."""

    user_id: int
    fresh_hash: str | None  # if the library's parameters have moved on
    how: How = How.PASSWORD
    both_steps: bool = False  # nothing more is asked for


def recognise(work: Work, email: str, password: str) -> Recognised:
    """Check a password; slow by design, so with a transaction that only asks.

    Raises Mistake with the same sentence whatever was wrong.
    """
    user = work.session.scalars(select(User).where(User.email == email.strip().lower())).first()
    right = staff.is_right(user.password_hash if user else staff.NOBODYS, password)  # nobody has it: it takes as long
    if user is None or not right or not user.is_here(work.today):
        raise Mistake(gettext(WRONG))
    outdated = staff.HASHER.check_needs_rehash(user.password_hash)
    return Recognised(user.id, staff.HASHER.hash(password) if outdated else None)


def begin(work: Work, recognised: Recognised, shared: bool = False, browser: str = "") -> tuple[str, User]:
    """Sign this person in: a fresh token for the cookie, and who it is. `shared`: others use this computer as well."""
    user = work.session.get_one(User, recognised.user_id)
    if not user.is_here(work.today):
        raise Mistake(gettext(WRONG))
    user.password_hash = recognised.fresh_hash or user.password_hash
    token = tokens.fresh()
    work.session.add(
        SignIn(
            user_id=user.id,
            token_hash=tokens.hashed(token),
            created_at=work.now,
            seen_at=work.now,
            expires_at=work.now + sign_in_rules.in_force(work).longest(shared),
            shared=shared,
            called=browser[:80],
            how=recognised.how,
            both_steps=recognised.both_steps,
        )
    )
    audit.append(work, user.actor, "signed in", how=recognised.how)
    return token, user


def find(work: Work, token: str) -> SignIn | None:
    """The sign-in that this token stands for, if it still holds."""
    found = work.session.scalars(select(SignIn).where(SignIn.token_hash == tokens.hashed(token))).first()
    return found if found is not None and holds(work, found) else None


def holds(work: Work, found: SignIn) -> bool:
    """By the rules of today, too: shorter ones hold for whoever is signed in already."""
    if found.ended_at is not None or found.expires_at <= work.now or not found.user.is_here(work.today):
        return False
    return sign_in_rules.in_force(work).end(found.created_at, found.seen_at, found.shared) > work.now


def needs_touch(work: Work, found: SignIn) -> bool:
    return found.seen_at + seen_every(found.shared) < work.now


def touch(work: Work, token: str) -> None:
    found = find(work, token)
    if found is not None:
        found.seen_at = work.now


def sign_out(work: Work, actor: Actor, token: str) -> None:
    found = find(work, token)
    if found is not None:
        found.ended_at = work.now
        audit.append(work, actor, "signed out")


def end_all(work: Work) -> None:
    """Everybody signs in again: a restored backup knows sign-ins that were ended since."""
    work.session.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=work.now))


def way_in_changed(work: Work, actor: Actor, what: str, **ids: int) -> None:
    """Write it down, and tell the person themselves: if it was not they, they learn of it."""
    audit.append(work, actor, what, **ids)
    telling.tell(work, News.WAY_IN_CHANGED, about=actor.id, only=(actor.id or 0,))
