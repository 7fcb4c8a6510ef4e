"""Where the embedded queue listens: a unix socket that only this user can reach."""

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from moderation.settings import Settings

LONGEST_SOCKET_PATH = 103  # bytes; macOS allows 103, Linux 107
_SHORT_BASE = Path("/tmp")  # noqa: S108 - the folder made in it is ours alone, and checked


class SocketUnsafe(Exception):
    """The folder for the socket belongs to somebody else; the message says which."""


def socket_path(settings: Settings) -> Path:
    """Where the instance's server listens: in the queue folder, or, if that path is too long for a socket, in a
    private folder with a short name. Raises SocketUnsafe if that folder belongs to somebody else."""
    folder = Path(os.path.realpath(settings.queue_folder))
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    base = _SHORT_BASE if os.access(_SHORT_BASE, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    short = base / f"gatepost-{os.getuid()}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    with contextlib.suppress(FileExistsError):
        short.mkdir(mode=0o700)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
        # A folder prepared by somebody else could hold a server of theirs, which would give our workers orders.
        raise SocketUnsafe(f"{short} is not a private folder of this user: remove it and start again.")
    return short / path.name


def client(socket: Path, seconds: float = 0.5) -> redis.Redis:
    """A client for `socket` that waits at most `seconds` for an answer and tries once."""
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=seconds, retry=Retry(NoBackoff(), 0))


def answers(socket: Path) -> bool:
    """Does a server that is ready for work listen on `socket`?"""
    with client(socket) as connection:
        try:
            return bool(connection.ping())
        except redis.RedisError:
            return False
