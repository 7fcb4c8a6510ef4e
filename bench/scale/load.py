"""A week's posts in an hour, and what this machine can bear: real parts, people of locust, into docs/performance.md.

python -m bench.scale.load                    # one school and fifty, a minute each and one at the limit
python -m bench.scale.load --write --seconds 300
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
from PIL import Image

from bench.scale import many, own_part
from moderation.processes import end_with
from moderation.settings import Trust
from tests.acceptance.running import free_port, wait_for
from tests.builders import PASSWORD, harmless_scene

# A trust's Friday: so many posts of each school in an hour, each with so many photos.
SCHOOLS, POSTS, PHOTOS = 50, 40, 4
SCAN_SECONDS = 1.0  # for which a simulated check of a photo holds its worker; it looks at nothing
WORKERS = 4
_WORKER = f"""
import time
from moderation.services.looking import Looker
from moderation.settings import Watched, load_trust
from workers.__main__ import fleet
Looker.warm = lambda self: None
Looker.look = lambda self, *picture: time.sleep({SCAN_SECONDS}) or []
fleet(Watched(load_trust()))
"""


@dataclass
class Run:
    """What one run of locust found: times in ms by kind of page, whole ways of posts, the processor's seconds."""

    called: str
    pages: dict[str, dict[str, float]]
    posts: float
    seconds: float
    spent: dict[str, float]

    @property
    def errors(self) -> int:
        return int(sum(page["failed"] for page in self.pages.values()))


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--write", action="store_true", help="renew the part of docs/performance.md")
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--users", type=int, default=8, help="who work without a pause, for the limit")
    asked.add_argument("--share", type=float, default=1.0, help="of the Friday, for a machine that has other work")
    asked.add_argument("--folder", type=Path, help="where the schools lie meanwhile")
    wanted = asked.parse_args()
    every = 3600 / POSTS / wanted.share
    runs = []
    for size in (1, SCHOOLS):
        with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
            trust = many.make(Path(folder), size, "sqlite")
            with parts(trust, Path(folder)) as (address, processes):
                called = f"{size} schools" if size > 1 else "1 school"
                runs.append(run(called, trust, address, processes, wanted.seconds, SCHOOLS, every))
                if size > 1:
                    runs.append(run("the limit", trust, address, processes, wanted.seconds, wanted.users, 0.0))
    text = "\n\n".join(["\n".join(table(runs)), *(sentence(one, wanted.share) for one in runs)])
    print(text)
    if wanted.write:
        own_part.write("load", text)
    return 1 if any(one.errors for one in runs) else 0


@contextmanager
def parts(trust: Trust, folder: Path) -> "Iterator[tuple[str, dict[str, list[psutil.Process]]]]":
    """What `gatepost serve` runs, with workers that look at nothing; the pages' address, and the processes by name."""
    from moderation.redis_server import start

    port = free_port()
    environ = {**os.environ, "GATEPOST_TRUST": str(trust.file), "OMP_NUM_THREADS": "1"}
    words = {
        "pages": [["-m", "moderation.cli", "web", "--port", str(port)]],
        "sweep": [["-m", "workers.sweep"]],
        "workers": [["-c", _WORKER]] * WORKERS,
    }
    parent, log = os.getpid(), (folder / "log").open("wb")
    with start(trust.machine):
        running = {
            name: [
                subprocess.Popen([sys.executable, *one], env=environ, stderr=log, preexec_fn=lambda: end_with(parent))
                for one in some
            ]
            for name, some in words.items()
        }
        try:
            wait_for(lambda: _answers(port, trust), 120, "the pages")
            yield (
                f"http://127.0.0.1:{port}",
                {name: [psutil.Process(one.pid) for one in some] for name, some in running.items()},
            )
        finally:
            for one in (one for some in running.values() for one in some):
                one.terminate()
                one.wait()


def _answers(port: int, trust: Trust) -> bool:
    from urllib.request import Request

    host = trust.schools[0].public_url.partition("://")[2]
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/sign-in", headers={"Host": host}), timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def run(
    called: str, trust: Trust, address: str, processes: dict[str, list[psutil.Process]], seconds: int, users: int,
    every: float,
) -> Run:  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        _photos(Path(folder))
        environ = {
            "LOAD_HOSTS": " ".join(one.public_url.partition("://")[2] for one in trust.schools),
            "LOAD_PHOTOS": folder, "LOAD_EVERY": str(every), "LOAD_PASSWORD": PASSWORD,
        }  # fmt: skip
        before = _spent(processes)
        people = str(Path(__file__).with_name("friday.py"))
        words = ["-f", people, "--headless", "--host", address, "--json"]
        rate = users / min(every, seconds / 2) if every else users / 5  # as people come: not all in one second
        long = [
            "--users",
            str(users),
            "--spawn-rate",
            f"{rate:.3f}",
            "--run-time",
            f"{seconds}s",
            "--stop-timeout",
            "120",
        ]
        command = [sys.executable, "-m", "locust", *words, *long]  # exit 1: there were errors, and the table has them
        ended = subprocess.run(command, cwd=folder, env={**os.environ, **environ}, capture_output=True, check=False)
        spent = {name: value - before[name] for name, value in _spent(processes).items()}
    pages = {one["name"]: _page(one) for one in json.loads(ended.stdout)}
    live = pages.get("a post marked as live", {"times": 0, "failed": 0})
    return Run(called, pages, live["times"] - live["failed"], seconds, spent)


def _page(said: dict[str, Any]) -> dict[str, float]:
    """Of one kind of page: how often, how often in vain, and how long."""
    times = sorted((float(ms), number) for ms, number in said["response_times"].items())
    every = [ms for ms, number in times for _ in range(number)]
    count, failed = float(said["num_requests"]), float(said["num_failures"])
    return {"times": count, "failed": failed, "p50": every[len(every) // 2], "p95": every[len(every) * 95 // 100]}


def _photos(folder: Path) -> None:
    """One post's: as large as a phone's, and no two alike."""
    with Image.open(io.BytesIO(harmless_scene())) as scene:
        for number in range(PHOTOS):
            photo = scene.convert("RGB").resize((4000, 3000))
            photo.paste((40 * number, 90, 120), (100, 100, 600, 500))
            photo.save(folder / f"{number}.jpg", quality=85)


def _spent(processes: dict[str, list[psutil.Process]]) -> dict[str, float]:
    """Seconds of the processor, of each part with what it began and has collected."""
    return {name: sum(sum(one.cpu_times()[:4]) for one in some) for name, some in processes.items()}


def table(runs: list[Run]) -> list[str]:
    head = [
        f"| p50 / p95 in ms (times) | {' | '.join(one.called for one in runs)} |",
        f"|---|{'---|' * len(runs)}",
    ]
    names = sorted({name for one in runs for name in one.pages})
    return head + [f"| {name} | {' | '.join(_cell(one.pages.get(name)) for one in runs)} |" for name in names]


def _cell(page: dict[str, float] | None) -> str:
    return f"{page['p50']:,.0f} / {page['p95']:,.0f} ({page['times']:,.0f})" if page else "–"


def sentence(one: Run, share: float) -> str:
    each = {name: value / max(one.posts, 1) for name, value in one.spent.items()}
    friday = SCHOOLS * POSTS * sum(each.values()) / 3600
    took = ", ".join(f"{name} {value:.1f}" for name, value in each.items())
    return (
        f"**{one.called}**: {one.posts:,.0f} posts that were begun within {one.seconds:,.0f} s went all the way, "
        f"{one.errors} errors. "
        f"Seconds of the processor for each: {took}. At that the Friday of {SCHOOLS} schools takes {friday:.1f} cores"
        + (f"; asked for here was {share:g} of it." if share != 1 and one.called != "the limit" else ".")
    )


if __name__ == "__main__":
    sys.exit(main())
