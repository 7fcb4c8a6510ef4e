"""gatepost serve, web, worker, sweep, demo: what keeps running."""

import os
import socket
import sys
from collections.abc import Callable
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import click

from moderation.settings import Settings

WEB_THREADS = 8
_host = click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets other machines in.")
_port = click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)


@click.command()
@_host
@_port
@click.pass_obj
def web(settings: Settings, host: str, port: int) -> None:
    """The pages alone."""
    import waitress
    from waitress.buffers import TempfileBasedBuffer

    from moderation.media.spool import spool
    from moderation.web import REQUEST_BYTES, create_app
    from moderation.wiring import wire

    app = create_app(wire(settings))
    TempfileBasedBuffer.newfile = lambda self: spool()  # what is too large for memory lies sealed on the disk
    waitress.serve(
        app,
        host=host,
        port=port,
        threads=WEB_THREADS,
        ident=None,
        max_request_body_size=REQUEST_BYTES + 2**20,
        trusted_proxy="127.0.0.1",  # the server that ends TLS says where a request comes from; nobody else is believed
        trusted_proxy_headers={"x-forwarded-for"},
        clear_untrusted_proxy_headers=settings.proxies == 0,  # else ProxyFix reads the last so many of them
    )


@click.command()
@click.pass_obj
def worker(settings: Settings) -> None:
    """One worker alone."""
    _become([sys.executable, "-m", "workers"], settings)


@click.command()
@click.pass_obj
def sweep(settings: Settings) -> None:
    """The sweep alone: it finds what waits and rings again. One is enough; several do no harm."""
    _become([sys.executable, "-m", "workers.sweep"], settings)


def _become(argv: list[str], settings: Settings) -> None:
    os.environ["GATEPOST_INSTANCE"] = str(settings.instance)
    os.execv(argv[0], argv)  # noqa: S606 (our own module, no shell)


@click.command()
@_host
@_port
@click.option("--workers", type=click.IntRange(1, 32), default=2, show_default=True)
@click.pass_obj
def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Everything on this machine: web, workers, sweep and, unless a Redis is configured, the embedded queue."""
    prepare(settings)
    _supervise(settings, host, port, workers, lambda: click.echo(f"Gatepost is at {_address(host, port)}"))


def prepare(settings: Settings) -> None:
    """Bring the database to the newest migration. Raises NotSetUp for a school that is not set up."""
    from moderation.db.migrate import migrate
    from moderation.wiring import wire

    migrate(wire(settings).engine)


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


def _supervise(settings: Settings, host: str, port: int, workers: int, said: Callable[[], None]) -> None:
    from moderation.supervisor import Part, run

    check_port(host, port)
    command = [sys.executable, "-m", "moderation.cli", "--instance", str(settings.instance)]
    parts = [
        Part("web", [*command, "web", "--host", host, "--port", str(port)]),
        Part("sweep", [sys.executable, "-m", "workers.sweep"]),
        *(Part(f"worker {number}", [sys.executable, "-m", "workers"]) for number in range(1, workers + 1)),
    ]

    def ready() -> bool:
        if not is_well(_address(host, port)):
            return False
        said()
        return True

    run(parts, settings, ready)


def is_well(address: str) -> bool:
    """Whether web, database, queue and a worker all answer."""
    try:
        with urlopen(f"{address}/healthz", timeout=1) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)
    except (HTTPError, URLError, OSError):
        return False


@click.command()
@_host
@_port
@click.option("--fresh", is_flag=True, help="Begin the demonstration school anew.")
@click.pass_obj
def demo(settings: Settings, host: str, port: int, fresh: bool) -> None:
    """A demonstration school: invented people, posts in every state, real pictures and real checks."""
    from moderation.demo import school

    check_port(host, port)
    for name in [name for name in os.environ if name.startswith("GATEPOST_")]:
        del os.environ[name]  # the demonstration never touches a real school's database or media
    os.environ["GATEPOST_PUBLIC_URL"] = _address(host, port)  # codes for phones and addresses of calendars lead there
    own = school.begin(settings.instance / "demo", fresh)
    _supervise(own, host, port, 2, lambda: school.announce(own, _address(host, port)))
