"""The server that Gatepost runs, and what no honest client sends it: two hosts, whole addresses, dots and slashes."""

import socket
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from waitress import create_server

from tests.trust.filled import BY_HOST, BY_PATH, place_of

Says = Callable[[str], str]


@pytest.fixture(scope="module", params=[BY_HOST, BY_PATH])
def says(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Says]:
    """Sends these lines, and gives all that comes back."""
    front = place_of(request.param, tmp_path_factory.mktemp("wire")).front
    serving: dict[int, object] = {}
    server = create_server(front, host="127.0.0.1", port=0, map=serving, threads=2, ident=None)
    thread = Thread(target=server.run, daemon=True)
    thread.start()

    def say(lines: str) -> str:
        with socket.create_connection(("127.0.0.1", int(server.effective_port)), 20) as wire:
            wire.sendall(lines.replace("\n", "\r\n").encode("latin-1") + b"\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: wire.recv(65536), b"")).decode("utf-8", "replace")

    yield say
    server.close()


def test_two_hosts_are_none(says: Says) -> None:
    for hosts in ("oakfield.example\nHost: harbour.example", "trust.example\nHost: oakfield.example", "x\nHost: y"):
        answer = says(f"GET /sign-in HTTP/1.1\nHost: {hosts}")
        assert " 404 " in answer.partition("\r\n")[0] or " 400 " in answer.partition("\r\n")[0]
        assert "Acorns" not in answer and "Seagulls" not in answer


def test_a_whole_address_in_the_first_line_is_no_second_host(says: Says) -> None:
    """Servers before Gatepost may believe the one or the other; whichever it is, one school alone answers."""
    for line, host in (("http://harbour.example/sign-in", "oakfield.example"), ("http://x/sign-in", "harbour.example")):
        answer = says(f"GET {line} HTTP/1.1\nHost: {host}")
        assert not ("Acorns" in answer and "Seagulls" in answer)
        assert ("Acorns" in answer) <= (host == "oakfield.example")
        assert ("Seagulls" in answer) <= (host == "harbour.example")


@pytest.mark.parametrize(
    "path",
    ["/oakfield/../harbour/sign-in", "/oakfield/%2e%2e/harbour/sign-in", "/oakfield/..%2fharbour/sign-in",
     "/oakfield%2f..%2fharbour/sign-in", "/oakfield/..;/harbour/sign-in", "/oakfield\\..\\harbour/sign-in",
     "/oakfield/static/..%5c..%5charbour/sign-in", "/oakfield/static/%2e%2e/%2e%2e/harbour/sign-in"],
)  # fmt: skip
def test_no_path_of_one_school_is_one_of_the_other(says: Says, path: str) -> None:
    for host in ("trust.example", "oakfield.example"):
        answer = says(f"GET {path} HTTP/1.1\nHost: {host}")
        assert " 404 " in answer.partition("\r\n")[0] and "Seagulls" not in answer, host


def test_only_the_trusts_own_name_says_how_all_stand_and_it_names_none(says: Says) -> None:
    for host in ("trust.example", "localhost", "127.0.0.1"):
        answer = says(f"GET /healthz HTTP/1.1\nHost: {host}")
        assert '"unwell": 2' in answer and "oakfield" not in answer and "harbour" not in answer
    for host in ("elsewhere.example", "localhost.elsewhere.example"):
        assert "Not found" in says(f"GET /healthz HTTP/1.1\nHost: {host}")
