"""/healthz names the part that is not well, for monitors and for who is called at night; /metrics counts."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families as parse
from rq import Queue, Worker

from moderation.db.migrate import migrate
from moderation.db.models import CanaryRun, SweepRound
from moderation.queue import QUEUE_NAME, SERIALIZER, WORKER_SILENT_SECONDS
from moderation.redis_server import start
from moderation.rules.watching import Canary, Outcome
from moderation.settings import SettingsError, load
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


def health(browser: FlaskClient) -> tuple[int, dict[str, object]]:
    """The status, and what is not well."""
    answer = browser.get("/healthz")
    assert answer.json is not None
    return answer.status_code, {key: value for key, value in answer.json.items() if key != "ok" and value is not True}


def test_without_a_queue_it_says_so_and_the_rest_is_well(browser: FlaskClient) -> None:
    assert health(browser) == (503, {"queue": False, "worker": False, "trouble": ["queue away"]})


def test_without_a_worker_it_says_so(browser: FlaskClient, queue: Queue) -> None:
    assert health(browser) == (503, {"worker": False, "trouble": ["workers away"]})


def test_with_every_part_there_it_is_well(browser: FlaskClient, worker: Worker) -> None:
    answer = browser.get("/healthz")
    assert answer.status_code == 200
    parts = dict.fromkeys(("ok", "web", "database", "media", "queue", "worker", "sweep", "checks"), True)
    assert answer.json == {**parts, "trouble": []}


def test_a_worker_that_fell_silent_is_no_worker(browser: FlaskClient, worker: Worker) -> None:
    """Killed, it leaves its entry in the queue for minutes."""
    silent = datetime.now(UTC) - timedelta(seconds=WORKER_SILENT_SECONDS + 1)
    worker.connection.hset(worker.key, "last_heartbeat", silent.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    assert health(browser) == (503, {"worker": False, "trouble": ["workers away"]})


def test_without_its_tables_the_database_is_not_well(browser: FlaskClient, parts: Parts, worker: Worker) -> None:
    migrate(parts.engine, "base")
    assert health(browser) == (503, {"database": False, "trouble": []})


def test_a_sweep_that_fell_silent_is_not_well(browser: FlaskClient, parts: Parts, worker: Worker) -> None:
    with parts.work() as work:
        work.session.get_one(SweepRound, 1).at = work.now - timedelta(minutes=6)
    assert health(browser) == (503, {"sweep": False, "trouble": ["sweep away"]})


def test_a_check_that_let_a_test_picture_pass_is_not_well(browser: FlaskClient, parts: Parts, worker: Worker) -> None:
    ended(parts, Outcome.PASSED)
    assert health(browser) == (503, {"checks": False, "trouble": ["names passed"]})
    ended(parts, Outcome.CAUGHT)
    assert health(browser)[0] == 200


def ended(parts: Parts, outcome: Outcome) -> None:
    with parts.work() as work:
        moments = {"day": work.today, "sent_at": work.now, "ended_at": work.now}
        work.session.add(CanaryRun(canary=Canary.NAMES, outcome=outcome, **moments))


def test_metrics_are_off_until_a_setting_switches_them_on(browser: FlaskClient) -> None:
    assert browser.get("/metrics").status_code == 404


def test_metrics_count_in_the_form_that_prometheus_reads(parts: Parts, worker: Worker) -> None:
    ended(parts, Outcome.PASSED)
    answer = with_metrics(parts, "1").get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    read = {(one.name, *one.labels.values()): one.value for family in parse(answer.text) for one in family.samples}
    assert read["gatepost_workers",] == read["gatepost_queue_up",] == 1
    assert read["gatepost_posts", "in review"] == read["gatepost_takedowns_open",] == 0
    assert read["gatepost_canary_caught", "names"] == read["gatepost_backup_last_timestamp_seconds",] == 0
    assert time.time() - read["gatepost_sweep_last_round_timestamp_seconds",] < 60


def test_with_a_token_metrics_are_for_who_brings_it(parts: Parts) -> None:
    browser = with_metrics(parts, "a token of some length")
    assert browser.get("/metrics").status_code == 401
    assert browser.get("/metrics", headers={"Authorization": "Bearer a token of some lengtH"}).status_code == 401
    answer = browser.get("/metrics", headers={"Authorization": "Bearer a token of some length"})
    assert answer.status_code == 200
    assert "gatepost_queue_up 0.0" in answer.text, "and the queue is away"


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(SettingsError, match="at least 16"):
        load({"GATEPOST_METRICS": "secret"})


def with_metrics(parts: Parts, setting: str) -> FlaskClient:
    settings = load({"GATEPOST_METRICS": setting}, instance=parts.settings.instance)
    return create_app(replace(parts, settings=settings)).test_client()
