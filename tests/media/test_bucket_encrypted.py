"""A bucket behind a certificate of the school's own authority: trusted where that is named, and nowhere else."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from moderation.media.bucket import Bucket, Door
from moderation.media.keys import KEY_ID
from moderation.rules.media import BucketAddress, MediaAway
from tests import buckets

pytestmark = buckets.needed
NAME = "c" * 32


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority (ca.pem) and what it signed for this machine (server.pem, with its key)."""
    folder = tmp_path_factory.mktemp("authority")
    new = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for command in (
        f"{new} -x509 -days 2 -subj /CN=Authority -keyout ca.key -out ca.pem",
        f"{new} -subj /CN=storage -keyout server.key -out server.csr",
        "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out server.crt",
    ):
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    (folder / "server.pem").write_bytes((folder / "server.key").read_bytes() + (folder / "server.crt").read_bytes())
    return folder


@pytest.fixture
def endpoint(authority: Path) -> Iterator[str]:
    """The tests' S3 server behind TLS."""
    assert buckets.server().client
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority / "server.pem")
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_through, args=(plain, context), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"https://127.0.0.1:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def _through(plain: socket.socket, context: ssl.SSLContext) -> None:
    there = "127.0.0.1", urlsplit(buckets.server().endpoint).port or 0
    with (
        suppress(OSError),
        closing(context.wrap_socket(plain, server_side=True)) as outer,
        socket.create_connection(there) as inner,
    ):
        back = threading.Thread(target=_pour, args=(inner, outer), daemon=True)
        back.start()
        _pour(outer, inner)
        inner.shutdown(socket.SHUT_WR)
        back.join()


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)


def place(endpoint: str) -> Bucket:
    address = BucketAddress("school", "", buckets.REGION, endpoint)
    return Bucket(Door(address, buckets.ACCESS, buckets.server().secret), "encrypted/", KEY_ID)


def test_an_authority_of_ones_own_is_trusted_where_the_environment_names_it(
    endpoint: str, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority / "ca.pem"))
    there = place(endpoint)
    there.check()
    there.write(NAME, b"sealed")
    assert there.read(NAME) == b"sealed" and list(there.names()) == [NAME]
    there.remove(NAME)


def test_without_it_nothing_is_sent(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    there = place(endpoint)
    for act in (there.check, lambda: there.write(NAME, b"sealed"), lambda: there.read(NAME)):
        with pytest.raises(MediaAway, match="SSLError"):
            act()
