"""People who sign in, kept by the administrator."""

import re
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from moderation.db.models import SignIn, User
from moderation.rules.roles import SIGN_INS, SYSTEM, Actor, Role
from moderation.services import account_moves, audit
from moderation.services.work import Mistake, NotFound, Work

HASHER = PasswordHasher()  # argon2id with the library's current parameters
SHORTEST_PASSWORD = 12
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class UserForm:
    email: str
    name: str
    role: Role
    password: str


def everybody(work: Work) -> list[User]:
    return list(work.session.scalars(select(User).order_by(User.active.desc(), User.name)))


def add(work: Work, actor: Actor, form: UserForm, password_is_own: bool = False) -> User:
    """Let somebody sign in. A password that somebody else chose has to be changed at the first sign-in."""
    email = form.email.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise Mistake("That does not look like an e-mail address.")
    if not form.name.strip():
        raise Mistake("Give the person's name.")
    if form.role not in SIGN_INS:
        raise Mistake("Choose a role.")
    if work.session.scalars(select(User).where(User.email == email)).first():
        raise Mistake("Somebody with this e-mail address signs in already.")
    user = User(
        email=email,
        name=form.name.strip()[:120],
        role=form.role,
        password_hash=hashed(form.password),
        password_is_own=password_is_own,
        active=True,
        created_at=work.now,
    )
    work.session.add(user)
    work.session.flush()
    audit.append(work, actor, "person added", user=user.id, role=user.role)
    return user


def hashed(password: str) -> str:
    check_new_password(password)
    return HASHER.hash(password)


def check_new_password(password: str) -> None:
    """Raises Mistake for one that is too short or too long."""
    if len(password) < SHORTEST_PASSWORD:
        raise Mistake(f"A password needs at least {SHORTEST_PASSWORD} characters. Three words in a row are good.")
    if len(password) > 1000:
        raise Mistake("That password is too long.")


def _get(work: Work, user_id: int) -> User:
    user = work.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def set_active(work: Work, actor: Actor, user_id: int, active: bool) -> None:
    """Let a person in or keep them out; keeping out ends all their sign-ins and blocks what they looked after."""
    user = _get(work, user_id)
    if user.id == actor.id:
        raise Mistake("You cannot close your own sign-in. Ask another administrator.")
    user.active = active
    if not active:
        end_sign_ins(work, user.id)
    audit.append(work, actor, "person let in" if active else "person kept out", user=user.id)
    if not active:
        account_moves.left(work, user)


def set_role(work: Work, actor: Actor, user_id: int, role: Role) -> None:
    """Another role, from the next click on. Whoever is no member of staff any more looks after no account."""
    user = _get(work, user_id)
    if user.id == actor.id:
        raise Mistake("You cannot change your own role. Ask another administrator.")
    audit.append(work, actor, "role changed", user=user.id, before=user.role, after=role)
    user.role = role
    account_moves.left(work, user)


def set_password(work: Work, actor: Actor, user_id: int, password: str) -> None:
    """A new password ends every sign-in made with the old one. Set by somebody else, it holds for one sign-in.

    Law 3: nobody approves with another person's sign-in because they happen to know the password.
    """
    user = _get(work, user_id)
    user.password_hash = hashed(password)
    user.password_is_own = user.id == actor.id
    end_sign_ins(work, user.id)
    audit.append(work, actor, "password set", user=user.id)


def check_change(work: Work, actor: Actor, old: str, new: str) -> None:
    """Whether this person may change the password from `old` to `new`. Raises Mistake."""
    user = work.session.get(User, actor.id)
    if user is None or not is_right(user.password_hash, old):
        raise Mistake("The old password is not right.")
    if old == new:
        raise Mistake("Choose a password that is not the old one.")


def is_right(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password[:1000])
    except (VerificationError, InvalidHashError):
        return False


def end_sign_ins(work: Work, user_id: int) -> None:
    work.session.execute(
        update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None)).values(ended_at=work.now)
    )


def first_administrator(work: Work, name: str, email: str, password: str) -> User:
    """The first person of a new school. Only while there is nobody."""
    if work.session.scalars(select(User.id).limit(1)).first():
        raise Mistake("This school is set up already; nothing was changed.")
    return add(work, SYSTEM, UserForm(email, name, Role.ADMINISTRATOR, password), password_is_own=True)
