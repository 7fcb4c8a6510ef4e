"""A worker: loads the models once, then takes jobs from the queue, each in a forked process of its own."""

import logging
import os
import signal
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from rq import Queue, Worker, worker_registration
from rq.job import Job

from moderation import logs, processes, queue
from moderation.queue import LATER_QUEUE, school_of
from moderation.queue import Job as KnownJob
from moderation.settings import Settings, Watched, load_trust

log = logging.getLogger(__name__)

UPKEEP_SECONDS = 10  # between two looks for what other workers left behind
LOOK_SECONDS = 3  # of a worker with many schools: within so long it has seen that one has come
ASKS_FOR_SOME_SECONDS = Retry(ConstantBackoff(0.25), 20)  # a job that begins while the queue does not answer
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
    freshen: Callable[[str], None] | None = None
    schools: Callable[[], Sequence[str]] | None = None

    @property
    def dequeue_timeout(self) -> int:
        """Seconds: so soon a worker that has nothing to do sees that a school has come or gone."""
        return LOOK_SECONDS if self.schools else super().dequeue_timeout

    def subscribe(self) -> None:
        """Takes no commands over Redis; so there is no thread in a process that forks."""

    def handle_warm_shutdown_request(self) -> None:
        self.asked_to_end = True
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]

    def reorder_queues(self, reference_queue: Queue) -> None:
        """Round robin: the school that was served is the last of its line. RQ's own turns the whole list, and what
        can wait would come before what somebody waits for."""
        others = [one for one in self._ordered_queues if one != reference_queue]
        self._ordered_queues = sorted([*others, reference_queue], key=_can_wait)

    def take_up_schools(self) -> None:
        """The queues of the schools that there are now; each keeps its place. Raises redis.RedisError."""
        wanted = queues_of(self.schools()) if self.schools else self.queue_names()
        if set(wanted) == set(self.queue_names()):
            return
        gone = [one for one in self.queues if one.name not in wanted]
        for one in gone:
            self.connection.srem(worker_registration.WORKERS_BY_QUEUE_KEY % one.name, self.key)
        known = {one.name: one for one in self._ordered_queues if one not in gone}
        new = [name for name in wanted if name not in known]
        known |= {name: self.queue_class(name, connection=self.connection, serializer=self.serializer) for name in new}
        self.queues = list(known.values())
        self._ordered_queues = sorted(self.queues, key=_can_wait)

    def fork_work_horse(self, job: Job, queue: Any) -> None:
        """What has changed is made ready first, for all jobs to come; where that fails, the job tries for itself."""
        try:
            if self.freshen:
                self.freshen(school_of(queue.name))
        except Exception as error:  # noqa: BLE001 (the job says what could not be checked)
            log.warning("The school or its roll could not be made ready (%s).", type(error).__name__)
        super().fork_work_horse(job, queue)

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        processes.end_with(self.pid or 0)

    def perform_job(self, job: Job, queue: Any) -> bool:
        """A queue carries names of functions, and RQ would run any: only known ones, with plain arguments, are run.

        And only for the school that asked for them.
        """
        plain = (
            job.origin == queue.name
            and not job.instance
            and not job.kwargs
            and all(isinstance(value, int | str) for value in job.args)
        )
        if job.func_name not in self.known or not plain:
            log.error("The queue asked for something that is not a job of Gatepost; it was not done.")
            job.delete()
            return False
        with suppress(redis.RedisError):  # its process connects anew, perhaps while another queue takes over
            ASKS_FOR_SOME_SECONDS.call_with_retry(self.connection.ping, lambda error: None)
        return bool(super().perform_job(job, queue))

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """RQ's own line would quote the message of the exception, and with it perhaps what somebody typed."""
        log.error("the job %s broke", job.func_name, exc_info=exc_info)

    def handle_job_failure(self, job: Job, queue: Any, started_job_registry: Any = None, exc_string: str = "") -> None:
        """For the same reason the queue does not keep it."""
        super().handle_job_failure(job, queue, started_job_registry, "")

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Says that it is alive, and who it is: a Redis that lost everything must learn it again.

        RQ calls it before each look into the queues, so here it sees which ones there are.
        """
        with suppress(redis.RedisError):
            if pipeline is None:
                self.take_up_schools()
            connection = self.connection if pipeline is None else pipeline
            connection.hset(self.key, mapping=self.serialize())
            connection.sadd(
                worker_registration.REDIS_WORKER_KEYS, self.key
            )  # by queue too it would be said 2,000 times
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


def _can_wait(queue: Queue) -> bool:
    return bool(queue.name.startswith(LATER_QUEUE))


def queues_of(schools: Sequence[str]) -> list[str]:
    """In the order in which workers begin: what somebody waits for, in any school, and then the rest."""
    return [name for line in zip(*map(queue.names, schools), strict=True) for name in line]


def serve_queue(
    settings: Settings,
    warm: Callable[[], None],
    known: Collection[str] = tuple(KnownJob),
    freshen: Callable[[str], None] | None = None,
    schools: Callable[[], Sequence[str]] | None = None,
) -> None:
    """Takes jobs until SIGTERM or SIGINT, which let the running job end; a queue that is away is waited for.

    `warm` loads the models before the first fork, so that every job's process shares them; `freshen` does what has to
    be done before any fork for a job of the school with this key. `schools`: the keys of all of them, asked again and
    again; without it the one of the settings.
    """
    warm()
    away = False
    while True:
        try:
            worker = _worker(settings, schools)
            worker.known = known
            worker.freshen = freshen
            log.info("Ready for jobs.")
            away = False
            worker.work(logging_level="WARNING")
            if worker.asked_to_end:
                return
        except redis.RedisError as error:
            if not away:
                why = queue.why_away(error)
                log.warning("The queue is away (%s): looking for it every %.0f s.", why, RETRY_SECONDS)
            away = True
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):  # nothing runs now: to end means to end at once
                signal.signal(number, signal.SIG_DFL)
        time.sleep(RETRY_SECONDS)


def _worker(settings: Settings, schools: Callable[[], Sequence[str]] | None = None) -> QueueWorker:
    """A worker that finds another one's abandoned job within about a minute. Raises redis.RedisError."""
    keys = schools() if schools else [settings.key]
    worker = QueueWorker(
        queues_of(keys),
        connection=queue.connect(settings),
        serializer=queue.SERIALIZER,
        worker_ttl=30,
        maintenance_interval=max(UPKEEP_SECONDS, len(keys)),  # of fifty schools it takes a fifth of a second
        job_monitoring_interval=5,
    )
    worker.schools = schools
    return worker


def fleet(watched: Watched) -> None:
    """One worker for all schools: the models are there once, the parts of a school when a job of it comes."""
    from moderation.schools import Kept  # only now: the libraries it imports read the variables set by `main`
    from moderation.services.looking import Looker
    from moderation.wiring import Parts, wire
    from workers import jobs

    looker = Looker()
    kept = Kept(watched, lambda one: replace(wire(one), looker=looker), Parts.end)

    def ready(school: str) -> None:
        jobs.use(None)  # never those of another school, nor of one that is closed
        settings = watched.now().named[school]
        with kept.of(settings) as parts:
            jobs.use(parts)
            parts.freshen()
        if not watched.now().serves(settings):
            jobs.use(None)  # closed meanwhile, and let go of

    def keys() -> list[str]:
        return [one.key for one in kept.tidy().schools]

    trust = watched.now()
    if trust.file is None:
        with kept.of(trust.machine):
            pass  # what is not set up is said at once
    serve_queue(trust.machine, looker.warm, freshen=ready, schools=keys if trust.file else None)


def main() -> None:
    os.umask(0o077)
    for name in ONE_THREAD_EACH:
        os.environ.setdefault(name, "1")
    trust = load_trust()
    logs.set_up(trust.machine.log_format)
    fleet(Watched(trust))


if __name__ == "__main__":
    main()
