"""The second step: codes of an authenticator app, each once; passkeys; recovery codes for a lost phone."""

import hmac
import secrets
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256

import pyotp
from sqlalchemy import delete, func, or_, select, update

from moderation.db.models import AuthenticatorApp, HalfSignIn, LinkedAccount, Passkey, RecoveryCode, User
from moderation.rules.language import N_, gettext
from moderation.rules.roles import Actor
from moderation.rules.telling import News
from moderation.services import audit, deputies, kept_secrets, sign_in_rules, staff, telling
from moderation.services.work import Mistake, NotFound, Work

WRONG = N_("That code is not right, or it was used already. Wait for the next one.")
RECOVERY_CODES = 10
SECONDS = 30  # that a code of the app holds; one before and one after are taken too, for clocks that are off


@dataclass(frozen=True)
class Shown:
    """What an app is given: as an address for its camera, and to type."""

    address: str
    secret: str


def is_set_up(work: Work, user_id: int | None) -> bool:
    """Whether an app gives codes."""
    app = work.session.get(AuthenticatorApp, user_id or 0)
    return app is not None and app.confirmed_at is not None


def has_passkey(work: Work, user_id: int | None) -> bool:
    return work.session.scalars(select(Passkey.id).where(Passkey.user_id == user_id).limit(1)).first() is not None


def has_any(work: Work, user_id: int | None) -> bool:
    return is_set_up(work, user_id) or has_passkey(work, user_id)


def is_asked(work: Work, actor: Actor) -> bool:
    """Whether the school asks for it in one of today's roles."""
    return not actor.roles.isdisjoint(sign_in_rules.second_step_roles(work))


def is_lacking(work: Work, actor: Actor) -> bool:
    return is_asked(work, actor) and not has_any(work, actor.id)


def follows(work: Work, user_id: int) -> bool:
    """Whether a first step alone signs this person in no further.

    Whoever set up an app wants it asked for. A passkey is there to be quick: where the school asks for no second
    step, the password alone goes on opening beside it.
    """
    user = work.session.get_one(User, user_id)
    return is_set_up(work, user_id) or (has_passkey(work, user_id) and is_asked(work, deputies.actor_of(work, user)))


def start(work: Work, actor: Actor) -> None:
    """A fresh secret, which counts for nothing until a code shows that the app has it."""
    if is_set_up(work, actor.id):
        raise Mistake(gettext("Your second step is set up already. Take it away first."))
    work.session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.user_id == actor.id))
    key = work.vault.new_key()
    sealed = work.vault.seal(key, pyotp.random_base32().encode(), _context(actor.id))
    work.session.add(AuthenticatorApp(user_id=actor.id, wrapped_key=key, sealed=sealed, started_at=work.now))
    work.session.flush()


def shown(work: Work, actor: Actor) -> Shown | None:
    """For the app, while nothing has confirmed it yet; never again after that."""
    app = work.session.get(AuthenticatorApp, actor.id or 0)
    if app is None or app.confirmed_at is not None:
        return None
    secret = _secret(work, app)
    who = work.session.get_one(User, actor.id).email
    return Shown(pyotp.TOTP(secret).provisioning_uri(name=who, issuer_name=f"Gatepost {work.school}".strip()), secret)


def confirm(work: Work, actor: Actor, code: str) -> list[str]:
    """The app's first code switches the second step on. Returns the recovery codes: seen this once."""
    app = work.session.get(AuthenticatorApp, actor.id or 0)
    if app is None or app.confirmed_at is not None:
        raise NotFound
    if not _is_of_app(work, app, code):
        raise Mistake(gettext(WRONG))
    app.confirmed_at = work.now
    audit.append(work, actor, "second step set up")
    return new_codes(work, actor)


def new_codes(work: Work, actor: Actor) -> list[str]:
    """Ten recovery codes; those from before are worth nothing any more."""
    if not has_any(work, actor.id):
        raise NotFound
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == actor.id))
    raw = [b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    for code in raw:
        work.session.add(RecoveryCode(user_id=actor.id, code_hash=_hashed(work, actor.id, code), made_at=work.now))
    work.session.flush()
    audit.append(work, actor, "recovery codes made")
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in raw]


def codes_left(work: Work, user_id: int | None) -> int:
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return work.session.scalar(unused) or 0


def use(work: Work, user_id: int, code: str) -> None:
    """Use up a code of the app or a recovery code. Raises Mistake with one sentence, whatever was wrong."""
    app = work.session.get(AuthenticatorApp, user_id)
    of_app = app is not None and app.confirmed_at is not None and _is_of_app(work, app, code)
    plain = code.replace("-", "").replace(" ", "").lower()
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hashed(work, user_id, plain))
    used = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=work.now)
    by_recovery = work.session.execute(used.returning(RecoveryCode.id)).first() is not None
    if not (of_app or by_recovery):
        raise Mistake(gettext(WRONG))
    if by_recovery:
        audit.append(work, work.session.get_one(User, user_id).actor, "recovery code used")


def _is_of_app(work: Work, app: AuthenticatorApp, code: str) -> bool:
    """Whether it is one of these half minutes' codes and newer than every one that was used (law: no replay)."""
    typed, totp = "".join(code.split()), pyotp.TOTP(_secret(work, app), interval=SECONDS)
    now = int(work.now.timestamp()) // SECONDS
    fits = [step for step in (now - 1, now, now + 1) if pyotp.utils.strings_equal(totp.generate_otp(step), typed)]
    if not fits:
        return False
    unused = or_(AuthenticatorApp.last_step.is_(None), AuthenticatorApp.last_step < fits[0])
    mine = update(AuthenticatorApp).where(AuthenticatorApp.user_id == app.user_id, unused).values(last_step=fits[0])
    return work.session.execute(mine.returning(AuthenticatorApp.user_id)).first() is not None


def take_away(work: Work, actor: Actor) -> None:
    """One's own."""
    if not is_set_up(work, actor.id):
        raise NotFound
    work.session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.user_id == actor.id))
    forget_codes_alone(work, actor.id)
    audit.append(work, actor, "second step taken away")


def forget_codes_alone(work: Work, user_id: int | None) -> None:
    """Recovery codes stand in for something: without app and passkeys they go too."""
    if not has_any(work, user_id):
        for table in (RecoveryCode, HalfSignIn):
            work.session.execute(delete(table).where(table.user_id == user_id))


def reset(work: Work, actor: Actor, user_id: int) -> None:
    """By an administrator, or on the server, for somebody who lost phone and codes. Told to that person.

    All that opens besides the password goes: app, codes, passkeys, linked accounts. Their sign-ins end.
    """
    if user_id == actor.id:
        raise Mistake(gettext("You cannot reset your own second step here. Use one of your recovery codes."))
    if user_id not in who_have_more(work):
        raise NotFound
    for table in (AuthenticatorApp, RecoveryCode, Passkey, LinkedAccount):
        work.session.execute(delete(table).where(table.user_id == user_id))
    staff.end_sign_ins(work, user_id)
    audit.append(work, actor, "second step reset", user=user_id)
    telling.tell(work, News.SECOND_STEP_RESET, about=user_id, only=(user_id,))


def who_have_it(work: Work) -> frozenset[int]:
    have = select(AuthenticatorApp.user_id).where(AuthenticatorApp.confirmed_at.is_not(None))
    return frozenset(work.session.scalars(have)) | frozenset(work.session.scalars(select(Passkey.user_id)))


def who_have_more(work: Work) -> frozenset[int]:
    """Who has anything that opens besides the password, or is asked for after it."""
    return who_have_it(work) | frozenset(work.session.scalars(select(LinkedAccount.user_id)))


def _secret(work: Work, app: AuthenticatorApp) -> str:
    return work.vault.open(app.wrapped_key, app.sealed, _context(app.user_id)).decode()


def _context(user_id: int | None) -> bytes:
    return f"authenticator app of {user_id}".encode()


def _hashed(work: Work, user_id: int | None, code: str) -> str:
    return hmac.new(
        kept_secrets.of(work, kept_secrets.RECOVERY_CODES), f"{user_id} {code}".encode(), sha256
    ).hexdigest()
