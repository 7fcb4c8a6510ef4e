"""How workers scale, what queue and database cost beside a look at a photo, and what one school's burst costs another.

    make scale OF=workers            # some ten minutes; with WRITE=1 its part of docs/performance.md is renewed

Real workers, a real queue and real databases; a look at a photo takes a fixed time in which the worker sleeps, since
this machine has fewer cores than workers. Only for the cost one worker really looks.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import select

from bench.pictures import few
from bench.scale import own_part
from bench.scale.report import CALLED
from moderation.db.models import Scan, ScanState, Subject
from moderation.processes import spawn
from moderation.queue import connect, workers_alive
from moderation.redis_server import start
from moderation.services import intake
from tests import postgresql
from tests.acceptance.running import wait_for
from tests.builders import School
from tests.trust.schools import FILE, two_schools
from tests.web.pages import plain

LOOK = 3.0  # seconds: a real one takes 1.5 to 4 on two cores (docs/measured/pictures.md)
WORKERS = (1, 2, 4, 8)
EACH = 5  # photos a worker, behind its first and before its last
BURST, AT_ONCE, BUSY = 500, 10, 2  # photos; of a post; workers
ROUNDS = 3  # photos of the other school, one behind the other
COSTED = 6  # photos of a post
_LONGEST = 600.0
_WORKER = """
import sys, time
from moderation.services.looking import Looker
from moderation.settings import Watched, load_trust
from workers.__main__ import fleet
if "{look}":
    Looker.look = lambda self, rgb, lists, known=(): time.sleep(float("{look}")) or []
if "{cold}":
    Looker.warm = lambda self: None
fleet(Watched(load_trust()))
"""


@dataclass(frozen=True)
class Found:
    """`rates`: photos a second by number of workers; seconds of the processor for a photo; seconds until it is done."""

    rates: dict[int, float]
    look: float
    beside: float
    alone: float
    in_burst: float
    load: float

    @property
    def ratio(self) -> float:
        return self.rates[max(self.rates)] / self.rates[1]

    @property
    def delay(self) -> float:
        return self.in_burst - self.alone


def photos(count: int) -> list[bytes]:
    """Different ones, which cost next to nothing to decode."""
    return [plain(number) for number in range(count)]


class Place:
    """Two schools of a trust on one kind of database, and their queue."""

    def __init__(self, folder: Path, database: str) -> None:
        text, url = FILE, postgresql.create() if database == "postgresql" else ""
        for key in ("oakfield", "harbour") if url else ():
            text = text.replace(f'key = "{key}"', f'key = "{key}"\ndatabase_url = "{url}&schema={key}"')
        self.two, self.on_a_server = two_schools(folder, text), bool(url)
        self.queue = start(self.two.trust.machine)

    @contextmanager
    def working(self, workers: int, look: float | None, warm: bool = False) -> Iterator[list[psutil.Process]]:
        """So many workers that are ready for jobs; without `look` they look for real. `warm`: with the models."""
        code = _WORKER.format(look=look or "", cold="" if warm else "1")
        environ = {**os.environ, **self.two.environ, "PYTHONPATH": str(Path.cwd()), "OMP_NUM_THREADS": "1"}
        started = [spawn([sys.executable, "-c", code], environ) for _ in range(workers)]
        try:
            with connect(self.two.trust.machine) as connection:
                wait_for(lambda: workers_alive(connection) >= workers, _LONGEST, "the workers")
            yield [psutil.Process(one.pid) for one in started]
        finally:
            for one in started:
                one.terminate()
            for one in started:
                one.wait()

    def spent(self, worker: psutil.Process) -> float:
        """Seconds of the processor: the worker's, its jobs', the queue's and the database's."""
        assert self.queue.process is not None
        servers = [self.queue.process.pid, *(postgresql.processes()[:1] if self.on_a_server else [])]
        roots = [worker, *(psutil.Process(pid) for pid in servers)]
        live = [one for root in roots[2:] for one in root.children()]  # of PostgreSQL: a process for each who asks
        return sum(sum(one.cpu_times()[:4]) for one in roots) + sum(sum(one.cpu_times()[:2]) for one in live)


def ended(school: School) -> list[float]:
    """When the check of each photo ended, the first first."""
    with school.parts.reading() as work:
        which = Scan.state == ScanState.DONE, Scan.subject == Subject.PHOTO, Scan.ended_at.is_not(None)
        return sorted(one.timestamp() for one in work.session.scalars(select(Scan.ended_at).where(*which)) if one)


def hand_in(school: School, pictures: Sequence[bytes], posts: int) -> float:
    """The same photos in each post: each is looked at for each post. When the last came."""
    uploads = [intake.Upload(f"IMG_{number}.jpg", data) for number, data in enumerate(pictures)]
    prepared, problems = intake.prepare(uploads)
    assert not problems, problems
    for _ in range(posts):
        came = time.time()
        with school.parts.work() as work:
            post, _ = intake.save(
                work, school.teacher, None, intake.Words("A good day.", (school.account.id,)), prepared
            )
            post.others = 0
            for photo in post.photos:
                photo.alt_text = "What the photo shows"
            intake.submit(work, school.teacher, post.id)
    return came


def rate(place: Place, workers: int) -> float:
    """Photos a second while there are always some that wait."""
    school, pictures = place.two.oakfield, photos(4)
    before, counted = len(ended(school)), EACH * workers
    hand_in(school, pictures, (counted + 2 * workers) // len(pictures) + 1)
    with place.working(workers, LOOK):
        wait_for(lambda: len(ended(school)) >= before + workers + counted, _LONGEST, "the workers")
    times = ended(school)[before + workers - 1 : before + workers + counted]
    _drain(place)
    return counted / (times[-1] - times[0])


def _drain(place: Place) -> None:
    """What still waits is looked at in no time, so that every measurement begins with an empty queue."""
    with place.working(BUSY, 0.001):
        wait_for(
            lambda: place.two.oakfield.parts.queue_is_empty() and place.two.harbour.parts.queue_is_empty(),
            _LONGEST,
            "the workers",
        )


def cost(place: Place, pictures: list[bytes], look: float | None) -> float:
    """Of one photo in a post of some, with all that belongs to it, by a worker whose models are loaded."""
    school = place.two.oakfield
    before, first = len(ended(school)), plain(200)
    with place.working(1, look, warm=True) as (worker,):

        def done(count: int) -> bool:
            return len(ended(school)) == before + count and school.parts.queue_is_empty() and not worker.children()

        hand_in(school, [first], 1)  # what is done once
        wait_for(lambda: done(1), _LONGEST, "the workers")
        spent = place.spent(worker)
        hand_in(school, pictures, 1)
        wait_for(lambda: done(1 + len(pictures)), _LONGEST, "the workers")
        return (place.spent(worker) - spent) / len(pictures)


def burst(place: Place) -> tuple[float, float]:
    """How long one photo takes, alone and while 500 of another school wait: the longest of some."""
    with place.working(BUSY, LOOK):
        alone = _one(place)
        hand_in(place.two.oakfield, photos(AT_ONCE), BURST // AT_ONCE)
        in_burst = max(_one(place) for _ in range(ROUNDS))
    return alone, in_burst


def _one(place: Place) -> float:
    harbour = place.two.harbour
    before = len(ended(harbour))
    came = hand_in(harbour, [plain(100 + before)], 1)
    wait_for(lambda: len(ended(harbour)) > before, _LONGEST, "the workers")
    return ended(harbour)[-1] - came


def measured(database: str) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), database)
        with place.queue:
            rates = {workers: rate(place, workers) for workers in WORKERS}
            look = cost(place, [few(faces + 1) for faces in range(COSTED)], None)
            beside = cost(place, photos(COSTED), 0.001)
            return Found(rates, look, beside, *burst(place), os.getloadavg()[1])


def tables(found: dict[str, Found]) -> list[str]:
    each = found.items()
    head = "| | " + " | ".join(CALLED[name] for name, _ in each) + " | wanted |\n|---|" + "---|" * (len(found) + 1)
    rows = [(f"photos a second, workers: {n}", [f"{one.rates[n]:.2f}" for _, one in each], "") for n in WORKERS]
    rows += [
        (f"{WORKERS[-1]} workers do so many times the work of one", [f"× {one.ratio:.1f}" for _, one in each], "7"),
        ("a photo of 12 megapixels, looked at for real, CPU s", [f"{one.look:.2f}" for _, one in each], ""),
        ("one that nobody looks at, CPU s", [f"{one.beside:.3f}" for _, one in each], ""),
        ("share of it", [f"{one.beside / one.look:.1%}" for _, one in each], "5 %"),
        ("one photo alone, until it is checked, s", [f"{one.alone:.1f}" for _, one in each], ""),
        (f"the same while {BURST} of another school wait, s", [f"{one.in_burst:.1f}" for _, one in each], ""),
        ("later by, s", [f"{one.delay:.1f}" for _, one in each], f"{LOOK:.0f}"),
        ("load of the machine's two cores meanwhile", [f"{one.load:.0f}" for _, one in each], ""),
    ]
    return [head, *(f"| {what} | {' | '.join(cells)} | {wanted} |" for what, cells, wanted in rows)]


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--database", choices=tuple(CALLED))
    asked.add_argument("--write", action="store_true", help="renew its part of docs/performance.md")
    wanted = asked.parse_args()
    there = ("sqlite", "postgresql") if postgresql.program("initdb") else ("sqlite",)
    logging.disable(logging.WARNING)
    found = {name: measured(name) for name in ((wanted.database,) if wanted.database else there)}
    print("\n".join(tables(found)))
    if wanted.write:
        own_part.write("workers", "\n".join(tables(found)))
    return 0 if all(one.ratio >= 7 and one.beside / one.look < 0.05 for one in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
