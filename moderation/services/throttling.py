"""Counts wrong passwords and codes in the database, so that every process knows them and no restart forgets them."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from moderation.db.models import User, WrongTries
from moderation.rules import throttling as rules
from moderation.rules.roles import Actor
from moderation.rules.throttling import FORGOTTEN_AFTER, GIVEN_BACK, Tally, Tried
from moderation.services import kept_secrets, known_devices
from moderation.services.work import Mistake, Work


class TooSoon(Mistake):
    """A try that has to wait. The sentence says how long."""

    def __init__(self, wait: timedelta, tried: Tried) -> None:
        super().__init__(rules.sentence(wait, tried))
        self.seconds = max(1, round(wait.total_seconds()))


@dataclass(frozen=True)
class Caller:
    """Where a try comes from: its address in the network, and the secret of the device's cookie if it has one."""

    address: str = ""
    device: str = ""
    browser: str = ""  # as people call it


@dataclass(frozen=True)
class Attempt:
    """A try that was counted before anybody looked at it."""

    keys: tuple[tuple[Tried, str], ...]


def password(work: Work, email: str, caller: Caller) -> Attempt:
    """Count a try at a password. Addresses that nobody has are counted alike. Raises TooSoon and counts nothing."""
    email = email.strip().lower()[:300]
    if known_devices.knows(work, caller.device, email):
        return _begin(work, [(Tried.PASSWORD_ON_DEVICE, f"{caller.device} {email}")])
    place = rules.place(caller.address)
    addresses = [(Tried.ADDRESS, place)] if place else []
    return _begin(work, [(Tried.PASSWORD, email), *addresses])


def own_password(work: Work, actor: Actor, caller: Caller) -> Attempt:
    """The same for somebody who is signed in: whoever found an open page tries no passwords on it."""
    return password(work, work.session.get_one(User, actor.id).email, caller)


def second_step(work: Work, user: User, caller: Caller) -> Attempt:
    """Count a try at a code of the second step. Raises TooSoon."""
    if known_devices.knows(work, caller.device, user.email):
        return _begin(work, [(Tried.SECOND_ON_DEVICE, f"{caller.device} {user.id}")])
    return _begin(work, [(Tried.SECOND, str(user.id))])


def begun(work: Work, caller: Caller) -> None:
    """Count a sign-in that is begun without a password, with a passkey or over the provider. Raises TooSoon."""
    _begin(work, _begun(work, caller))


def begun_is_over(work: Work, caller: Caller) -> None:
    """It ended with somebody signed in: they get that one try back."""
    right(work, _attempt(work, _begun(work, caller)))


def _begun(work: Work, caller: Caller) -> list[tuple[Tried, str]]:
    """A device on which somebody has signed in counts by itself: no stranger beside it can use up its tries."""
    device = caller.device if known_devices.is_one(work, caller.device) else ""
    whose = device or rules.place(caller.address)
    return [(Tried.BEGUN, whose)] if whose else []


def _attempt(work: Work, what: list[tuple[Tried, str]]) -> Attempt:
    return Attempt(tuple((tried, _key(work, tried, whose)) for tried, whose in what))


def _begin(work: Work, what: list[tuple[Tried, str]]) -> Attempt:
    attempt = _attempt(work, what)
    rows = list(_rows(work, attempt.keys))
    waits = [(rules.still_to_wait(row.tried, _tally(row), work.now), row.tried) for row in rows]
    wait, tried = max(waits, default=(timedelta(0), Tried.BEGUN))
    if wait:
        raise TooSoon(wait, tried)
    for row in rows:
        tally = rules.counted(_tally(row), work.now)
        row.failures, row.last_at = tally.failures, tally.last
    work.session.flush()
    return attempt


def _rows(work: Work, keys: tuple[tuple[Tried, str], ...]) -> Iterator[WrongTries]:
    """The rows, locked where the database locks rows; made if they are not there yet."""
    for tried, key in keys:
        row = work.session.get(WrongTries, key, with_for_update=True)
        if row is None:
            try:
                with work.session.begin_nested():
                    row = WrongTries(key=key, tried=tried, failures=0, last_at=work.now)
                    work.session.add(row)
            except IntegrityError:  # another process was quicker
                row = work.session.get_one(WrongTries, key, with_for_update=True)
        yield row


def right(work: Work, attempt: Attempt) -> None:
    """It was right: this account starts anew; a place of the network gets just this try back."""
    for tried, key in attempt.keys:
        row = work.session.get(WrongTries, key, with_for_update=True)
        if row is not None:
            row.failures = max(0, row.failures - 1) if tried in GIVEN_BACK else 0
    work.session.flush()


def forget_old(work: Work) -> None:
    work.session.execute(delete(WrongTries).where(WrongTries.last_at <= work.now - FORGOTTEN_AFTER))


def _tally(row: WrongTries) -> Tally:
    return Tally(row.failures, row.last_at)


def _key(work: Work, tried: Tried, whose: str) -> str:
    """No address can be read from it, nor found out by trying addresses, without the school's key."""
    return hmac.new(kept_secrets.of(work, kept_secrets.WRONG_TRIES), f"{tried} {whose}".encode(), sha256).hexdigest()
