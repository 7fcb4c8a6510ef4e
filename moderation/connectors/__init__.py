"""The doors to the servers of connected accounts: what they promise, and which one it is."""

from typing import Protocol

from moderation.connectors.bluesky import Bluesky
from moderation.connectors.calls import Calls
from moderation.connectors.mastodon import MastodonServer
from moderation.connectors.wordpress import WordPress
from moderation.rules.connecting import Keep, Kind, LivePost, NotDone, Outgoing, Sent, Trouble


class Connector(Protocol):
    """One account on its server. Every method raises NotDone, and ends within a few calls of `calls.SECONDS` each."""

    def who(self) -> str:
        """Signs in, and says under which name the server answered. Raises NotDone if it may not post or delete."""

    def send(self, post: Outgoing, so_far: dict[str, str], keep: Keep) -> Sent:
        """Post it, once: sent again with the same key it finds what is there.

        `keep` is called with what has been put on the server so far, before each step that the public can see; what
        it raises ends the sending there.
        """

    def remove(self, remote: dict[str, str]) -> None:
        """Delete the post and its pictures; that they are gone already is no error."""

    def is_there(self, remote: dict[str, str]) -> bool:
        """Whether the server still gives the post out."""

    def read(self, remote: dict[str, str]) -> LivePost | None:
        """The post as anybody sees it now, with the bytes of its pictures; None: it is not to be seen any more.

        Ends within `calls.READING_SECONDS`.
        """


def open_connector(kind: Kind, address: str, login: str, secret: str, inside: bool = False) -> Connector:
    """The door to one account. Raises NotDone for an address that must not be used."""
    calls = Calls(address, inside)
    match kind:
        case Kind.BLUESKY:
            return Bluesky(calls, login, secret)
        case Kind.MASTODON:
            return MastodonServer(calls, secret)
        case Kind.WORDPRESS:
            return WordPress(calls, login, secret)
        case Kind.FEED:
            raise NotDone(Trouble.ADDRESS)
