"""How long somebody waits who keeps giving wrong passwords or codes: longer each time, never for good."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from moderation.rules.language import gettext, plural

FORGOTTEN_AFTER = timedelta(hours=24)  # without another wrong try


class Tried(StrEnum):
    """What is counted. A device on which somebody has signed in before keeps an allowance of its own.

    So nobody locks an assistant head out by guessing: the guesses count for all strange devices together, and the
    head's own phone is none of them.
    """

    PASSWORD = "password"  # noqa: S105 (a kind of try)
    PASSWORD_ON_DEVICE = "password on a known device"  # noqa: S105
    SECOND = "second step"
    SECOND_ON_DEVICE = "second step on a known device"
    ADDRESS = "address"  # passwords for any account from one place of the network
    BEGUN = "begun sign-in"  # without a password: nothing is guessed, but each leaves a row and may ask the provider


@dataclass(frozen=True)
class Allowance:
    free: int  # tries without any waiting
    first: timedelta  # the wait after that; it doubles with each wrong try
    longest: timedelta


_FIRST = timedelta(seconds=15)
ALLOWANCES: dict[Tried, Allowance] = {
    Tried.PASSWORD: Allowance(5, _FIRST, timedelta(minutes=15)),
    Tried.PASSWORD_ON_DEVICE: Allowance(10, _FIRST, timedelta(minutes=5)),
    Tried.SECOND: Allowance(5, _FIRST, timedelta(hours=1)),  # six digits are guessed sooner than a password
    Tried.SECOND_ON_DEVICE: Allowance(10, _FIRST, timedelta(minutes=15)),
    Tried.ADDRESS: Allowance(30, _FIRST, timedelta(minutes=15)),  # a whole school behind one address of the network
    Tried.BEGUN: Allowance(60, _FIRST, timedelta(minutes=15)),
}
GIVEN_BACK = frozenset({Tried.ADDRESS, Tried.BEGUN})  # of many people: one who is right gets just that try back


@dataclass(frozen=True)
class Tally:
    """Tries that were wrong, or that nobody knows the outcome of yet; when the last of them was."""

    failures: int
    last: datetime

    def is_forgotten(self, now: datetime) -> bool:
        return self.last + FORGOTTEN_AFTER <= now


def wait_after(tried: Tried, failures: int) -> timedelta:
    """How long nobody may try after so many wrong tries."""
    allowance = ALLOWANCES[tried]
    over = failures - allowance.free
    if over < 0:
        return timedelta(0)
    doubled: int = 2 ** min(over, 20)
    return min(allowance.longest, allowance.first * doubled)


def still_to_wait(tried: Tried, tally: Tally | None, now: datetime) -> timedelta:
    """Zero: a try is allowed now. A clock that was set back makes nobody wait longer than the rule says."""
    if tally is None or tally.is_forgotten(now):
        return timedelta(0)
    wait = wait_after(tried, tally.failures)
    return min(wait, max(timedelta(0), tally.last + wait - now))


def counted(tally: Tally | None, now: datetime) -> Tally:
    """One try more: counted before it is looked at, so that a hundred at once are no way round."""
    before = 0 if tally is None or tally.is_forgotten(now) else tally.failures
    return Tally(before + 1, now)


def sentence(wait: timedelta, tried: Tried) -> str:
    """Says how long, and nothing about whether the account exists."""
    seconds = max(1, -(-int(wait.total_seconds() * 1000) // 1000))
    minutes = -(-seconds // 60)
    how_long = plural(seconds, "second", "seconds") if seconds < 60 else plural(minutes, "minute", "minutes")
    if tried is Tried.BEGUN:
        said = gettext("Too many sign-ins were begun here. Wait {how_long}, then try again.")
    else:
        said = gettext("Too many wrong tries. Wait {how_long}, then try again.")
    return said.format(how_long=how_long)


def place(address: str) -> str:
    """Which part of the network: an address, or the 64 bits that one household or school has. Empty: this machine."""
    try:
        found = ip_address(address.split("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if found.is_loopback:
        return ""
    return f"{IPv6Address(int(found) >> 64 << 64)}/64" if isinstance(found, IPv6Address) else str(found)
