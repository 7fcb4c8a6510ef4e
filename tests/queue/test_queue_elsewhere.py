"""A queue of the school's own, on real servers: passwords, TLS, Sentinel; and one clear sentence for what is wrong."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from moderation import queue
from moderation.cli import main
from moderation.queue import QUEUE_NAME, SERIALIZER, Job, QueueAway, connect, look, ring, standing, why_away
from moderation.settings import Settings, SettingsError, load
from tests.queue.builders import Launch, until
from tests.queue_servers import (
    IN_AN_ADDRESS,
    PASSWORD,
    RIGHTS,
    Certificates,
    Server,
    certificates,
    needed,
    serving,
    watched,
)

WORKER = """
from workers.__main__ import serve_queue
from tests.queue import bell_jobs
import logging; logging.basicConfig(stream=sys.stdout, format='%(message)s')
serve_queue(settings, lambda: None, bell_jobs.KNOWN)
"""
BOTH = [pytest.param(name, marks=needed(name)) for name in ("redis", "valkey")]
BUSY = 40.0  # seconds, on a machine that does other things too
Configured = Callable[[str], Settings]
Begins = Callable[..., Server]

pytestmark = needed()


@pytest.fixture
def configured(settings: Settings) -> Configured:
    def write(url: str) -> Settings:
        settings.instance.mkdir(exist_ok=True)
        (settings.instance / ".env").write_text(f"GATEPOST_REDIS_URL='{url}'\n")
        return load({}, settings.instance)

    return write


@pytest.fixture
def begins() -> Iterator[Begins]:
    with ExitStack() as until_the_end:
        yield lambda *options, **more: until_the_end.enter_context(serving(*options, **more))


@pytest.fixture
def secured(tmp_path: Path) -> Certificates:
    return certificates(tmp_path / "certificates")


def asks(settings: Settings, folder: Path, job: str, name: str) -> None:
    with connect(settings) as connection:
        theirs = queue.Queue(QUEUE_NAME, connection=connection, serializer=SERIALIZER)
        theirs.enqueue(f"tests.queue.bell_jobs.{job}", str(folder), name)


def does_a_job(settings: Settings, launch: Launch, folder: Path) -> None:
    assert ring(settings, Job.SCAN, 1)
    launch(WORKER)
    asks(settings, folder, "mark", "done")
    until((folder / "done").exists, BUSY)
    with connect(settings) as connection:
        now = standing(connection)
    assert (now.is_there, now.workers) == (True, 1)


@pytest.mark.parametrize("name", BOTH)
def test_a_password(name: str, begins: Begins, configured: Configured, launch: Launch, tmp_path: Path) -> None:
    server = begins(f'requirepass "{PASSWORD}"', name=name, password=PASSWORD)
    settings = configured(f"redis://:{IN_AN_ADDRESS}@127.0.0.1:{server.port}/2")
    does_a_job(settings, launch, tmp_path)
    assert look(settings).startswith(name.capitalize()) and look(settings).endswith("without TLS")


@pytest.mark.parametrize("name", BOTH)
def test_a_user_with_no_more_rights_than_a_queue_needs(
    name: str, begins: Begins, configured: Configured, launch: Launch, tmp_path: Path
) -> None:
    server = begins("user default off", f"user gate on >{IN_AN_ADDRESS} {' '.join(RIGHTS)}", name=name)
    does_a_job(
        configured(f"redis://gate:{IN_AN_ADDRESS.replace('%', '%25')}@127.0.0.1:{server.port}"), launch, tmp_path
    )


def test_tls_with_a_ca_of_the_schools_own(
    secured: Certificates, begins: Begins, configured: Configured, launch: Launch, tmp_path: Path
) -> None:
    secured.clients = "yes"
    server = begins(f'requirepass "{PASSWORD}"', tls=secured, password=PASSWORD)
    own = f"&ssl_certfile={secured.certificate}&ssl_keyfile={secured.key}"
    at = f"rediss://:{IN_AN_ADDRESS}@localhost:{server.port}/0?ssl_ca_certs={secured.authority}"
    settings = configured(at + own)
    does_a_job(settings, launch, tmp_path)
    assert look(settings).endswith("with TLS")
    assert refusal(configured(at)).endswith(("ssl_certfile and ssl_keyfile", "it does not answer")), "it just hangs up"


def refusal(settings: Settings) -> str:
    with pytest.raises(QueueAway) as away:
        look(settings)
    return str(away.value)


def test_the_doctor_says_what_is_the_matter(begins: Begins, configured: Configured) -> None:
    server = begins(f'requirepass "{PASSWORD}"', password=PASSWORD)
    settings = configured(f"redis://:{IN_AN_ADDRESS}x@127.0.0.1:{server.port}")
    said = CliRunner().invoke(main, ["doctor"], env={"GATEPOST_INSTANCE": str(settings.instance)}).output
    assert "  MISSING  queue: the one of GATEPOST_REDIS_URL: it refuses the user or the password\n" in said
    assert PASSWORD not in said and IN_AN_ADDRESS not in said


def test_each_thing_that_can_be_wrong_is_said_in_one_sentence_without_the_password(
    secured: Certificates,
    begins: Begins,
    configured: Configured,
    launch: Launch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = begins(f'requirepass "{PASSWORD}"', tls=secured, password=PASSWORD)
    plain = begins("user poor on nopass ~rq:* +ping +hello +client")
    copy = begins(f"replicaof 127.0.0.1 {plain.port}")
    sentinel = begins(f"sentinel monitor gate 127.0.0.1 {plain.port} 1", 'requirepass "watch"', password="watch")
    expired = begins(tls=certificates(tmp_path / "expired", days=-1), ssl_cert_reqs="none")
    other = begins(tls=certificates(tmp_path / "other", "another.example"), ssl_check_hostname=False)
    trusted, at = f"?ssl_ca_certs={secured.authority}", f"localhost:{server.port}/0"
    wrong = {
        f"rediss://:{IN_AN_ADDRESS}x@{at}{trusted}": "refuses the user or the password",
        f"rediss://nobody:{IN_AN_ADDRESS}@{at}{trusted}": "refuses the user or the password",
        f"rediss://{at}{trusted}": "refuses the user or the password",
        f"rediss://:{IN_AN_ADDRESS}@{at}": "certificate is not trusted",
        f"rediss://localhost:{expired.port}?ssl_ca_certs={tmp_path}/expired/ca.pem": "has expired",
        f"rediss://localhost:{other.port}?ssl_ca_certs={tmp_path}/other/ca.pem": "is for another name",
        f"rediss://:{IN_AN_ADDRESS}@localhost:{plain.port}": "does not answer",
        f"redis://:{IN_AN_ADDRESS}@{at}": "does not answer",
        f"redis://poor@localhost:{plain.port}": "may not do what a queue needs",
        f"redis://localhost:{copy.port}": "is a replica",
        f"redis+sentinel://:{IN_AN_ADDRESS}@localhost:{sentinel.port}/gate?sentinel_password=no": "refuses the user",
        f"redis+sentinel://:{IN_AN_ADDRESS}@localhost:{sentinel.port}/gate": "refuses the user or the password",
        f"redis+sentinel://localhost:{sentinel.port}/fate?sentinel_password=watch": "no Sentinel that answers",
        f"redis+sentinel://:{IN_AN_ADDRESS}@localhost:1/gate": "does not answer",
        f"rediss+sentinel://:{IN_AN_ADDRESS}@localhost:1,localhost:{server.port}/gate": "certificate is not trusted",
    }
    for url, sentence in wrong.items():
        settings = configured(url)
        said = refusal(settings)
        assert sentence in said, url
        assert PASSWORD not in said and IN_AN_ADDRESS not in said
        with connect(settings) as connection:
            assert not ring(connection, Job.SCAN, 1)
            now = standing(connection)
            assert not (now.is_there and now.workers)  # a replica can be read
    with caplog.at_level(logging.WARNING):
        assert not ring(configured(next(iter(wrong))), Job.SCAN, 1)
    worker = launch("sys.stderr = sys.stdout\n" + WORKER)
    assert worker.stdout
    line = worker.stdout.readline()
    assert "The queue is away (it refuses the user or the password)" in line
    worker.kill()
    everything = caplog.text + line + worker.stdout.read()
    assert PASSWORD not in everything and IN_AN_ADDRESS not in everything


def test_a_file_of_a_certificate_that_is_not_there_is_named(configured: Configured, tmp_path: Path) -> None:
    settings = configured(f"rediss://:{IN_AN_ADDRESS}@localhost/0?ssl_ca_certs={tmp_path}/none.pem")
    with pytest.raises(SettingsError, match=r"GATEPOST_REDIS_URL: .*/none.pem is not there") as said:
        connect(settings)
    assert IN_AN_ADDRESS not in str(said.value)


@pytest.mark.parametrize("kind", [*BOTH, "TLS"])
def test_a_worker_follows_a_failover_in_the_middle_of_a_job(
    kind: str, secured: Certificates, configured: Configured, launch: Launch, tmp_path: Path
) -> None:
    """What the Sentinel's new server has of the queue is done, each once; nobody has to start anything again."""
    tls, name = (secured, "redis") if kind == "TLS" else (None, kind)
    with watched(name, tls) as queues:
        settings = configured(queues.address)
        worker = launch(WORKER)
        asks(settings, tmp_path, "hold", "long")
        until((tmp_path / "long.pid").exists, BUSY)
        names = [f"waits-{number}" for number in range(10)]
        for one in names:
            asks(settings, tmp_path, "note", one)
        with connect(settings) as kept:
            assert kept.wait(1, 5000) == 1, "the copy has them all"
            queues.first.end()
            assert not ring(kept, Job.SCAN, 1), "nobody waits for the new one"
            until(lambda: queues.master() == queues.second.port, BUSY)
            until(lambda: standing(kept).is_there, BUSY)
            (tmp_path / "go").touch()
            until(lambda: len(order(tmp_path)) == len(names), BUSY)
            until(lambda: standing(kept).workers == 1, BUSY)
        assert order(tmp_path) == names
        assert (tmp_path / "long").exists()
        assert worker.poll() is None


def order(folder: Path) -> list[str]:
    return (folder / "order").read_text().split() if (folder / "order").exists() else []


def test_what_nobody_foresaw_is_a_queue_that_does_not_answer() -> None:
    assert why_away(OSError("word")) == "it does not answer"
