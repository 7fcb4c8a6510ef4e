"""People who sign in, kept by the administrator."""

import re
import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import date

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update

from moderation.db.models import BegunSignIn, HalfSignIn, SignIn, User
from moderation.rules.language import Language, gettext
from moderation.rules.roles import SIGN_INS, SYSTEM, Actor, Role
from moderation.services import account_moves, audit, known_devices, passwords
from moderation.services.work import Mistake, NotFound, Work


def nobodys(like: PasswordHasher) -> str:
    """A hash that belongs to no password: asking it takes as long as any other, and making it no time."""
    salt, end = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (like.salt_len, like.hash_len))
    return f"$argon2id$v=19$m={like.memory_cost},t={like.time_cost},p={like.parallelism}${salt}${end}"


HASHER = PasswordHasher()  # argon2id with the library's current parameters
NOBODYS = nobodys(HASHER)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class UserForm:
    email: str
    name: str
    role: Role
    password: str


def everybody(work: Work) -> list[User]:
    return list(work.session.scalars(select(User).order_by(User.active.desc(), User.name)))


def choose_language(work: Work, actor: Actor, language: Language) -> None:
    """For one's own pages and letters, on every device. It decides about nothing, so the trail has no row of it."""
    work.session.get_one(User, actor.id).language = language


def add(work: Work, actor: Actor, form: UserForm, password_is_own: bool = False) -> User:
    """Let somebody sign in. A password that somebody else chose has to be changed at the first sign-in."""
    check_new(work, form.name, form.email, form.role)
    user = enter(work, actor, form.name, form.email, form.role)
    user.password_hash = _hashed(work, form.password, user.name, user.email)
    user.password_is_own = password_is_own
    return user


def check_new(work: Work, name: str, email: str, role: Role) -> None:
    """Whether this can be somebody who does not sign in yet. Raises Mistake."""
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise Mistake(gettext("That does not look like an e-mail address. Write it as in name@school.example."))
    if not name.strip():
        raise Mistake(gettext("Give the person's name."))
    if role not in SIGN_INS:
        raise Mistake(gettext("Choose a role."))
    if work.session.scalars(select(User).where(User.email == email)).first():
        raise Mistake(gettext("Somebody signs in with this address already. Give another one."))


def enter(work: Work, actor: Actor, name: str, email: str, role: Role) -> User:
    """A new person, checked before, whose password nobody knows yet."""
    user = User(
        email=email.strip().lower(),
        name=name.strip()[:120],
        role=role,
        password_hash=NOBODYS,
        password_is_own=False,
        active=True,
        created_at=work.now,
    )
    work.session.add(user)
    work.session.flush()
    audit.append(work, actor, "person added", user=user.id, role=user.role)
    return user


def _hashed(work: Work, password: str, name: str, email: str) -> str:
    passwords.check(password, (name, email, work.school))
    return HASHER.hash(password)


def _get(work: Work, user_id: int) -> User:
    user = work.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def set_active(work: Work, actor: Actor, user_id: int, active: bool) -> None:
    """Let a person in or keep them out; keeping out ends all their sign-ins and blocks what they looked after."""
    user = _get(work, user_id)
    if user.id == actor.id:
        raise Mistake(gettext("You cannot close your own sign-in. Ask another administrator."))
    user.active = active
    if active and not user.is_here(work.today):
        user.leaves_on = None
    if not active:
        end_sign_ins(work, user.id)
    audit.append(work, actor, "person let in" if active else "person kept out", user=user.id)
    if not active:
        account_moves.left(work, user)


def set_last_day(work: Work, actor: Actor, user_id: int, day: date | None) -> None:
    """From the day after it on the person is kept out; None: no day. One that is over keeps them out now."""
    user = _get(work, user_id)
    if user.id == actor.id:
        raise Mistake(gettext("You cannot set your own last day. Ask another administrator."))
    user.leaves_on = day
    audit.append(work, actor, "last day set", user=user.id, day=day.isoformat() if day else None)
    if user.active and not user.is_here(work.today):
        set_active(work, actor, user.id, False)


def gone(work: Work) -> list[int]:
    """Who is let in though their last day is over."""
    over = select(User.id).where(User.active, User.leaves_on < work.today)
    return list(work.session.scalars(over.order_by(User.id)))


def keep_out_who_left(work: Work) -> int:
    """As if an administrator had done it: sign-ins end, accounts they looked after are blocked."""
    ids = gone(work)
    for user_id in ids:
        set_active(work, SYSTEM, user_id, False)
    return len(ids)


def set_role(work: Work, actor: Actor, user_id: int, role: Role) -> None:
    """Another role, from the next click on. Whoever is no member of staff any more looks after no account."""
    user = _get(work, user_id)
    if user.id == actor.id:
        raise Mistake(gettext("You cannot change your own role. Ask another administrator."))
    audit.append(work, actor, "role changed", user=user.id, before=user.role, after=role)
    user.role = role
    account_moves.left(work, user)


def set_password(work: Work, actor: Actor, user_id: int, password: str) -> None:
    """A new password ends every sign-in made with the old one. Set by somebody else, it holds for one sign-in.

    Law 3: nobody approves with another person's sign-in because they happen to know the password.
    """
    user = _get(work, user_id)
    user.password_hash = _hashed(work, password, user.name, user.email)
    user.password_is_own = user.id == actor.id
    end_sign_ins(work, user.id)
    known_devices.forget_all(work, user.id)
    audit.append(work, actor, "password set", user=user.id)


def check_change(work: Work, actor: Actor, old: str, new: str) -> None:
    """Whether this person may change the password from `old` to `new`. Raises Mistake."""
    user = _get(work, actor.id or 0)
    if not is_right(user.password_hash, old):
        raise Mistake(gettext("The old password is not right. Type it again."))
    if old == new:
        raise Mistake(gettext("Choose a password that is not the old one."))
    passwords.check(new, (user.name, user.email, work.school))


def check_password(work: Work, actor: Actor, password: str) -> None:
    """Whether it is this person who sits there. Raises Mistake."""
    if not is_right(_get(work, actor.id or 0).password_hash, password):
        raise Mistake(gettext("The password is not right. Type it again."))


def is_right(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password[:1000])
    except (VerificationError, InvalidHashError):
        return False


def end_sign_ins(work: Work, user_id: int) -> None:
    work.session.execute(
        update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None)).values(ended_at=work.now)
    )
    for table in (HalfSignIn, BegunSignIn):
        work.session.execute(delete(table).where(table.user_id == user_id))


def first_administrator(work: Work, name: str, email: str, password: str) -> User:
    """The first person of a new school. Only while there is nobody."""
    if work.session.scalars(select(User.id).limit(1)).first():
        raise Mistake(gettext("This school is set up already; nothing was changed."))
    return add(work, SYSTEM, UserForm(email, name, Role.ADMINISTRATOR, password), password_is_own=True)
