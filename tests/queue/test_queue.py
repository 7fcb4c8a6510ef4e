"""The doorbell: rings when it can, says so when it cannot, and never keeps anybody waiting."""

import json
import logging
import os
import signal
import time
import zlib

import pytest
from rq.job import Job as QueuedJob

from moderation.queue import JOB_SECONDS, QUEUE_NAME, SERIALIZER, Job, connect, ring
from moderation.redis_server import start
from moderation.settings import Settings


def test_a_ring_carries_the_dotted_name_and_the_ids_as_json(settings: Settings) -> None:
    """Law 10: queue payloads carry ids. And never pickle, which is code."""
    with start(settings), connect(settings) as connection:
        assert ring(connection, Job.SCAN, 12, "ab34")
        (job_id,) = connection.lrange(f"rq:queue:{QUEUE_NAME}", 0, -1)
        data = connection.hget(f"rq:job:{job_id.decode()}", "data")
        assert json.loads(zlib.decompress(data)) == ["workers.jobs.scan", None, [12, "ab34"], {}]
        job = QueuedJob.fetch(job_id.decode(), connection, serializer=SERIALIZER)
        assert (job.timeout, job.result_ttl, job.failure_ttl) == (JOB_SECONDS, 60, 3600)


def test_the_same_photo_may_be_rung_for_again(settings: Settings) -> None:
    with start(settings), connect(settings) as connection:
        assert ring(connection, Job.SCAN, 1)
        assert ring(connection, Job.SCAN, 1)
        assert len(set(connection.lrange(f"rq:queue:{QUEUE_NAME}", 0, -1))) == 2


def test_with_no_queue_a_ring_says_false_at_once_and_logs_one_line(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert ring(settings, Job.SCAN, 4711) is False
    assert time.monotonic() - began < 5  # and not until it answers
    (line,) = caplog.messages
    assert "waits for the sweep" in line
    assert "4711" not in line


def test_a_queue_that_hangs_keeps_nobody_waiting(settings: Settings) -> None:
    with start(settings) as server, connect(settings) as connection:
        assert ring(connection, Job.SCAN, 1)
        assert server.process
        os.kill(server.process.pid, signal.SIGSTOP)
        try:
            for where in (settings, connection):
                began = time.monotonic()
                assert ring(where, Job.SCAN, 2) is False
                assert time.monotonic() - began < 5
        finally:
            os.kill(server.process.pid, signal.SIGCONT)


def test_a_connection_older_than_the_server_still_rings(settings: Settings) -> None:
    with connect(settings) as connection:
        for _ in range(2):
            with start(settings):
                assert ring(connection, Job.SCAN, 5)
