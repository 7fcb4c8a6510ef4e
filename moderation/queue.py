"""The doorbell: tells the workers that something waits. The database is the truth; a lost ring loses nothing."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from rq.utils import utcparse
from rq.worker_registration import get_keys

from moderation.redis_socket import SocketUnsafe, socket_path
from moderation.settings import Settings

log = logging.getLogger(__name__)

QUEUE_NAME = "gatepost"
LATER_QUEUE = "gatepost-later"  # what can wait until the checks of the others are done
QUEUES = (QUEUE_NAME, LATER_QUEUE)  # of the one school of an installation; workers empty them in this order
JOB_SECONDS = 180  # a job that takes longer is ended
KEEP_RESULT_SECONDS = 60
KEEP_FAILURE_SECONDS = 3600
WORKER_SILENT_SECONDS = 40  # a worker that is well says so every 15 seconds, at work every 5
SERIALIZER = JSONSerializer  # never pickle: what it reads can be code


class Job(StrEnum):
    """What a worker can be asked to do; each is the dotted name of a function that takes ids."""

    SCAN = "workers.jobs.scan"
    CHECK_DRAFT = "workers.jobs.check_draft"
    LOOK_BACK = "workers.jobs.look_back"
    COVER_OTHERS = "workers.jobs.cover_others"
    SEND = "workers.jobs.send"
    FOLLOW_LINKS = "workers.jobs.follow_links"
    DELIVER = "workers.jobs.deliver"
    TRY_CHECK = "workers.jobs.try_check"
    COMPARE = "workers.jobs.compare"


_LATER = frozenset({Job.CHECK_DRAFT, Job.FOLLOW_LINKS, Job.COMPARE})


def names(school: str) -> tuple[str, str]:
    """The queues of the school with this key: what people wait for, and what can wait until those of all are empty."""
    return (f"{QUEUE_NAME}:{school}", f"{LATER_QUEUE}:{school}") if school else QUEUES


def school_of(name: str) -> str:
    """Whose a queue is: the key of a school."""
    return name.partition(":")[2]


def redis_url(settings: Settings) -> str:
    """The configured Redis, else the socket of the embedded one."""
    return settings.redis_url or f"unix://{quote(str(socket_path(settings)))}"


def connect(settings: Settings) -> redis.Redis:
    """A client that gives up within about a second; opens no connection yet. Threads may share it."""
    return redis.Redis.from_url(
        redis_url(settings),
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
        retry=Retry(NoBackoff(), 0),  # nobody waits for a doorbell
    )


def ring(where: Settings | redis.Redis, job: Job, *ids: int | str, school: str = "") -> bool:
    """Asks for `job` on `ids` in the school with this key; call it after the commit.

    False, and one line in the log, if the queue is away: the sweep will find what waits.
    """
    try:
        if isinstance(where, Settings):
            with connect(where) as connection:
                return ring(connection, job, *ids, school=where.key)
        urgent, later = names(school)
        Queue(later if job in _LATER else urgent, connection=where, serializer=SERIALIZER).enqueue_call(
            str(job),
            args=ids,
            timeout=JOB_SECONDS,
            result_ttl=KEEP_RESULT_SECONDS,
            failure_ttl=KEEP_FAILURE_SECONDS,
        )
    except (redis.RedisError, OSError, SocketUnsafe) as error:
        log.warning("The queue is away (%s): %s waits for the sweep.", type(error).__name__, job)
        return False
    return True


@dataclass(frozen=True)
class Standing:
    """How the queue stands: whether it answers, how many workers are well, how many of a school's jobs wait in each."""

    is_there: bool
    workers: int = 0
    jobs: Mapping[str, int] = field(default_factory=dict)


def standing(connection: redis.Redis, school: str = "") -> Standing:
    """Of the school with this key. Never raises: a queue that is away stands as away."""
    try:
        jobs = {line: len(Queue(name, connection=connection)) for line, name in zip(QUEUES, names(school), strict=True)}
        return Standing(bool(connection.ping()), workers_alive(connection), jobs)
    except (redis.RedisError, OSError, SocketUnsafe):
        return Standing(False)


def workers_alive(connection: redis.Redis) -> int:
    """How many workers have said lately that they are well. Raises redis.RedisError if the queue is away."""
    since = datetime.now(UTC) - timedelta(seconds=WORKER_SILENT_SECONDS)
    said = [connection.hget(key, "last_heartbeat") for key in get_keys(connection=connection)]
    return sum(utcparse(moment.decode()) > since for moment in said if isinstance(moment, bytes))
