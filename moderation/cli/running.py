"""gatepost serve, web, worker, sweep, demo: what keeps running."""

import gc
import os
import socket
import sys
from collections.abc import Callable
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import click

from moderation.cli.chosen import with_trust
from moderation.cli.preparing import check_databases, prepare_all
from moderation.settings import Settings, Trust, Watched

WEB_THREADS = 8
_host = click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets other machines in.")
_port = click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)


@click.command()
@_host
@_port
@with_trust
def web(trust: Trust, host: str, port: int) -> None:
    """The pages alone."""
    from waitress.buffers import TempfileBasedBuffer

    from moderation.cli.answering import answer
    from moderation.media.spool import spool
    from moderation.web import REQUEST_BYTES
    from moderation.web.front import Front

    front = Front(Watched(trust))  # first of all: what is closed from now on must not be served
    check_databases(trust)
    if trust.file:
        front.keep_tidy()
    else:
        with front.kept.of(trust.machine):
            pass  # what is not set up is said at once
    keep_what_is_loaded()
    TempfileBasedBuffer.newfile = lambda self: spool()  # what is too large for memory lies sealed on the disk
    answer(
        front,
        host=host,
        port=port,
        threads=WEB_THREADS,
        ident=None,
        max_request_body_size=REQUEST_BYTES + 2**20,
        trusted_proxy="127.0.0.1",  # the server that ends TLS says where a request comes from; nobody else is believed
        trusted_proxy_headers={"x-forwarded-for"},
        clear_untrusted_proxy_headers=trust.machine.proxies == 0,  # else ProxyFix reads the last so many of them
    )


def keep_what_is_loaded() -> None:
    """It stays until this process ends: looking through it for rubbish every few pages takes as long as a page."""
    gc.collect()
    gc.freeze()


@click.command()
@with_trust
def worker(trust: Trust) -> None:
    """One worker alone."""
    check_databases(trust)
    _become([sys.executable, "-m", "workers"], trust)


@click.command()
@with_trust
def sweep(trust: Trust) -> None:
    """The sweep alone: it finds what waits and rings again. One is enough; several do no harm."""
    check_databases(trust)
    _become([sys.executable, "-m", "workers.sweep"], trust)


def _become(argv: list[str], trust: Trust) -> None:
    if not trust.file:
        os.environ["GATEPOST_INSTANCE"] = str(trust.machine.instance)
    os.execv(argv[0], argv)  # noqa: S606 (our own module, no shell)


@click.command()
@_host
@_port
@click.option("--workers", type=click.IntRange(1, 32), help="How many checks run at a time.  [default: 2]")
@with_trust
def serve(trust: Trust, host: str, port: int, workers: int | None) -> None:
    """Everything on this machine: web, workers, sweep and, unless a Redis is configured, the embedded queue."""
    prepare_all(trust)
    said = f"Gatepost is at {_address(host, port)}" + (f", for {len(trust.schools)} schools" if trust.file else "")
    _supervise(trust, host, port, workers or trust.workers or 2, lambda: click.echo(said))


def _address(host: str, port: int) -> str:
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 (compared, not bound)


def check_port(host: str, port: int) -> None:
    """Raises ClickException if somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"Port {port} is taken; choose another with --port.") from error


def _supervise(trust: Trust, host: str, port: int, workers: int, said: Callable[[], None]) -> None:
    from moderation.supervisor import Part, run

    check_port(host, port)
    which = [] if trust.file else ["--instance", str(trust.machine.instance)]
    command = [sys.executable, "-m", "moderation.cli", *which]
    parts = [
        Part("web", [*command, "web", "--host", host, "--port", str(port)]),
        Part("sweep", [sys.executable, "-m", "workers.sweep"]),
        *(Part(f"worker {number}", [sys.executable, "-m", "workers"]) for number in range(1, workers + 1)),
    ]

    def ready() -> bool:
        if not (answers(_address(host, port)) if trust.file else is_well(_address(host, port))):
            return False
        said()
        return True

    run(parts, trust.machine, ready)


def is_well(address: str) -> bool:
    """Whether web, database, queue and a worker all answer."""
    try:
        with urlopen(f"{address}/healthz", timeout=1) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)
    except (HTTPError, URLError, OSError):
        return False


def answers(address: str) -> bool:
    """Whether the pages answer at all: of many schools one may always have something amiss."""
    try:
        with urlopen(address, timeout=1):  # noqa: S310 (our own address)
            return True
    except HTTPError:
        return True
    except OSError:
        return False


@click.command()
@_host
@_port
@click.option("--fresh", is_flag=True, help="Begin the demonstration anew.")
@click.option("--trust", "of_trust", is_flag=True, help="Three schools of a trust, and the page of who oversees them.")
@click.pass_obj
def demo(settings: Settings, host: str, port: int, fresh: bool, of_trust: bool) -> None:
    """A demonstration school: invented people, posts in every state, real pictures and real checks."""
    check_port(host, port)
    for name in [name for name in os.environ if name.startswith("GATEPOST_")]:
        del os.environ[name]  # the demonstration never touches a real school's database or media
    from moderation.demo.paint import DemoExtraMissing

    try:
        _demonstrate(settings, host, port, fresh, of_trust)
    except DemoExtraMissing as missing:
        raise click.ClickException(str(missing)) from missing


def _demonstrate(settings: Settings, host: str, port: int, fresh: bool, of_trust: bool) -> None:
    if of_trust:
        from moderation.demo import trust

        file = trust.begin(settings.instance / "demo-trust", fresh, _address(host, port))
        os.environ["GATEPOST_TRUST"] = str(file)
        own = trust.trust_of(file)
        _supervise(own, host, port, 2, lambda: trust.announce(own))
        return
    from moderation.demo import school

    os.environ["GATEPOST_PUBLIC_URL"] = _address(host, port)  # codes for phones and addresses of calendars lead there
    one = school.begin(settings.instance / "demo", fresh)
    _supervise(Trust(one, (one,)), host, port, 2, lambda: school.announce(one, _address(host, port)))
