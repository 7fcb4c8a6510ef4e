"""A PostgreSQL server for one run of the tests: started when it is first needed, thrown away at the end."""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

import psutil
import psycopg
import pytest
from sqlalchemy import URL

from moderation.processes import end_with

WANTED: Final = os.environ.get("GATEPOST_TEST_DATABASE") == "postgresql"  # every school of the tests lies there then
_DEBIAN: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
_QUICK: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # nothing of it outlives the run
_LONGEST: Final = 30.0  # seconds until it answers
_numbers = count(1)
_running: "list[subprocess.Popen[bytes]]" = []  # the last one runs


def program(name: str) -> str | None:
    return shutil.which(name) or next((str(one / name) for one in _DEBIAN if (one / name).exists()), None)


needed = pytest.mark.skipif(
    program("initdb") is None and not os.environ.get("GATEPOST_REQUIRE_SERVERS"), reason="PostgreSQL is not installed"
)

sqlite_only = pytest.mark.skipif(WANTED, reason="it looks into SQLite's own file, or copies it")


@cache
def _server() -> Path:
    """The folder of a running server. It sorts words as English does, and not by their bytes as SQLite does."""
    folder = Path(tempfile.mkdtemp(prefix="gatepost-postgresql-"))
    user = _who()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data, locale = str(folder / "data"), ("--locale-provider=icu", "--icu-locale=en-GB", "--locale=C.UTF-8")
    _run(user, "initdb", "--pgdata", data, "--username=school", "--auth=trust", "--encoding=UTF8", "--no-sync", *locale)
    server = _begin(folder)
    atexit.register(_stop, folder)
    deadline = time.monotonic() + _LONGEST
    while subprocess.run([_found("pg_isready"), "-q", "-h", str(folder)], check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "log").read_text())
        time.sleep(0.02)
    return folder


def _begin(folder: Path) -> "subprocess.Popen[bytes]":
    quick = [word for setting in (*_QUICK, "max_connections=200") for word in ("-c", setting)]
    place = ("-k", str(folder), "-c", "listen_addresses=", "-c", "log_destination=stderr")
    server = _start(_who(), folder, [_found("postgres"), "-D", str(folder / "data"), *place, *quick])
    _running.append(server)
    return server


def _who() -> pwd.struct_passwd | None:
    """PostgreSQL does not run as root."""
    if os.geteuid():
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _found(name: str) -> str:
    path = program(name)
    if path is None:
        raise RuntimeError(f"{name} is not installed; on Debian type: apt-get install postgresql")
    return path


def _run(user: pwd.struct_passwd | None, name: str, *words: str) -> None:
    ids = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    subprocess.run([_found(name), *words], check=True, capture_output=True, cwd="/", **ids)  # type: ignore[call-overload]


def _start(user: pwd.struct_passwd | None, folder: Path, words: Sequence[str]) -> "subprocess.Popen[bytes]":
    with (folder / "log").open("wb") as log:

        def prepare() -> None:
            if user:
                os.setgroups([])
                os.setgid(user.pw_gid)
                os.setuid(user.pw_uid)
            end_with(parent)  # behind the change of user, which would undo it

        parent = os.getpid()
        return subprocess.Popen(
            words, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=prepare, start_new_session=True
        )


def _stop(folder: Path) -> None:
    stop(signal.SIGQUIT)
    shutil.rmtree(folder)


def stop(how: int = signal.SIGINT) -> None:
    """Everybody is cut off, and nobody is let in. As a service manager does it, unless `how` is another signal."""
    _running[-1].send_signal(how)
    _running[-1].wait()


def start_again() -> None:
    """Behind `stop`; it answers some moments later."""
    begun = threading.Event()

    def keep() -> None:
        _begin(_server())
        begun.set()
        threading.Event().wait()  # the kernel would end what this thread has begun together with it

    threading.Thread(target=keep, daemon=True).start()
    begun.wait()


def processes() -> list[int]:
    """The ids of the server and of all that it has begun."""
    try:
        server = psutil.Process(_running[-1].pid)
        return [server.pid, *(one.pid for one in server.children())]
    except psutil.NoSuchProcess:
        return []


def strike(how: int, pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, how)
        return True
    return False


def connection(name: str = "postgres", autocommit: bool = True) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=str(_server()), user="school", dbname=name, autocommit=autocommit, connect_timeout=5)


def _say(statement: str) -> None:
    with connection() as server:
        server.execute(statement.encode())


def create(like: str | None = None) -> str:
    """A new database, empty or with all that the one at the address `like` holds; its address."""
    name = f"school{next(_numbers)}"
    if like:
        _copy(name_of(like), name)
    else:
        _say(f"CREATE DATABASE {name}")
    url = URL.create("postgresql+psycopg", "school", database=name, query={"host": str(_server())})
    return url.render_as_string(hide_password=False)


def _copy(there: str, name: str) -> None:
    """PostgreSQL copies none that somebody is connected to. Who only keeps a connection opens a new one later."""
    deadline = time.monotonic() + _LONGEST
    while True:
        _say(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{there}' AND state = 'idle'")
        try:
            return _say(f"CREATE DATABASE {name} TEMPLATE {there}")
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > deadline:
                raise


def drop(url: str) -> None:
    _say(f"DROP DATABASE {name_of(url)} WITH (FORCE)")


def statements(url: str) -> list[str]:
    """What would build its tables, indices and triggers anew."""
    words = (
        "--schema-only",
        "--no-owner",
        "--no-comments",
        "--host",
        str(_server()),
        "--username=school",
        name_of(url),
    )
    said = subprocess.run([_found("pg_dump"), *words], check=True, capture_output=True, text=True, cwd="/").stdout
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith(("--", "\\", "SET "))]
    return [one for one in "\n".join(lines).split(";\n") if one]


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
