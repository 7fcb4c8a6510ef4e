"""/healthz names the part that is not well: for monitors, and for the person who is called at night."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rq import Queue, Worker

from moderation.db.migrate import migrate
from moderation.queue import QUEUE_NAME, SERIALIZER, WORKER_SILENT_SECONDS
from moderation.redis_server import start
from moderation.settings import load
from moderation.web import create_app
from moderation.wiring import Parts, create_keys, wire


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    settings = load({}, instance=tmp_path / "instance")
    create_keys(settings)
    parts = wire(settings)
    migrate(parts.engine)
    return parts


@pytest.fixture
def browser(parts: Parts) -> FlaskClient:
    return create_app(parts).test_client()


@pytest.fixture
def queue(parts: Parts) -> Iterator[Queue]:
    with start(parts.settings):
        yield Queue(QUEUE_NAME, connection=parts.bell, serializer=SERIALIZER)


@pytest.fixture
def worker(queue: Queue) -> Worker:
    """A worker as the queue knows it: it has said that it is there."""
    worker = Worker([queue], connection=queue.connection, serializer=SERIALIZER)
    worker.register_birth()  # type: ignore[no-untyped-call]
    return worker


def test_without_a_queue_it_says_so_and_the_rest_is_well(browser: FlaskClient) -> None:
    answer = browser.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"ok": False, "web": True, "database": True, "queue": False, "worker": False}


def test_without_a_worker_it_says_so(browser: FlaskClient, queue: Queue) -> None:
    answer = browser.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"ok": False, "web": True, "database": True, "queue": True, "worker": False}


def test_with_every_part_there_it_is_well(browser: FlaskClient, worker: Worker) -> None:
    answer = browser.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"ok": True, "web": True, "database": True, "queue": True, "worker": True}


def test_a_worker_that_fell_silent_is_no_worker(browser: FlaskClient, worker: Worker) -> None:
    """Killed, it leaves its entry in the queue for minutes."""
    silent = datetime.now(UTC) - timedelta(seconds=WORKER_SILENT_SECONDS + 1)
    worker.connection.hset(worker.key, "last_heartbeat", silent.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    answer = browser.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"ok": False, "web": True, "database": True, "queue": True, "worker": False}


def test_without_its_tables_the_database_is_not_well(browser: FlaskClient, parts: Parts, worker: Worker) -> None:
    migrate(parts.engine, "base")
    answer = browser.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"ok": False, "web": True, "database": False, "queue": True, "worker": True}
