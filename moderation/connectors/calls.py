"""Calls to one server: encrypted, to public addresses, never to elsewhere, never without an end, none in a log."""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress

from moderation.deadline import at_most
from moderation.rules.connecting import NotDone, Trouble
from moderation.rules.language import N_
from moderation.rules.this_machine import HOSTS

CONNECT_SECONDS, SECONDS = 5.0, 20.0  # to be reached, and between two pieces of an answer
CALL_SECONDS = 60.0  # for one call altogether, in however many pieces it is sent and answered
LARGEST_ANSWER, LARGEST_PICTURE = 4_000_000, 40_000_000  # bytes
READING_SECONDS = 120.0  # for a whole post with its pictures
MOST_PICTURES, LARGEST_TOGETHER = 20, 200_000_000  # of one post, and the bytes of all of them: no post has as many
NOT_THERE = N_("A picture in it could not be fetched.")
_BUSY = 429, 500, 502, 503, 504

for _name in ("urllib3", "requests", "requests_hardened.ip_filter"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)  # they write addresses, and those may hold secrets


@dataclass(frozen=True)
class Pictures:
    """What was fetched, in order. `besides`: sentences on what was not there."""

    shown: tuple[bytes, ...]
    alt_texts: tuple[str, ...]
    besides: tuple[str, ...]


class SentElsewhere(NotDone):
    """The server names another address instead."""

    def __init__(self, to: str) -> None:
        super().__init__(Trouble.ELSEWHERE)
        self.to = to


class _Session(HTTPSession):  # type: ignore[misc]
    """Calls the one server, at the very address that was looked up and found to be a public one, or this machine."""

    def __init__(self, base: str, inside: bool, loopback: bool = True, most: int = LARGEST_ANSWER) -> None:
        super().__init__(
            Config(
                ip_filter_enable=not inside,
                ip_filter_allow_loopback_ips=loopback,
                never_redirect=True,
                default_timeout=(CONNECT_SECONDS, SECONDS),
                user_agent_override="Gatepost",
            )
        )
        self.base, self.most, self.until = base, most, float("inf")
        self.longest = CALL_SECONDS
        self.trust_env = False  # no proxy that would look the address up by itself, no password from a file
        self.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        if origin(request.url or "") != self.base:
            raise NotDone(Trouble.ELSEWHERE)
        left = min(self.longest, self.until - monotonic())
        if left <= 0:
            raise NotDone(Trouble.AWAY)
        with at_most(left, self):
            try:
                response: requests.Response = super().send(request, **kwargs | {"stream": True})
            except InvalidIPAddress:
                raise NotDone(Trouble.ADDRESS) from None
            if response.is_redirect or response.is_permanent_redirect:
                response.close()
                raise SentElsewhere(response.headers.get("Location", ""))
            self._read(response)
        return response

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: else all that comes with a redirect is read to prepare the call there, however long it is."""

    def _read(self, response: requests.Response) -> None:
        """The whole answer, if it is not absurdly long."""
        read = bytearray()
        for piece in response.iter_content(65536):
            read += piece
            if len(read) > self.most:
                response.close()
                raise NotDone(Trouble.UNKNOWN)
        response._content = bytes(read)


class Calls:
    """Calls to the server at `address`: https only, http for this machine itself or `inside` the school."""

    def __init__(self, address: str, inside: bool = False, longest: float = CALL_SECONDS) -> None:
        """`address`: scheme, host and perhaps a port and a path. `longest`: seconds for one call. Raises NotDone."""
        self.address = checked(address, inside)
        self.session = _Session(origin(self.address), inside)
        self.session.longest = longest
        self._inside = inside

    def hurry(self) -> None:
        """From now on every call has to end within READING_SECONDS altogether."""
        self.session.until = monotonic() + READING_SECONDS

    def ask(self, method: str, path: str, ok: tuple[int, ...] = (200, 201), **how: Any) -> requests.Response:
        """One call. Raises NotDone for an answer that is not in `ok`, or for none."""
        with told():
            response: requests.Response = self.session.request(method, f"{self.address}{path}", **how)
        if response.status_code not in ok:
            raise NotDone(of_status(response.status_code))
        return response

    def json(self, method: str, path: str, **how: Any) -> Any:
        """As `ask`, for what it says. Raises NotDone if that is no JSON."""
        with told():
            return self.ask(method, path, **how).json()

    def pictures(self, named: Iterable[tuple[str, str]]) -> Pictures:
        """All that a post names, by address and alternative text. Raises NotDone for what may pass."""
        there: list[tuple[bytes, str]] = []
        missing, left = False, LARGEST_TOGETHER
        for number, (address, alt_text) in enumerate(named):
            data = self.picture(address) if number < MOST_PICTURES and left > 0 else b""
            if data is None:
                missing = True  # for Gatepost, now: others may be shown it, or later
            else:
                left -= len(data)
                there.append((data, alt_text))
        return Pictures(
            tuple(data for data, _ in there), tuple(alt for _, alt in there), (NOT_THERE,) if missing else ()
        )

    def picture(self, address: str) -> bytes | None:
        """One that the server names, asked for without the sign-in: from itself, or from another server that is public.

        None: it is not there. Empty: it lies where Gatepost does not ask. Raises NotDone for what may pass.
        """
        try:
            return self._picture(address)
        except NotDone as error:
            if error.trouble.may_pass:
                raise
            return b""

    def _picture(self, address: str) -> bytes | None:
        try:
            return self._fetched(address, of_its_own=origin(address) == self.session.base)
        except SentElsewhere as error:  # Bluesky's front door sends to the server that keeps the account
            return self._fetched(urljoin(address, error.to), of_its_own=False)

    def _fetched(self, address: str, of_its_own: bool) -> bytes | None:
        if not of_its_own and urlsplit(address).scheme != "https":
            raise NotDone(Trouble.ADDRESS)
        inside = self._inside and of_its_own
        session = _Session(origin(address), inside, loopback=of_its_own, most=LARGEST_PICTURE)
        session.until = self.session.until
        with told(), session:
            response: requests.Response = session.get(address)
        if response.status_code in (404, 410):
            return None
        if response.status_code != 200:
            raise NotDone(of_status(response.status_code))
        return response.content


def origin(address: str) -> str:
    """Scheme, host and port. Raises NotDone."""
    with told():
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def told() -> Iterator[None]:
    """Whatever a call raises becomes NotDone, without the address and all it may hold."""
    try:
        yield
    except (requests.Timeout, requests.ConnectionError):
        raise NotDone(Trouble.AWAY) from None
    except (requests.RequestException, ValueError, KeyError, TypeError, IndexError):
        raise NotDone(Trouble.UNKNOWN) from None


def of_status(status: int) -> Trouble:
    if status in _BUSY:
        return Trouble.BUSY
    return {401: Trouble.LOGIN, 403: Trouble.RIGHTS}.get(status, Trouble.REFUSED if status >= 400 else Trouble.UNKNOWN)


def checked(address: str, inside: bool = False) -> str:
    """The address as it is used. Raises NotDone for one that would send secrets in the open, or holds some itself."""
    try:
        parts = urlsplit(address.strip().rstrip("/"))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotDone(Trouble.ADDRESS) from None
    open_is_fine = parts.scheme == "http" and (inside or host in HOSTS)
    odd = parts.username is not None or parts.query or parts.fragment or any(c.isspace() for c in address.strip())
    if not host or odd or not (parts.scheme == "https" or open_is_fine):
        raise NotDone(Trouble.ADDRESS)
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{f':{port}' if port else ''}{parts.path}"
