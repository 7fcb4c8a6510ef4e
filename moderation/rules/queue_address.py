"""Where a queue of the school's own is: at a Redis or Valkey, or at one that Sentinels name. Nothing is asked."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

# Never with the address itself: it holds a password.
NO_ADDRESS: Final = (
    "GATEPOST_REDIS_URL: write it like rediss://user:password@queue.school.example:6379/0, or where Sentinels watch "
    "like rediss+sentinel://user:password@one.example:26379,two.example:26379/name/0, with special characters of the "
    "password as %40; without encryption it begins with redis."
)
UNVERIFIED: Final = (
    "GATEPOST_REDIS_URL: a certificate is always checked. Leave ssl_cert_reqs and ssl_check_hostname out, and name the "
    "file of your own CA with ssl_ca_certs."
)
ONLY_ENCRYPTED: Final = "GATEPOST_REDIS_URL: ssl_ca_certs, ssl_certfile and ssl_keyfile are for an address with rediss."
_FILES: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")  # as redis-py and others name them
_OF_SENTINELS: Final = ("sentinel_user", "sentinel_password")
_WEAKENS: Final = {"ssl_cert_reqs", "ssl_check_hostname"}
_SENTINEL: Final = "+sentinel"
_SERVERS_PORT, _SENTINELS_PORT = 6379, 26379


@dataclass(frozen=True)
class QueueAddress:
    """`hosts`: the server, or the Sentinels. `master`: what those call the server; empty without Sentinels."""

    hosts: tuple[tuple[str, int], ...] = ()
    socket: str = ""  # the path of one on this machine, instead of a host
    database: int = 0
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    master: str = ""
    sentinel_user: str | None = None
    sentinel_password: str | None = field(default=None, repr=False)
    encrypted: bool = False
    authority: str | None = None  # the file of a CA of the school's own
    certificate: str | None = None  # with which Gatepost shows who it is, and its key
    key: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(path for path in (self.authority, self.certificate, self.key) if path)


def address(url: str) -> QueueAddress:
    """Raises ValueError with a sentence for people, never with a part of the address."""
    try:
        parts = urlsplit(url)
        scheme, watched = parts.scheme.removesuffix(_SENTINEL), parts.scheme.endswith(_SENTINEL)
        query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        given = dict(query)
        if given.keys() & _WEAKENS:
            raise _Refused(UNVERIFIED)
        if given.keys() & set(_FILES) and scheme != "rediss":
            raise _Refused(ONLY_ENCRYPTED)
        known = {*_FILES, *(_OF_SENTINELS if watched else ())}
        if scheme not in ("redis", "rediss", "unix") or parts.fragment or not given.keys() <= known:
            raise ValueError
        if len(given) != len(query) or "" in given.values() or ("ssl_keyfile" in given and "ssl_certfile" not in given):
            raise ValueError
        return _read(scheme, watched, parts.netloc, unquote(parts.path), given)
    except _Refused:
        raise
    except ValueError:
        raise ValueError(NO_ADDRESS) from None


class _Refused(ValueError):
    """A better sentence than how an address is written."""


def _read(scheme: str, watched: bool, place: str, path: str, given: dict[str, str]) -> QueueAddress:
    """Raises ValueError."""
    who, _, where = place.rpartition("@")
    user, _, password = who.partition(":")
    if scheme == "unix":
        if watched or where or not path.startswith("/") or path == "/":
            raise ValueError
        return QueueAddress(socket=path, user=unquote(user) or None, password=unquote(password) or None)
    hosts = tuple(_host(one, _SENTINELS_PORT if watched else _SERVERS_PORT) for one in where.split(","))
    master, _, database = path[1:].partition("/") if watched else ("", "", path[1:])
    if (watched and not master) or (len(hosts) > 1 and not watched) or not (database or "0").isdecimal():
        raise ValueError
    authority, certificate, key = (given.get(name) for name in _FILES)
    return QueueAddress(
        hosts,
        database=int(database or "0"),
        user=unquote(user) or None,
        password=unquote(password) or None,
        master=master,
        sentinel_user=given.get("sentinel_user"),
        sentinel_password=given.get("sentinel_password"),
        encrypted=scheme == "rediss",
        authority=authority,
        certificate=certificate,
        key=key,
    )


def _host(text: str, port: int) -> tuple[str, int]:
    """Raises ValueError."""
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.username is not None or parts.path:
        raise ValueError
    return parts.hostname, parts.port or port
