"""Which accounts can be posted to straight, how far each post has come there, and the sentences that say so."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from moderation.rules.language import N_

Keep = Callable[[dict[str, str]], None]  # takes down what has been put on a server so far


class Kind(StrEnum):
    """What answers at the address of a connected account."""

    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    WORDPRESS = "wordpress"
    FEED = "feed"  # no server: Gatepost serves it, and the website reads it


class Progress(StrEnum):
    """How far one post has come on one account."""

    WAITING = "waiting"
    SENDING = "sending"
    THERE = "there"
    FAILED = "failed"
    REMOVING = "removing"
    STUCK = "not removed"  # Gatepost could not remove it; it is still there
    REMOVED = "removed"


UNDER_WAY = frozenset({Progress.WAITING, Progress.SENDING})
OUT_THERE = frozenset({Progress.THERE, Progress.REMOVING, Progress.STUCK})

_KINDS = {
    "bluesky": (Kind.BLUESKY,),
    "mastodon": (Kind.MASTODON,),
    "website": (Kind.WORDPRESS, Kind.FEED),
    "": (Kind.WORDPRESS, Kind.FEED, Kind.MASTODON),  # a network of the school's own naming
}


def kinds_of(network_key: str) -> tuple[Kind, ...]:
    """What an account on this network can be connected by; empty: it goes by kit."""
    return _KINDS.get(network_key, ())


class Trouble(StrEnum):
    """Why a server did not do what it was asked. The value is for people; it names no address and no secret."""

    AWAY = N_("The server did not answer in time.")
    BUSY = N_("The server asks for a pause, or is in trouble itself.")
    LOGIN = N_("The server did not accept the sign-in. Connect the account again.")
    RIGHTS = N_("The server does not let this sign-in post, add pictures and delete. Ask whoever keeps it.")
    REFUSED = N_("The server did not accept the post.")
    ELSEWHERE = N_("The server sends to another address, and Gatepost does not follow. Connect it by its real address.")
    ADDRESS = N_("This address cannot be used. It starts with https:// and names a server that can be reached.")
    LOST = N_("The sign-in for this account cannot be opened any more. Connect the account again.")
    GONE = N_("This account is not connected any more.")
    UNKNOWN = N_("The server answered in a way that Gatepost does not understand.")

    @property
    def may_pass(self) -> bool:
        """Whether it is worth trying again by itself."""
        return self in (Trouble.AWAY, Trouble.BUSY, Trouble.UNKNOWN)


class NotDone(Exception):
    """A server did not do what it was asked; `trouble` says why, for people and without secrets."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


@dataclass(frozen=True)
class Picture:
    """One picture as it leaves: a JPEG of Gatepost's own encoding and the words for those who cannot see it."""

    data: bytes
    alt_text: str
    width: int
    height: int


@dataclass(frozen=True)
class Outgoing:
    """One post for one account. The same key and moment, sent twice, are one post."""

    words: str
    pictures: tuple[Picture, ...]
    key: str  # 32 hexadecimal digits
    at: datetime


@dataclass(frozen=True)
class LivePost:
    """A post as its network gives it back. None: the network does not say. Empty bytes: a picture that was not had.

    `besides`: sentences on what stands there that Gatepost never puts there.
    """

    text: str | None
    pictures: tuple[bytes, ...]
    alt_texts: tuple[str, ...] | None = None
    besides: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Of all that was read."""
        pictures = [sha256(one).hexdigest() for one in self.pictures]
        return sha256(json.dumps([self.text, pictures, self.alt_texts, self.besides]).encode()).hexdigest()


@dataclass(frozen=True)
class Sent:
    """Where it is: for people, and for the server when it has to be removed."""

    link: str
    remote: dict[str, str]
