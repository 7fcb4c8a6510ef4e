"""The front: schools told apart by path, what the trust sees of all of them, and one that cannot be opened."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from urllib.parse import urljoin, urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse
from werkzeug.test import Client

from moderation import overview
from moderation.rules.roles import Role
from moderation.settings import Watched
from moderation.web import front as module
from moderation.web.front import Front
from moderation.wiring import wire
from tests.builders import PASSWORD, email
from tests.queue.builders import until
from tests.trust.schools import FILE, Two, Visitor, two_schools

TOKEN = "a token of sixteen and more"
PATHS = FILE.replace("http://oakfield.example", "http://trust.example/oakfield").replace(
    "http://harbour.example", "https://trust.example/harbour"
)
LINK = re.compile(r'(?:href|src|action|data-\w+)="(/[^"]*)"')


@pytest.fixture(scope="module")
def by_path(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return two_schools(tmp_path_factory.mktemp("paths"), PATHS)


@pytest.fixture
def front(by_path: Two) -> Client:
    front = Front(by_path.watched)
    for settings in by_path.trust.schools:
        with front.kept.of(settings) as school:
            school.app.config["WTF_CSRF_ENABLED"] = False
    return Client(front)


def test_below_a_path_every_link_stays_below_it(by_path: Two, front: Client) -> None:
    post = by_path.oakfield.in_review(caption="A good day.")
    pages = ("/review/", f"/review/{post}", "/calendar/", "/news/", "/signing-in/", "/policy/", "/nowhere")
    sign_in = {"email": email(Role.ASSISTANT_HEAD), "password": PASSWORD}
    assert front.get("/oakfield/review/", base_url="http://trust.example").headers["Location"] == "/oakfield/sign-in"
    answer = front.post("/oakfield/sign-in", data=sign_in, base_url="http://trust.example")
    assert answer.headers["Location"] == "/oakfield/review/", "back to the page that was asked for"
    for page in pages:
        links = LINK.findall(front.get(f"/oakfield{page}", base_url="http://trust.example").text)
        assert len(links) > 5 and [link for link in links if not link.startswith("/oakfield/")] == []
    manifest = urljoin("http://trust.example/oakfield/static/", "gatepost.webmanifest")
    said = json.loads(front.get(urlsplit(manifest).path, base_url="http://trust.example").text)
    assert urljoin(manifest, said["scope"]) == "http://trust.example/oakfield/"


def test_on_one_host_each_school_has_a_cookie_of_its_own(by_path: Two, front: Client) -> None:
    sign_in = {"email": email(Role.TEACHER), "password": PASSWORD}
    at = {"base_url": "https://trust.example"}
    given = front.post("/harbour/sign-in", data=sign_in, **at).headers.getlist("Set-Cookie")
    assert any(cookie.startswith("__Host-gatepost_harbour=") for cookie in given), "bound to this very host"
    assert front.get("/harbour/posts/", **at).status_code == 200
    assert front.get("/oakfield/posts/", **at).headers["Location"] == "/oakfield/sign-in"


@pytest.mark.parametrize("path", ["/oakfieldx/sign-in", "/Oakfield/sign-in", "//oakfield/sign-in", "/sign-in"])
def test_a_path_of_no_school_tells_nothing(front: Client, path: str) -> None:
    answer = front.get(path, base_url="http://trust.example")
    assert (answer.status_code, answer.text) == (404, "Not found\n")


def test_a_closed_school_is_said_to_be_away_and_not_to_be_none(tmp_path: Path) -> None:
    two = two_schools(tmp_path, FILE.replace('key = "harbour"', 'key = "harbour"\nclosed = true'))
    client = Client(Front(two.watched))
    answer = client.get("/sign-in", base_url="http://harbour.example")
    assert (answer.status_code, answer.text) == (503, "Not there at the moment\n")
    assert client.get("/sign-in", base_url="http://oakfield.example").status_code == 200


def test_on_a_phone_every_page_of_a_school_among_others_says_which(two: Two) -> None:
    page = Visitor(two, "oakfield").signed_in(Role.TEACHER).ask("/posts/").text
    assert '<span class="school one-of-many">Oakfield Primary</span>' in page


def test_the_trusts_own_address_says_how_all_schools_stand(two: Two) -> None:
    """Counts, and with the token clocks and keys of schools. 503: no queue runs here."""
    two.file.write_text(FILE.replace("[shared]", f'[shared]\nmetrics = "{TOKEN}"'))
    client = Client(Front(two.watched))
    for host in ("trust.example", "127.0.0.1:8000", "localhost"):
        answer = client.get("/healthz", headers={"Host": host})
        assert answer.status_code == 503
        assert answer.json == {"ok": False, "web": True, "file": True, "schools": 2, "unwell": 2}
    assert client.get("/metrics", headers={"Host": "trust.example"}).status_code == 401
    answer = client.get("/metrics", headers={"Host": "trust.example", "Authorization": f"Bearer {TOKEN}"})
    families = {family.name: family for family in parse(answer.text)}
    assert {sample.labels["school"] for family in families.values() for sample in family.samples} == {
        "oakfield",
        "harbour",
    }
    assert {"gatepost_well", "gatepost_posts", "gatepost_decision_oldest_waiting_seconds"} <= families.keys()
    assert client.get("/healthz", headers={"Host": "oakfield.example"}).json["queue"] is False  # type: ignore[index]


def test_however_many_ask_how_all_schools_stand_they_are_looked_at_once(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(overview, "look", lambda parts: looked.append(parts.settings.key) or overview.Look("x"))
    monkeypatch.setattr(module, "LOOKED_SECONDS", 60.0)
    client = Client(Front(two.watched))
    for _ in range(5):
        client.get("/healthz", headers={"Host": "trust.example"})
    assert sorted(looked) == ["harbour", "oakfield"]
    monkeypatch.setattr(module, "LOOKED_SECONDS", -60.0)
    client.get("/healthz", headers={"Host": "trust.example"})
    assert len(looked) == 4


def test_a_school_that_cannot_be_opened_says_so_and_the_others_go_on(
    tmp_path: Path, two: Two, caplog: pytest.LogCaptureFixture
) -> None:
    text = FILE.replace('key = "harbour"', f'key = "harbour"\ninstance = "{two.harbour.parts.settings.instance}"')
    (tmp_path / "trust.toml").write_text(text)  # of Oakfield there is nothing here
    environ = {"GATEPOST_TRUST": str(tmp_path / "trust.toml")}
    other = Two(tmp_path / "trust.toml", two.oakfield, two.harbour)
    client = Client(Front(Watched(other.trust, environ)))
    answer = client.get("/sign-in", headers={"Host": "oakfield.example"})
    assert (answer.status_code, answer.text) == (503, "Not there at the moment\n")
    assert "the school oakfield cannot be opened" in caplog.text
    assert client.get("/sign-in", headers={"Host": "harbour.example"}).status_code == 200


def test_a_school_that_opens_slowly_is_refused_at_once_and_the_others_are_served(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a bucket that says nothing: eight ask for it at once, as many as there are threads."""
    goes_on = Event()
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(
        module, "wire", lambda one: goes_on.wait(60) and wire(one) if one.key == "oakfield" else wire(one)
    )
    front = Front(two.watched)

    def ask(host: str) -> int:
        return Client(front).get("/sign-in", headers={"Host": host}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, ["oakfield.example"] * 24)) == {503}
        until(lambda: ask("harbour.example") == 200)
        unwell = Client(front).get("/healthz", headers={"Host": "trust.example"}).json
        assert unwell is not None and unwell["schools"] == 2
        goes_on.set()
        until(lambda: ask("oakfield.example") == 200)


def test_while_somebody_looks_how_all_schools_stand_the_others_get_the_look_before(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, goes_on = Event(), Event()
    front = Front(two.watched)

    def ask() -> int:
        return Client(front).get("/healthz", headers={"Host": "trust.example"}).status_code

    assert ask() == 503
    monkeypatch.setattr(module, "LOOKED_SECONDS", -60.0)
    monkeypatch.setattr(overview, "look", lambda parts: looking.set() or goes_on.wait(60) or overview.Look("x"))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ask)
        assert looking.wait(60)
        assert ask() == 503 and not slow.done()
        goes_on.set()


def test_templates_are_compiled_once_for_all_schools(two: Two) -> None:
    first = Visitor(two, "oakfield")
    there = Visitor(two, "harbour", first.front)
    for one in (first, there):
        assert one.ask("/sign-in").status_code == 200
    compiled = [one.app.jinja_env.get_template("signing_in/sign_in.html").root_render_func for one in (first, there)]
    assert compiled[0].__code__ is compiled[1].__code__
    assert compiled[0].__globals__ is not compiled[1].__globals__
