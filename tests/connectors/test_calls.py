"""Calls go to the one server that was meant, encrypted, and to nowhere that it may point at."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from time import monotonic

import pytest

from moderation.connectors import calls
from moderation.connectors.calls import Calls, checked
from moderation.connectors.wordpress import WordPress
from moderation.rules.connecting import NotDone, Trouble

SECRET = "abcd-efgh-ijkl-mnop"


class Odd(BaseHTTPRequestHandler):
    """A server that points elsewhere, breaks, or says what nobody understands."""

    megabytes = 0  # taken from it with a redirect

    def do_GET(self) -> None:
        kind = self.path.strip("/").partition("?")[0]
        if kind == "elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/secret")
            self.end_headers()
            return
        if kind == "elsewhere-at-length":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/secret")
            self.end_headers()
            with suppress(ConnectionError):
                for _ in range(100):
                    self.wfile.write(bytes(1_000_000))
                    Odd.megabytes += 1
            return
        self.send_response(int(kind) if kind.isdigit() else 200)
        self.end_headers()
        self.wfile.write(b"x" * (calls.LARGEST_ANSWER + 1) if kind == "long" else b"no JSON")

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


class Slow(BaseHTTPRequestHandler):
    """A server that never stops: each piece comes soon enough."""

    def do_GET(self) -> None:
        if self.path == "/head":
            self._forever(b"HTTP/1.0 200 OK\r\nServer: ", b"x")
        self._forever(b"HTTP/1.0 200 OK\r\n\r\n" + (b'{"id": 1}' if self.path == "/body" else b""), b" ")

    def _forever(self, first: bytes, more: bytes) -> None:
        with suppress(OSError):
            self.wfile.write(first)
            while not self.server.over.wait(0.05):  # type: ignore[attr-defined]
                self.wfile.write(more)

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.over = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.over.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Odd)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    ["http://school.example", "ftp://school.example", "school.example", "https://", "https://user:word@school.example",
     "https://school.example/?a=1", "https://school .example", "https://school.example:x", "http://127.0.0.1.example"],
)  # fmt: skip
def test_an_address_that_would_send_secrets_in_the_open_or_holds_some_is_refused(address: str) -> None:
    with pytest.raises(NotDone) as refused:
        checked(address)
    assert refused.value.trouble is Trouble.ADDRESS


def test_addresses_that_are_fine() -> None:
    assert checked(" https://school.example:8443/blog/ ") == "https://school.example:8443/blog"
    assert checked("http://127.0.0.1:8080") == "http://127.0.0.1:8080"
    assert checked("http://[::1]:8080") == "http://[::1]:8080"
    assert checked("http://intranet.school.example", inside=True) == "http://intranet.school.example"


@pytest.mark.parametrize(
    ("what", "trouble"),
    [("elsewhere", Trouble.ELSEWHERE), ("long", Trouble.UNKNOWN), ("503", Trouble.BUSY), ("429", Trouble.BUSY),
     ("401", Trouble.LOGIN), ("403", Trouble.RIGHTS), ("422", Trouble.REFUSED), ("strange", Trouble.UNKNOWN)],
)  # fmt: skip
def test_each_trouble_has_its_sentence(odd: str, what: str, trouble: Trouble) -> None:
    with pytest.raises(NotDone) as refused:
        Calls(odd).json("GET", f"/{what}")
    assert refused.value.trouble is trouble
    assert "127.0.0.1" not in str(refused.value)


def test_nobody_there_is_away() -> None:
    with pytest.raises(NotDone) as refused:
        Calls("http://127.0.0.1:9").json("GET", "/")
    assert refused.value.trouble is Trouble.AWAY


@pytest.mark.parametrize("host", ["169.254.169.254", "10.1.2.3", "192.168.0.1", "[fe80::1]", "[::ffff:10.1.2.3]"])
def test_addresses_inside_are_not_called(host: str) -> None:
    with pytest.raises(NotDone) as refused:
        Calls(f"https://{host}").json("GET", "/")
    assert refused.value.trouble is Trouble.ADDRESS


def test_no_secret_is_in_what_is_raised_or_logged(odd: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with pytest.raises(NotDone) as refused:
        WordPress(Calls(f"{odd}/elsewhere"), "office", SECRET).who()
    said = caplog.text + repr(refused.value) + repr(refused.value.__context__)
    assert SECRET not in said and "office" not in said


@pytest.mark.parametrize("inside", [True, False])
def test_a_picture_may_lie_on_another_server_only_if_that_is_public(odd: str, inside: bool) -> None:
    door = Calls(odd, inside)
    assert door.picture(f"{odd}/200") == b"no JSON" and door.picture(f"{odd}/404") is None
    other = odd.replace("127.0.0.1", "localhost")
    for address in (f"{odd}/elsewhere", other, other.replace("http:", "https:"), "https://10.0.0.1/a.jpg", "data:,x"):
        assert door.picture(address) == b"", "nobody was asked, and that is said"
    assert len(door.picture(f"{odd}/long") or b"") > calls.LARGEST_ANSWER
    with pytest.raises(NotDone):
        door.picture(f"{odd}/503")


def test_what_comes_with_a_redirect_is_not_read_however_long_it_is(odd: str) -> None:
    with pytest.raises(NotDone) as refused:
        Calls(odd).json("GET", "/elsewhere-at-length")
    assert refused.value.trouble is Trouble.ELSEWHERE and Odd.megabytes < 50


def test_a_post_that_names_very_many_pictures_is_not_fetched_as_a_whole(
    odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST_PICTURES", 3)
    found = Calls(odd).pictures((f"{odd}/{number}", str(number)) for number in (200, 404, 200, 200, 200))
    assert found.shown == (b"no JSON", b"no JSON", b"", b"") and found.alt_texts == ("200",) * 4
    assert found.besides == (calls.NOT_THERE,), "what is not there for Gatepost may be there for others"
    monkeypatch.setattr(calls, "LARGEST_TOGETHER", 7)
    assert Calls(odd).pictures([(f"{odd}/200", "")] * 3).shown == (b"no JSON", b"", b"")


@pytest.mark.parametrize("path", ["/head", "/body", "/white"])
def test_a_server_that_sends_a_little_now_and_then_holds_nobody(slow: str, path: str) -> None:
    """Each piece in good time, and even what came so far could be read: the call as a whole takes too long."""
    began = monotonic()
    with pytest.raises(NotDone) as refused:
        Calls(slow, longest=0.4).json("GET", path)
    assert refused.value.trouble is Trouble.AWAY and monotonic() - began < 5


def test_what_is_read_of_a_whole_post_ends_in_time_too(slow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "READING_SECONDS", 0.4)
    door = Calls(slow)
    door.hurry()
    began = monotonic()
    with pytest.raises(NotDone) as refused:
        door.picture(f"{slow}/body")
    assert refused.value.trouble is Trouble.AWAY and monotonic() - began < 5


def test_a_call_that_ends_in_time_leaves_nothing_open_and_the_next_one_works(odd: str) -> None:
    door, before = Calls(odd), set(threading.enumerate())
    assert [door.ask("GET", "/200").text for _ in range(3)] == ["no JSON"] * 3
    begun = set(threading.enumerate()) - before
    for thread in begun:
        thread.join(5)
    assert not any(thread.is_alive() for thread in begun)
