"""The doorbell: tells the workers that something waits. The database is the truth; a lost ring loses nothing."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError, ReadOnlyError
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError, Sentinel
from rq import Queue
from rq.serializers import JSONSerializer
from rq.utils import utcparse
from rq.worker_registration import get_keys

from moderation.redis_socket import SocketUnsafe, socket_path
from moderation.rules.queue_address import QueueAddress
from moderation.settings import Settings, SettingsError

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


def connect(settings: Settings) -> redis.Redis:
    """A client that gives up within about a second; opens no connection yet. Threads may share it.

    Where Sentinels watch, each new connection asks them which server it is. Raises SettingsError for a file of a
    certificate that cannot be read.
    """
    server = settings.queue_server or QueueAddress(socket=str(socket_path(settings)))
    for path in server.files:
        if not os.access(path, os.R_OK):
            raise SettingsError(f"GATEPOST_REDIS_URL: {path} is not there, or cannot be read.")
    there: dict[str, Any] = _waits() | _tls(server)
    who: dict[str, Any] = {"db": server.database, "username": server.user, "password": server.password}
    if server.socket:
        return redis.Redis(unix_socket_path=server.socket, **there, **who)
    if not server.master:
        ((host, port),) = server.hosts
        return redis.Redis(host, port, **there, **who)
    there_too = there | {"username": server.sentinel_user, "password": server.sentinel_password}
    watch: Any = Sentinel(server.hosts, sentinel_kwargs=there_too)  # type: ignore[no-untyped-call]
    found: redis.Redis = watch.master_for(server.master, **there, **who)
    return found


def _waits() -> dict[str, Any]:
    """Nobody waits for a doorbell."""
    return {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}


def _tls(server: QueueAddress) -> dict[str, Any]:
    """The certificate and the name in it are always checked, by the machine's CAs and the school's own."""
    if not server.encrypted:
        return {}
    own = {"ssl_ca_certs": server.authority, "ssl_certfile": server.certificate, "ssl_keyfile": server.key}
    return {"ssl": True, "ssl_cert_reqs": "required", "ssl_check_hostname": True, **own}


def why_away(error: Exception) -> str:
    """What is the matter with the queue, for whoever looks after the machine: no address, user or password is in it.

    What a Sentinel met is a part of the text of one error alone, so the text is looked at.
    """
    text = f"{type(error).__name__}: {error}"
    return next((sentence for sign, sentence in _WHY.items() if sign in text), _SILENT)


_SILENT = "it does not answer"
_WHY = {  # the first that fits
    SocketUnsafe.__name__: "the folder of its socket belongs to somebody else",
    "certificate has expired": "its certificate has expired",
    "certificate is not valid for": "its certificate is for another name than the one it is reached by",
    "CERTIFICATE_VERIFY_FAILED": "its certificate is not trusted: name the file of your own CA with ssl_ca_certs",
    "CERTIFICATE_REQUIRED": "it asks for a certificate: name one with ssl_certfile and ssl_keyfile",
    "EOF occurred": "it ends what should be TLS; it may ask for a certificate: ssl_certfile and ssl_keyfile",
    "[SSL": "it does not speak TLS as it should",
    redis.AuthenticationError.__name__: "it refuses the user or the password",
    NoPermissionError.__name__: "its user may not do what a queue needs",
    ReadOnlyError.__name__: "it is a replica, which takes no jobs",
    redis.OutOfMemoryError.__name__: "its memory is full",
    MasterNotFoundError.__name__: "no Sentinel that answers knows a master of that name",
}


class QueueAway(Exception):
    """The message says why, without an address, a user or a password."""


def look(settings: Settings) -> str:
    """Which server of the school's own it is; that it takes what it is given was tried. Raises QueueAway."""
    with connect(settings) as connection:
        try:
            connection.set(f"rq:{QUEUE_NAME}:tried", 1, px=1)
            said: dict[str, Any] = connection.info("server")
        except (redis.RedisError, OSError) as error:
            why = why_away(_of_sentinels(connection) or error)
            raise QueueAway(f"the one of GATEPOST_REDIS_URL: {why}") from None
    name = "Valkey" if "valkey_version" in said else "Redis"
    tls = "with TLS" if settings.queue_server and settings.queue_server.encrypted else "without TLS"
    return f"{name} {said.get('valkey_version', said['redis_version'])}, {tls}"


def _of_sentinels(connection: redis.Redis) -> Exception | None:
    """Why none of them answers; None where one does, or where there are none."""
    found = None
    for one in getattr(getattr(connection.connection_pool, "sentinel_manager", None), "sentinels", ()):
        try:
            one.ping()
        except redis.AuthenticationError as error:
            return error
        except redis.RedisError as error:
            found = error if found is None or why_away(found) == _SILENT else found
        else:
            return None
    return found


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
        why = why_away(error)
        log.warning("The queue is away (%s): %s waits for the sweep.", why, job)
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
