"""The pages' server: asked to end, it ends what it has begun and takes nothing new."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from tests.acceptance.running import free_port, wait_for

SLOW = """
import sys, time
from pathlib import Path
from moderation.cli.answering import answer

def app(environ, start):
    if environ["PATH_INFO"] == "/slow":
        Path(sys.argv[2], "begun").touch()
        while not Path(sys.argv[2], "go on").exists():
            time.sleep(0.02)
    body = environ["wsgi.input"].read() or b"whole"
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]

answer(app, host="127.0.0.1", port=int(sys.argv[1]), threads=4)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    running = subprocess.Popen([sys.executable, "-c", SLOW, str(port), str(tmp_path)])
    wait_for(lambda: takes(port), 20, "the server")
    yield port, running
    running.kill()
    running.wait(5)


def takes(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def test_what_was_begun_is_answered_and_nothing_new_is_taken(
    server: tuple[int, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    port, running = server
    heard: list[tuple[bytes, str | None]] = []

    def ask() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/slow")
        answer = connection.getresponse()
        heard.append((answer.read(), answer.getheader("Connection")))

    asking = Thread(target=ask)
    asking.start()
    wait_for(lambda: (tmp_path / "begun").exists(), 20, "the request")
    running.send_signal(signal.SIGTERM)
    wait_for(lambda: not takes(port), 20, "the end of taking")
    assert running.poll() is None, "it waits for what it has begun"
    (tmp_path / "go on").touch()
    asking.join(20)
    assert heard == [(b"whole", "close")]
    assert running.wait(10) == 0


def test_what_has_come_in_half_is_waited_for(server: tuple[int, subprocess.Popen[bytes]]) -> None:
    port, running = server
    with socket.create_connection(("127.0.0.1", port), 20) as sending:
        sending.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 8\r\n\r\nhalf")
        running.send_signal(signal.SIGTERM)
        wait_for(lambda: not takes(port), 20, "the end of taking")
        sending.sendall(b" two")
        answer = b"".join(iter(lambda: sending.recv(4096), b""))
    assert answer.endswith(b"half two")
    assert running.wait(10) == 0


def test_a_connection_that_only_waits_does_not_hold_it_up(server: tuple[int, subprocess.Popen[bytes]]) -> None:
    port, running = server
    waiting = HTTPConnection("127.0.0.1", port, timeout=20)
    waiting.request("GET", "/")
    waiting.getresponse().read()
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 0
