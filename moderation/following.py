"""Follows a link to where it ends: reads the heads of answers alone, and reaches public addresses alone."""

import logging
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress

from moderation.deadline import at_most

MOST_TURNS = 5
SECONDS = 10.0  # for all turns of one link together
_TURNS = frozenset({301, 302, 303, 307, 308})
_NOT_FOUND = 400
_SLOW = "its servers take too long"
logging.getLogger("requests_hardened.ip_filter").disabled = True  # it logs hosts, and a host can hold a name


@dataclass(frozen=True)
class End:
    """Where a link ends. `trouble`: why nobody knows, as the end of a sentence; empty if it was reached."""

    address: str
    trouble: str = ""


class Follower:
    """Asks the servers that a link names, one turn after the other, each time at the very address that was looked up
    and found to be a public one."""

    def __init__(self, *, loopback: bool = False) -> None:
        config = Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=loopback,
            never_redirect=True,
            default_timeout=(3.0, 5.0),
            user_agent_override="Gatepost: looks where a link in a post leads",
        )
        self._manager = Manager(config)

    def follow(self, address: str) -> End:
        """The end of this link; whatever goes wrong is said, never raised."""
        until = time.monotonic() + SECONDS
        try:
            for _ in range(MOST_TURNS + 1):
                status, leads_to = self._ask(address, until)
                if time.monotonic() > until:
                    return End(leads_to or address, _SLOW)
                if leads_to is None:
                    return End(address, f"its server answers {status}" if status >= _NOT_FOUND else "")
                address = leads_to
        except InvalidIPAddress:
            return End(address, "it leads to an address that is not a public one")
        except requests.exceptions.SSLError:
            return End(address, _SLOW if time.monotonic() > until else "its certificate is not valid")
        except (requests.RequestException, ValueError):
            return End(address, _SLOW if time.monotonic() > until else "its server did not answer")
        return End(address, f"it turns more than {MOST_TURNS} times")

    def _ask(self, address: str, until: float) -> tuple[int, str | None]:
        """The status, and the address it leads on to, if it does."""
        if urlsplit(address).scheme not in {"http", "https"}:
            raise requests.exceptions.InvalidSchema
        with self._manager.get_session() as session:
            session.trust_env = False  # no proxy that would look the address up by itself, no password from a file
            with at_most(until - time.monotonic(), session):
                answer = session.get(address, stream=True, headers={"Accept": "text/html"})
                answer.close()
            leads_to = answer.headers.get("Location") if answer.status_code in _TURNS else None
            return answer.status_code, urljoin(address, leads_to) if leads_to else None
