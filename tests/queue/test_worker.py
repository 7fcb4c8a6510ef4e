"""A worker goes on: when a job's process is killed, when the queue goes away, when it comes back empty."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from rq import Queue

from moderation.queue import QUEUE_NAME, SERIALIZER, connect, workers_alive
from moderation.redis_server import Server, start
from moderation.settings import Settings
from tests.queue.builders import Launch, gone, until

WORKER = """
from workers.__main__ import serve_queue
from tests.queue import bell_jobs
serve_queue(settings, lambda: setattr(bell_jobs, "warmed", True), bell_jobs.KNOWN)
"""

FRESHENED = """
from workers.__main__ import serve_queue
from tests.queue import bell_jobs
def freshen(school):
    if bell_jobs.warmed:
        raise RuntimeError("the second time, it fails")
    bell_jobs.warmed = True
serve_queue(settings, lambda: None, bell_jobs.KNOWN, freshen)
"""

LOOKS_EVERY_SECOND = """
import workers.__main__ as w
worker = w.QueueWorker
w.QueueWorker = lambda *queues, **settings: worker(*queues, **{**settings, "job_monitoring_interval": 1})
"""

Bell = Callable[[str, str], None]


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with start(settings) as server:
        yield server


@pytest.fixture
def ask(settings: Settings, tmp_path: Path) -> Iterator[Bell]:
    with connect(settings) as connection:
        queue = Queue(QUEUE_NAME, connection=connection, serializer=SERIALIZER)
        yield lambda job, name: queue.enqueue(f"tests.queue.bell_jobs.{job}", str(tmp_path), name) and None


def horse(tmp_path: Path, name: str) -> psutil.Process:
    until((tmp_path / f"{name}.pid").exists)
    return psutil.Process(int((tmp_path / f"{name}.pid").read_text()))


def kill_server(server: Server) -> None:
    assert server.process
    server.process.kill()
    until(lambda: server.poll() is not None)


def test_the_models_are_loaded_once_and_shared_by_every_job(
    server: Server, launch: Launch, ask: Bell, tmp_path: Path
) -> None:
    launch(WORKER)
    ask("mark_if_warm", "one")
    ask("mark_if_warm", "two")
    until(lambda: (tmp_path / "one").exists() and (tmp_path / "two").exists())


def test_what_has_changed_is_made_ready_before_each_fork_and_a_failure_of_that_stops_no_job(
    server: Server, launch: Launch, ask: Bell, tmp_path: Path
) -> None:
    launch(FRESHENED)
    ask("mark_if_warm", "one")
    ask("mark_if_warm", "two")
    until(lambda: (tmp_path / "one").exists() and (tmp_path / "two").exists())


def test_a_killed_job_does_not_end_its_worker(server: Server, launch: Launch, ask: Bell, tmp_path: Path) -> None:
    worker = launch(WORKER)
    ask("hold", "killed")
    ask("mark", "next")
    horse(tmp_path, "killed").kill()
    assert until((tmp_path / "next").exists) < 5
    assert not (tmp_path / "killed").exists()
    assert worker.poll() is None


def test_a_worker_takes_new_jobs_within_seconds_of_a_restart_of_the_queue(
    server: Server, settings: Settings, launch: Launch, ask: Bell, tmp_path: Path
) -> None:
    worker = launch(WORKER)
    ask("mark", "before")
    until((tmp_path / "before").exists)
    kill_server(server)
    with start(settings):
        ask("mark", "after")
        assert until((tmp_path / "after").exists) < 6
    assert worker.poll() is None


def test_a_job_is_not_abandoned_because_the_queue_went_away(
    server: Server, settings: Settings, launch: Launch, ask: Bell, tmp_path: Path
) -> None:
    worker = launch(LOOKS_EVERY_SECOND + WORKER)
    ask("hold", "long")
    running = horse(tmp_path, "long")
    kill_server(server)
    time.sleep(2.2)  # the worker looks after its job twice, and finds no queue to note it in
    (tmp_path / "go").touch()
    until(lambda: (tmp_path / "long").exists() and not psutil.pid_exists(running.pid))  # the worker collected it
    with start(settings):
        ask("mark", "next")
        assert until((tmp_path / "next").exists) < 6
    assert worker.poll() is None


def test_a_worker_that_starts_before_the_queue_waits_for_it(
    settings: Settings, launch: Launch, ask: Bell, tmp_path: Path
) -> None:
    settings.instance.mkdir()
    worker = launch("import logging; logging.basicConfig(stream=sys.stdout, format='%(message)s')\n" + WORKER)
    assert worker.stdout
    assert "The queue is away" in worker.stdout.readline()
    with start(settings):
        ask("mark", "first")
        assert until((tmp_path / "first").exists) < 6


def test_a_worker_is_seen_again_after_the_queue_lost_everything(
    server: Server, settings: Settings, launch: Launch, ask: Bell, tmp_path: Path
) -> None:
    launch(WORKER)
    with connect(settings) as connection:
        assert workers_alive(connection) == 0
        until(lambda: workers_alive(connection) == 1)
        connection.flushall()
        ask("mark", "after")
        until((tmp_path / "after").exists)
        until(lambda: workers_alive(connection) == 1)


def test_a_worker_that_is_asked_to_end_lets_its_job_end(
    server: Server, settings: Settings, launch: Launch, ask: Bell, tmp_path: Path
) -> None:
    worker = launch(WORKER)
    ask("hold", "last")
    horse(tmp_path, "last")
    worker.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(0.3)
    (tmp_path / "go").touch()
    assert worker.wait(5) == 0
    assert (tmp_path / "last").exists()
    with connect(settings) as connection:
        assert workers_alive(connection) == 0


@pytest.mark.parametrize("away", [False, True], ids=["queue there", "queue away"])
def test_an_idle_worker_ends_at_once_when_asked(
    server: Server, settings: Settings, launch: Launch, ask: Bell, tmp_path: Path, away: bool
) -> None:
    worker = launch(WORKER)
    ask("mark", "ready")
    until((tmp_path / "ready").exists)
    if away:
        kill_server(server)
    worker.terminate()
    worker.wait(5)


def test_a_killed_worker_takes_its_job_with_it(server: Server, launch: Launch, ask: Bell, tmp_path: Path) -> None:
    worker = launch(WORKER)
    ask("hold", "orphan")
    running = horse(tmp_path, "orphan")
    os.kill(worker.pid, signal.SIGKILL)
    assert until(lambda: gone(running)) < 3


def test_a_function_that_is_not_a_job_of_ours_is_never_run(
    server: Server, launch: Launch, ask: Bell, tmp_path: Path
) -> None:
    """Whoever reaches the queue must not be able to make a worker do what it likes."""
    launch(WORKER)
    ask("strange", "never")
    ask("mark", "after")
    until((tmp_path / "after").exists)
    assert not (tmp_path / "never").exists()
