"""Browsers in which somebody has signed in. A known one spares no password: wrong tries elsewhere do not stop it."""

from datetime import timedelta

from sqlalchemy import delete, select

from moderation.db.models import KnownDevice, User
from moderation.services import tokens
from moderation.services.work import Work

FORGOTTEN_AFTER = timedelta(days=180)  # not seen for so long


def knows(work: Work, token: str, email: str) -> bool:
    """Whether somebody of this address has signed in here. Asks as much for an address that nobody has."""
    of_both = (KnownDevice.token_hash == tokens.hashed(token), User.email == email)
    return work.session.scalars(select(KnownDevice.id).join(User).where(*of_both)).first() is not None


def is_one(work: Work, token: str) -> bool:
    """Whether anybody has signed in here."""
    here = select(KnownDevice.id).where(KnownDevice.token_hash == tokens.hashed(token))
    return work.session.scalars(here.limit(1)).first() is not None


def remember(work: Work, user_id: int, token: str, browser: str) -> str:
    """This device is known for this person from now on. Returns the secret for its cookie."""
    if not is_one(work, token):
        token = tokens.fresh()  # nobody chooses it but the program
    of_both = (KnownDevice.user_id == user_id, KnownDevice.token_hash == tokens.hashed(token))
    device = work.session.scalars(select(KnownDevice).where(*of_both)).first()
    if device is None:
        device = KnownDevice(user_id=user_id, token_hash=tokens.hashed(token), known_since=work.now)
        work.session.add(device)
    device.called, device.seen_at = browser[:80], work.now
    work.session.flush()
    return token


def forget_all(work: Work, user_id: int) -> None:
    work.session.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))


def forget_old(work: Work) -> None:
    work.session.execute(delete(KnownDevice).where(KnownDevice.seen_at <= work.now - FORGOTTEN_AFTER))
