"""A worker: loads the models once, then takes jobs from the queue, each in a forked process of its own."""

import logging
import os
import signal
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import redis
from rq import Worker, worker_registration
from rq.job import Job

from moderation import logs, processes, queue
from moderation.queue import Job as KnownJob
from moderation.settings import Settings, load

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0  # between two looks for a queue that is away
ONE_THREAD_EACH = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # the threads of two workers would fight for the cores


class QueueWorker(Worker):
    """RQ's forking worker, for a queue that may go away and come back, even empty.

    What it writes into Redis about itself is bookkeeping: while Redis is away it is left out, and the running job is
    never abandoned for it.
    """

    max_connection_wait_time = 5.0
    asked_to_end = False
    known: Collection[str] = tuple(KnownJob)
    freshen: Callable[[], None] | None = None

    def subscribe(self) -> None:
        """Takes no commands over Redis; so there is no thread in a process that forks."""

    def handle_warm_shutdown_request(self) -> None:
        self.asked_to_end = True
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]

    def fork_work_horse(self, job: Job, queue: Any) -> None:
        """What has changed is made ready first, for all jobs to come; where that fails, the job tries for itself."""
        try:
            if self.freshen:
                self.freshen()
        except Exception as error:  # noqa: BLE001 (the job says what could not be checked)
            log.warning("The roll could not be made ready (%s).", type(error).__name__)
        super().fork_work_horse(job, queue)

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        processes.end_with(self.pid or 0)

    def perform_job(self, job: Job, queue: Any) -> bool:
        """A queue carries names of functions, and RQ would run any: only known ones, with plain arguments, are run."""
        plain = not job.instance and not job.kwargs and all(isinstance(value, int | str) for value in job.args)
        if job.func_name not in self.known or not plain:
            log.error("The queue asked for something that is not a job of Gatepost; it was not done.")
            job.delete()
            return False
        return bool(super().perform_job(job, queue))

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """RQ's own line would quote the message of the exception, and with it perhaps what somebody typed."""
        log.error("the job %s broke", job.func_name, exc_info=exc_info)

    def handle_job_failure(self, job: Job, queue: Any, started_job_registry: Any = None, exc_string: str = "") -> None:
        """For the same reason the queue does not keep it."""
        super().handle_job_failure(job, queue, started_job_registry, "")

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Says that it is alive, and who it is: a Redis that lost everything must learn it again."""
        with suppress(redis.RedisError):
            connection = self.connection if pipeline is None else pipeline
            connection.hset(self.key, mapping=self.serialize())
            worker_registration.register(self, connection)  # type: ignore[arg-type]
            super().heartbeat(timeout, pipeline)

    def maintain_heartbeats(self, job: Job) -> None:
        with suppress(redis.RedisError):
            super().maintain_heartbeats(job)

    def set_current_job_working_time(self, current_job_working_time: float, pipeline: Any = None) -> None:
        with suppress(redis.RedisError):
            super().set_current_job_working_time(current_job_working_time, pipeline)

    def set_shutdown_requested_date(self) -> None:
        with suppress(redis.RedisError):
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call]

    def register_death(self) -> None:
        with suppress(redis.RedisError):
            super().register_death()  # type: ignore[no-untyped-call]


def serve_queue(
    settings: Settings,
    warm: Callable[[], None],
    known: Collection[str] = tuple(KnownJob),
    freshen: Callable[[], None] | None = None,
) -> None:
    """Takes jobs until SIGTERM or SIGINT, which let the running job end; a queue that is away is waited for.

    `warm` loads the models before the first fork, so that every job's process shares them; `freshen` does what has to
    be done again after a change, before any fork.
    """
    warm()
    away = False
    while True:
        try:
            worker = _worker(settings)
            worker.known = known
            worker.freshen = freshen
            log.info("Ready for jobs.")
            away = False
            worker.work(logging_level="WARNING")
            if worker.asked_to_end:
                return
        except redis.RedisError as error:
            if not away:
                log.warning("The queue is away (%s): looking for it every %.0f s.", type(error).__name__, RETRY_SECONDS)
            away = True
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):  # nothing runs now: to end means to end at once
                signal.signal(number, signal.SIG_DFL)
        time.sleep(RETRY_SECONDS)


def _worker(settings: Settings) -> QueueWorker:
    """A worker that finds another one's abandoned job within about a minute. Raises redis.RedisError."""
    return QueueWorker(
        queue.QUEUES,
        connection=queue.connect(settings),
        serializer=queue.SERIALIZER,
        worker_ttl=30,
        maintenance_interval=10,
        job_monitoring_interval=5,
    )


def main() -> None:
    os.umask(0o077)
    for name in ONE_THREAD_EACH:
        os.environ.setdefault(name, "1")
    settings = load()
    logs.set_up(settings.log_format)
    from moderation.wiring import wire  # only now: the libraries it imports read the variables above
    from workers import jobs

    parts = wire(settings)
    jobs.use(parts)
    serve_queue(settings, parts.warm, freshen=parts.freshen)


if __name__ == "__main__":
    main()
