"""One fleet of workers for all schools: in turn, what people wait for first, each job with its own school's parts."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from rq import Queue

from moderation.processes import end_with
from moderation.queue import SERIALIZER, connect, names, workers_alive
from moderation.redis_server import start
from moderation.rules.workflow import State
from moderation.settings import Settings, load_trust
from tests.queue.builders import until
from tests.trust.schools import FILE, two_schools

ROOT = Path(__file__).parents[2]
LIGHT = """
from workers.__main__ import serve_queue
from tests.queue import bell_jobs
serve_queue(trust.machine, lambda: None, bell_jobs.KNOWN, schools=lambda: [one.key for one in watched.now().schools])
"""
REAL = """
from moderation.services.looking import Looker
from workers.__main__ import fleet
Looker.warm = lambda self: None  # of words alone no engine has to look
fleet(watched)
"""
SLOW = 60.0  # seconds, on a machine that does other things too
Rings = Callable[[str, str, str], None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A trust whose schools are named and not set up: light jobs need none."""
    (tmp_path / "trust.toml").write_text(FILE)
    return tmp_path / "trust.toml"


@pytest.fixture
def machine(file: Path) -> Iterator[Settings]:
    settings = load_trust({"GATEPOST_TRUST": str(file)}).machine
    with start(settings):
        yield settings


@pytest.fixture
def ring(machine: Settings, tmp_path: Path) -> Iterator[Rings]:
    """A light job in a queue of a school."""
    with connect(machine) as connection:

        def ring(queue: str, job: str, name: str) -> None:
            asked = f"tests.queue.bell_jobs.{job}", str(tmp_path), name
            Queue(queue, connection=connection, serializer=SERIALIZER).enqueue(*asked)

        yield ring


@pytest.fixture
def worker(file: Path) -> Iterator[Callable[[str], None]]:
    """A worker in a process of its own, as the trust's file says."""
    started: list[subprocess.Popen[bytes]] = []
    head = "from moderation.settings import Watched, load_trust\ntrust = load_trust()\nwatched = Watched(trust)\n"

    def begin(code: str) -> None:
        environ = {**os.environ, "GATEPOST_TRUST": str(file), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-c", head + code]
        started.append(subprocess.Popen(command, env=environ, preexec_fn=partial(end_with, os.getpid())))

    yield begin
    for process in started:
        process.terminate()
        process.wait(10)


def order(folder: Path) -> list[str]:
    return (folder / "order").read_text().split() if (folder / "order").exists() else []


def test_one_schools_hundred_jobs_do_not_make_anothers_one_wait(
    ring: Rings, worker: Callable[[str], None], tmp_path: Path
) -> None:
    for number in range(50):
        ring(names("oakfield")[0], "note", f"oakfield-{number}")
    ring(names("harbour")[0], "note", "harbour")
    worker(LIGHT)
    until(lambda: "harbour" in order(tmp_path), SLOW)
    assert order(tmp_path)[:2] == ["oakfield-0", "harbour"], "the next one"


def test_what_can_wait_at_one_school_waits_for_what_people_wait_for_at_all(
    ring: Rings, worker: Callable[[str], None], tmp_path: Path
) -> None:
    (oakfield, oakfields_later), (harbour, harbours_later) = names("oakfield"), names("harbour")
    for queue in (oakfields_later, oakfields_later, harbours_later, harbour, harbour, oakfield):
        ring(queue, "note", queue)
    worker(LIGHT)
    until(lambda: len(order(tmp_path)) == 6, SLOW)
    assert order(tmp_path) == [oakfield, harbour, harbour, oakfields_later, harbours_later, oakfields_later]


def test_a_school_that_comes_or_goes_is_noticed_within_seconds(
    file: Path, machine: Settings, ring: Rings, worker: Callable[[str], None], tmp_path: Path
) -> None:
    worker(LIGHT)
    with connect(machine) as connection:
        until(lambda: workers_alive(connection) == 1, SLOW)
        text = file.read_text()
        file.write_text(text + '[[school]]\nkey = "mill"\naddress = "http://mill.example"\n')
        ring(names("mill")[0], "mark", "mill")
        assert until((tmp_path / "mill").exists) < 6
        file.write_text(text)
        until(lambda: not connection.exists(f"rq:workers:{names('mill')[0]}"))
        ring(names("harbour")[0], "mark", "harbour")
        assert until((tmp_path / "harbour").exists) < 6
        file.write_text("this is no file of a trust")
        ring(names("oakfield")[0], "mark", "oakfield")
        assert until((tmp_path / "oakfield").exists) < 6, "a slip in the file stops nobody"


def test_each_job_is_done_with_the_parts_of_its_own_school(
    tmp_path: Path, machine: Settings, worker: Callable[[str], None]
) -> None:
    """The posts have the same numbers, so the jobs are the same but for the queue that they come by."""
    two = two_schools(tmp_path)
    posts = [(school, school.submit(caption="A good day.")) for school in (two.oakfield, two.harbour)]
    assert posts[0][1] == posts[1][1]
    worker(REAL)
    for school, post in posts:
        until(lambda school=school, post=post: school.state(post) is State.IN_REVIEW, SLOW)  # type: ignore[misc]


def test_a_job_in_the_queue_of_another_school_is_not_done(
    machine: Settings, ring: Rings, worker: Callable[[str], None], tmp_path: Path
) -> None:
    oakfield, harbour = names("oakfield")[0], names("harbour")[0]
    ring(oakfield, "mark", "strayed")
    with connect(machine) as connection:
        assert connection.lmove(f"rq:queue:{oakfield}", f"rq:queue:{harbour}")
    ring(harbour, "mark", "own")
    worker(LIGHT)
    until((tmp_path / "own").exists, SLOW)
    assert not (tmp_path / "strayed").exists()
