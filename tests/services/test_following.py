"""Where the links in a post end, asked at real servers on this machine, and that nothing inside is reached."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from moderation.following import MOST_TURNS, End, Follower
from moderation.queue import Job
from moderation.rules.workflow import State
from moderation.services import cases, following
from tests.builders import School
from tests.services.moments import later


class Site(BaseHTTPRequestHandler):
    """Answers as its path says: /turn/3 turns three times and then answers 200."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        kind, _, rest = self.path[1:].partition("/")
        if kind == "trickle":
            with suppress(OSError):
                self.wfile.write(b"HTTP/1.0 200 OK\r\nServer: ")
                while True:
                    self.wfile.write(b"x")
                    time.sleep(0.05)
        elif kind == "turn" and int(rest) > 0:
            self._answer(302, Location=f"/turn/{int(rest) - 1}")
        elif kind == "to":
            self._answer(301, Location=rest)
        else:
            self._answer(int(rest) if kind == "status" else 200)

    def _answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def at(site: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{site.server_port}{path}"


def test_a_link_is_followed_over_its_turns_to_its_end(site: ThreadingHTTPServer) -> None:
    assert Follower(loopback=True).follow(at(site, "/turn/3")) == End(at(site, "/turn/0"))


def test_a_server_that_never_ends_its_answer_holds_nobody(
    site: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.following.SECONDS", 0.4)
    began = time.monotonic()
    assert Follower(loopback=True).follow(at(site, "/trickle")).trouble == "its servers take too long"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        (f"/turn/{MOST_TURNS + 1}", f"it turns more than {MOST_TURNS} times"),
        ("/status/404", "its server answers 404"),
        ("/to/file:///etc/passwd", "its server did not answer"),
        ("/to/http://127.0.0.1:1/", "its server did not answer"),
        ("/to/http://10.0.0.1/", "it leads to an address that is not a public one"),
        ("/to/http://169.254.169.254/latest/meta-data/", "it leads to an address that is not a public one"),
        ("/to/http://0.0.0.0/", "it leads to an address that is not a public one"),
    ],
)
def test_what_cannot_be_followed_says_why(site: ThreadingHTTPServer, path: str, trouble: str) -> None:
    assert Follower(loopback=True).follow(at(site, path)).trouble == trouble


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "127.1"])
def test_nothing_on_this_machine_is_ever_asked(
    site: ThreadingHTTPServer, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        end = Follower().follow(f"http://{host}:{site.server_port}/turn/0")
    assert end.trouble
    assert site.asked == []  # type: ignore[attr-defined]
    assert host not in caplog.text


def test_links_are_followed_once_a_post_is_handed_in_and_told_to_who_decides(
    school: School, site: ThreadingHTTPServer
) -> None:
    link = at(site, f"/to/{at(site, '/turn/1')}")
    post_id = school.submit(caption=f"Our fair: {link} and {link} and https://nobody.invalid/")
    with school.parts.work() as work:
        assert {one.waits for one in following.listed(work, cases.get(work, post_id))} == {True}
    assert following.follow(school.parts.work, Follower(loopback=True), post_id) == 2
    assert following.follow(school.parts.work, Follower(loopback=True), post_id) == 0  # runs twice, asks once
    school.run_checks(post_id)
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        there, nowhere = following.listed(work, post)
        assert post.state is State.IN_REVIEW
    assert (there.end, there.trouble, nowhere.trouble) == (at(site, "/turn/0"), "", "its server did not answer")
    page = school.browser("assistant head").get(f"/review/{post_id}").get_data(as_text=True)
    assert "Nobody knows where it ends: its server did not answer" in page
    assert "It ends there." in page


def test_law_10_a_name_in_an_address_is_not_sent_to_its_server_before_somebody_has_settled_it(
    school: School, site: ThreadingHTTPServer
) -> None:
    school.person("p1", "Philippa", "Quennell")
    named = [at(site, path) for path in ("/status/200?of=philippa-quennell", "/status/200?of=Phil%69ppa%20Quennell")]
    plain = at(site, "/status/200?of=the-fair")
    post_id = school.submit(caption=" and ".join([*named, plain]))
    assert following.follow(school.parts.work, Follower(loopback=True), post_id) == 3
    assert site.asked == ["/status/200?of=the-fair"]  # type: ignore[attr-defined]
    school.run_checks(post_id)
    head = school.browser("assistant head")
    assert head.get(f"/review/{post_id}").text.count("Not followed") == 2
    head.post(f"/review/{post_id}/links")
    following.follow(school.parts.work, Follower(loopback=True), post_id)
    assert not [path for path in site.asked if "uennell" in path]  # type: ignore[attr-defined]
    school.settle_all(post_id)
    head.post(f"/review/{post_id}/links")
    assert following.follow(school.parts.work, Follower(loopback=True), post_id) == 3
    assert len([path for path in site.asked if "uennell" in path]) == 2  # type: ignore[attr-defined]


def test_nobody_is_flooded_in_the_schools_name_and_what_is_not_followed_says_so(school: School) -> None:
    caption = " ".join(f"https://nobody.invalid/{number}" for number in range(following.MOST + 5))
    post_id = school.submit(caption=caption)
    with school.parts.reading() as work:
        told = following.listed(work, cases.get(work, post_id))
    assert [one.waits for one in told] == [True] * following.MOST + [False] * 5


def test_a_lost_bell_is_rung_again_and_an_approver_may_ask_again(school: School) -> None:
    post_id = school.submit(caption="Our fair: https://nobody.invalid/")
    with later(school, minutes=10) as work:
        following.ring_again(work)
        assert work.bells == [(Job.FOLLOW_LINKS, (post_id,))]
    following.follow(school.parts.work, Follower(), post_id)
    school.run_checks(post_id)
    school.browser("assistant head").post(f"/review/{post_id}/links")
    assert following.follow(school.parts.work, Follower(), post_id) == 1
