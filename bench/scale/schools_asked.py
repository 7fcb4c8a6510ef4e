"""The questions of `bench.scale.schools`, one a process: the web, the sweep, a worker, the trust's commands.

Seconds and milliseconds are the processor's, of the program alone: other work on the machine does not count.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import psutil
from sqlalchemy import Engine, event
from werkzeug.test import Client

from moderation.cli.preparing import check_databases
from moderation.settings import Settings, Trust, Watched, load_trust

SOME = 20  # schools that are looked at one by one
JOBS = 60
WHAT = {
    "web_start": "the pages’ start, s",
    "web_first": "the first page of a school that is not open, ms",
    "web_again": "a page of an open school, ms",
    "web_memory": "memory of the pages before anybody asked, MB",
    "web_all_memory": "and behind a page at every school, MB",
    "web_files": "its open files then",
    "web_connections": "and its connections to an SQLite",
    "health_first": "/healthz of the trust, the first time, s",
    "health": "and again, s",
    "sweep_first": "the sweep’s first round, s",
    "sweep_light": "a round, s",
    "sweep_full": "each fifth round, s",
    "sweep_statements": "statements in a round for a school where nothing happens",
    "sweep_full_statements": "and in each fifth",
    "sweep_memory": "memory of the sweep, MB",
    "sweep_files": "its open files",
    "sweep_connections": "and its connections to an SQLite",
    "job": "a worker, from job to job, each of another school, ms",
    "idle": "a worker that has nothing to do, ms a minute",
    "ready": "a worker, a school made ready for a job, ms",
    "worker_memory": "memory of a worker behind a job of every school, MB (without models)",
    "worker_connections": "and its connections to an SQLite",
    "file_read": "the trust’s file read after a change, s",
    "list": "gatepost trust list, s",
    "overview": "gatepost trust overview, s",
}


def main() -> None:
    logging.disable(logging.ERROR)
    found = ASKED[sys.argv[1]](load_trust())
    print(json.dumps({name: round(value, 4) for name, value in found.items() if value is not None}))


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    began = time.process_time()
    yield
    into.append(time.process_time() - began)


def spent(act: Callable[[], object]) -> float:
    taken: list[float] = []
    with timed(taken):
        act()
    return taken[0]


def standing() -> tuple[float, int, int | None]:
    """Memory in MB, open files, and how many of those are connections to an SQLite."""
    files = []
    for one in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # that of this very look
            files.append(str(one.readlink()))
    connections = sum(one.endswith(".sqlite3") for one in files)
    return psutil.Process().memory_info().rss / 2**20, len(files), connections or None


def web(trust: Trust) -> dict[str, float | None]:
    from moderation.web.front import Front

    fronts: list[Front] = []

    def start() -> None:
        fronts.append(Front(Watched(trust)))
        check_databases(trust)

    found = {"web_start": spent(start), "web_memory": standing()[0]}
    client, firsts, again = Client(fronts[0]), list[float](), list[float]()
    for settings in trust.schools:
        with timed(firsts):
            _page(client, settings)
    for _ in range(SOME):
        with timed(again):
            _page(client, trust.schools[-1])
    found |= {"web_first": 1000 * median(firsts[-SOME:]), "web_again": 1000 * median(again)}
    found["web_all_memory"], found["web_files"], found["web_connections"] = standing()
    return found


def _page(client: Client, settings: Settings) -> None:
    assert client.get("/sign-in", base_url=settings.public_url).status_code == 200


def health(trust: Trust) -> dict[str, float | None]:
    from moderation.web import front

    front.LOOKED_SECONDS = front.RESTED = -1  # type: ignore[misc]
    client = Client(front.Front(Watched(trust)))
    first, again = (spent(lambda: client.get("/healthz", base_url="http://trust.example")) for _ in range(2))
    return {"health_first": first, "health": again}


def sweep(trust: Trust) -> dict[str, float | None]:
    from workers.sweep import Rounds

    rounds, counted = Rounds(Watched(trust)), [0]

    def count(*_: object) -> None:
        counted[0] += 1

    event.listen(Engine, "before_cursor_execute", count)
    found = {"sweep_first": spent(rounds.go_round)}
    for name, times in (("light", 1), ("full", 4)):
        for _ in range(times):
            counted[0] = 0
            found[f"sweep_{name}"] = spent(rounds.go_round)
        found["sweep_statements" if name == "light" else "sweep_full_statements"] = counted[0] / len(trust.schools)
    found["sweep_memory"], found["sweep_files"], found["sweep_connections"] = standing()
    return found


def worker(trust: Trust) -> dict[str, float | None]:
    """With jobs that do nothing; then what it does for a school before a job of it."""
    from moderation.redis_server import start

    with tempfile.TemporaryDirectory() as folder, start(trust.machine):
        found = _from_job_to_job(trust, Path(folder))
    return found | _made_ready(trust)


def _from_job_to_job(trust: Trust, folder: Path) -> dict[str, float | None]:
    from rq import Queue

    from moderation.queue import SERIALIZER, connect, names

    with connect(trust.machine) as connection:
        for number in range(JOBS):
            school = trust.schools[number % len(trust.schools)]
            queue = Queue(names(school.key)[0], connection=connection, serializer=SERIALIZER)
            queue.enqueue("tests.queue.bell_jobs.note", str(folder), school.key)
        process = subprocess.Popen([sys.executable, "-c", _WORKER])
        busy, idle = psutil.Process(process.pid), 10.0
        try:
            _until(lambda: len(_lines(folder)) >= 5)
            before, done = sum(busy.cpu_times()[:4]), len(_lines(folder))
            _until(lambda: len(_lines(folder)) >= JOBS)
            job = (sum(busy.cpu_times()[:4]) - before) / (JOBS - done)
            time.sleep(2.0)
            before = sum(busy.cpu_times()[:2])
            time.sleep(idle)
            rest = (sum(busy.cpu_times()[:2]) - before) * 60 / idle
        finally:
            process.terminate()
            process.wait()
    return {"job": 1000 * job, "idle": 1000 * rest}


_WORKER = """
from moderation.settings import Watched, load_trust
from tests.queue import bell_jobs
from workers.__main__ import serve_queue
trust = load_trust()
keys = [one.key for one in trust.schools]
serve_queue(trust.machine, lambda: None, bell_jobs.KNOWN, schools=lambda: keys)
"""


def _lines(folder: Path) -> list[str]:
    return (folder / "order").read_text().split() if (folder / "order").exists() else []


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.02)


def _made_ready(trust: Trust) -> dict[str, float | None]:
    from moderation.schools import Kept
    from moderation.wiring import Parts, wire

    kept, taken = Kept(Watched(trust), wire, Parts.end), list[float]()
    for settings in trust.schools:
        with timed(taken), kept.of(settings) as parts:
            parts.freshen()
    memory, _, connections = standing()
    return {"ready": 1000 * median(taken), "worker_memory": memory, "worker_connections": connections}


def commands(trust: Trust) -> dict[str, float | None]:
    file = trust.file
    assert file is not None
    found = {"file_read": spent(load_trust)}
    for name in ("list", "overview"):
        before = os.times()
        words = [sys.executable, "-m", "moderation.cli", "trust", name]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = os.times()
        found[name] = after.children_user + after.children_system - before.children_user - before.children_system
    return found


ASKED: dict[str, Callable[[Trust], dict[str, float | None]]] = {
    "commands": commands, "web": web, "health": health, "sweep": sweep, "worker": worker,
}  # fmt: skip

if __name__ == "__main__":
    main()
