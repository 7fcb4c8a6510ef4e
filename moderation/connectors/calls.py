"""Calls to one server: encrypted, to public addresses, never to elsewhere, never without an end, none in a log."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress

from moderation.rules.connecting import NotDone, Trouble

CONNECT_SECONDS, SECONDS = 5.0, 20.0  # to be reached, and between two pieces of an answer
LARGEST_ANSWER = 4_000_000  # bytes
_BUSY = 429, 500, 502, 503, 504
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

for _name in ("urllib3", "requests", "requests_hardened.ip_filter"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)  # they write addresses, and those may hold secrets


class _Session(HTTPSession):  # type: ignore[misc]
    """Calls the one server, at the very address that was looked up and found to be a public one, or this machine."""

    def __init__(self, base: str, inside: bool) -> None:
        super().__init__(
            Config(
                ip_filter_enable=not inside,
                ip_filter_allow_loopback_ips=True,
                never_redirect=True,
                default_timeout=(CONNECT_SECONDS, SECONDS),
                user_agent_override="Gatepost",
            )
        )
        self.base = base
        self.trust_env = False  # no proxy that would look the address up by itself, no password from a file
        self.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        if f"{parts.scheme}://{parts.netloc}" != self.base:
            raise NotDone(Trouble.ELSEWHERE)
        try:
            response: requests.Response = super().send(request, **kwargs | {"stream": True})
        except InvalidIPAddress:
            raise NotDone(Trouble.ADDRESS) from None
        if response.is_redirect or response.is_permanent_redirect:
            response.close()
            raise NotDone(Trouble.ELSEWHERE)
        _read(response)
        return response


def _read(response: requests.Response) -> None:
    """The whole answer, if it is not absurdly long."""
    read = bytearray()
    for piece in response.iter_content(65536):
        read += piece
        if len(read) > LARGEST_ANSWER:
            response.close()
            raise NotDone(Trouble.UNKNOWN)
    response._content = bytes(read)


class Calls:
    """Calls to the server at `address`: https only, http for this machine itself or `inside` the school."""

    def __init__(self, address: str, inside: bool = False) -> None:
        """`address`: scheme, host and perhaps a port and a path. Raises NotDone."""
        self.address = checked(address, inside)
        parts = urlsplit(self.address)
        self.session = _Session(f"{parts.scheme}://{parts.netloc}", inside)

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
    open_is_fine = parts.scheme == "http" and (inside or host in _LOOPBACK)
    odd = parts.username is not None or parts.query or parts.fragment or any(c.isspace() for c in address.strip())
    if not host or odd or not (parts.scheme == "https" or open_is_fine):
        raise NotDone(Trouble.ADDRESS)
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{f':{port}' if port else ''}{parts.path}"
