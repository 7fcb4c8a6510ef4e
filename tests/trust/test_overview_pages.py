"""The trust's page: who gets it and who does not, what it says of each school, and what it never says."""

import re
from concurrent.futures import wait
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner
from sqlalchemy import update
from werkzeug.test import Client, TestResponse

from moderation import overview
from moderation.cli import main
from moderation.db.models import Post
from moderation.overseers import Overseers
from moderation.rules.overseeing import Late, Need, needs
from moderation.rules.roles import Role
from moderation.rules.watching import Trouble
from moderation.settings import SettingsError
from moderation.web import front as module
from moderation.web.front import Front
from moderation.wiring import Parts
from tests.trust.schools import FILE, Two, Visitor, two_schools

AT = "http://trust.example"
COOKIE = "gatepost_overview_of_the_trust"
CAPTION = "Wet chalk on the harbour wall"


@pytest.fixture
def lead(two: Two) -> Client:
    """Who oversees the trust, with a link that was opened."""
    Overseers(two.file.parent).end_all()
    client = Client(Front(two.watched))
    assert open_link(client, link(two)).status_code == 303
    return client


def link(two: Two, *more: str) -> str:
    """What the command prints, without the host."""
    result = CliRunner().invoke(main, ["trust", "overview", "--link", *more], env=two.environ, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found = re.search(rf"{AT}(/overview/open/\S+)", result.output)
    assert found, result.output
    return found[1]


def open_link(client: Client, path: str, **more: object) -> TestResponse:
    assert client.get(path, base_url=AT).status_code == 200, "to look at it uses nothing up"
    return client.post(path, base_url=AT, **more)  # type: ignore[arg-type]


def rows(client: Client) -> list[str]:
    """The words of each school's row, in the order of the page."""
    text = client.get("/overview", base_url=AT).text
    found = re.findall(r"<tr.*?</tr>", text, re.DOTALL)[1:]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in found]


def told_nothing(answer: TestResponse) -> bool:
    return not re.search(r"Oakfield|Harbour|oakfield|harbour|Two Rivers", answer.text)


def test_a_link_opens_the_page_once_in_one_browser(two: Two, lead: Client) -> None:
    page = lead.get("/overview", base_url=AT)
    assert page.status_code == 200 and "The Two Rivers Trust" in page.text
    assert (
        page.headers["Cache-Control"] == "no-store" and "default-src 'none'" in page.headers["Content-Security-Policy"]
    )
    another, path = Client(Front(two.watched)), link(two)
    given = open_link(another, path)
    assert given.headers["Referrer-Policy"] == "no-referrer"
    assert re.search(
        rf"^{COOKIE}=\S+; Expires=[^;]+; Max-Age=2419200; HttpOnly; Path=/; SameSite=Lax$", given.headers["Set-Cookie"]
    )
    for answer in (Client(Front(two.watched)).get(path, base_url=AT), lead.post(path, base_url=AT)):
        assert answer.status_code == 410 and told_nothing(answer)


def test_law_3_strangers_and_heads_of_a_school_get_nothing(two: Two, lead: Client) -> None:
    head = Visitor(two, "oakfield").signed_in(Role.HEADTEACHER)
    forged = f"gatepost_oakfield={head.cookie()}; gatepost={head.cookie()}; {COOKIE}={head.cookie()}"
    client = Client(head.front, use_cookies=False)
    app = head.front._own_pages(two.trust)
    places = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    assert {"/overview", "/overview/schools"} <= set(places)
    for path in [*places, "/overview/nowhere", "/overview/open/guessed", "/overview/open/"]:
        for headers in ({}, {"Cookie": forged}):
            answer = client.get(path.replace("<token>", "guessed"), base_url=AT, headers=headers)
            assert answer.status_code in (303, 401, 404, 410), path
            assert told_nothing(answer), path
    assert client.get("/overview", base_url=AT).status_code == 401


def test_what_opens_the_page_opens_nothing_at_a_school_and_at_no_other_address(two: Two, lead: Client) -> None:
    cookie = lead.get_cookie(COOKIE, "trust.example")
    assert cookie
    client = Client(Front(two.watched), use_cookies=False)
    headers = {"Cookie": "; ".join(f"{name}={cookie.value}" for name in (COOKIE, "gatepost_oakfield"))}
    answer = client.get("/review/", base_url="http://oakfield.example", headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert client.get("/overview", base_url="http://oakfield.example", headers=headers).status_code == 404
    for host in ("127.0.0.1:8000", "localhost", "elsewhere.example"):
        answer = client.get("/overview", base_url=f"http://{host}", headers=headers)
        assert (answer.status_code, answer.text) == (404, "Not found\n")
    assert client.get("/overview", base_url=AT, headers=headers).status_code == 200


def test_it_ends_after_its_time_and_for_everybody_by_a_command(two: Two, lead: Client) -> None:
    kept = two.file.parent / "overview"
    path = link(two)

    def made(folder: str, ago: timedelta) -> None:
        for file in (kept / folder).iterdir():
            file.write_text((datetime.now(UTC) - ago).isoformat())

    made("links", timedelta(hours=25))
    assert lead.get(path, base_url=AT).status_code == 410, "older than a day"
    made("browsers", timedelta(weeks=4))
    assert lead.get("/overview", base_url=AT).status_code == 401
    made("browsers", timedelta(hours=-1))
    assert lead.get("/overview", base_url=AT).status_code == 401, "made in a time to come"
    made("browsers", timedelta(weeks=3))
    assert lead.get("/overview", base_url=AT).status_code == 200
    path = link(two)  # which takes away the old one
    ended = CliRunner().invoke(main, ["trust", "overview", "--end-links"], env=two.environ, catch_exceptions=False)
    assert ended.output == "Ended. Browsers: 1; links that nobody had opened: 1.\n"
    answer = lead.get("/overview", base_url=AT)
    assert answer.status_code == 401 and told_nothing(answer)
    assert lead.get(path, base_url=AT).status_code == 410


def test_who_closes_it_closes_it_in_that_browser_alone(two: Two, lead: Client) -> None:
    another = Client(Front(two.watched))
    open_link(another, link(two))
    cookie = lead.get_cookie(COOKIE, "trust.example")
    lead.post("/overview/leave", base_url=AT)
    assert cookie and lead.get("/overview", base_url=AT).status_code == 401
    lead.set_cookie(COOKIE, cookie.value, domain="trust.example")
    assert lead.get("/overview", base_url=AT).status_code == 401, "the cookie itself is worth nothing any more"
    assert another.get("/overview", base_url=AT).status_code == 200
    answer = another.post("/overview/leave", base_url=AT, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400 and another.get("/overview", base_url=AT).status_code == 200


def test_whoever_tries_links_has_to_wait_and_who_is_in_does_not(two: Two, lead: Client) -> None:
    guesses = [lead.get(f"/overview/open/{n}", base_url=AT, environ_base={"REMOTE_ADDR": "9.9.9.9"}) for n in range(32)]
    assert [answer.status_code for answer in guesses] == [410] * 30 + [429] * 2
    assert "Wait 15 seconds" in guesses[-1].text
    right = link(two)
    assert lead.post(right, base_url=AT, environ_base={"REMOTE_ADDR": "9.9.9.9"}).status_code == 429
    assert lead.get("/overview", base_url=AT, environ_base={"REMOTE_ADDR": "9.9.9.9"}).status_code == 200
    assert lead.post(right, base_url=AT, environ_base={"REMOTE_ADDR": "8.8.8.8"}).status_code == 303


def test_nothing_that_is_kept_opens_anything_and_only_the_programs_own_user_reads_it(two: Two, lead: Client) -> None:
    path = link(two)
    files = [file for file in (two.file.parent / "overview").rglob("*") if file.is_file()]
    cookie = lead.get_cookie(COOKIE, "trust.example")
    assert files and cookie
    for file in files:
        assert file.stat().st_mode & 0o077 == 0 and file.parent.stat().st_mode & 0o077 == 0
        assert path.rsplit("/", 1)[1] not in f"{file} {file.read_text()}"
        assert cookie.value not in f"{file} {file.read_text()}"
        assert not Overseers(two.file.parent).knows(file.name)


def test_behind_https_the_cookie_is_bound_to_this_very_host(tmp_path: Path) -> None:
    two = two_schools(tmp_path, FILE.replace('"http://', '"https://'))
    client = Client(Front(two.watched))
    token = Overseers(tmp_path).link()
    given = client.post(f"/overview/open/{token}", base_url="https://trust.example")
    assert re.match(rf"__Host-{COOKIE}=\S+; .*; Secure; HttpOnly; Path=/; SameSite=Lax$", given.headers["Set-Cookie"])
    assert given.headers["Strict-Transport-Security"]


def test_each_school_is_counted_and_what_asks_for_a_look_comes_first(tmp_path: Path) -> None:
    two = two_schools(tmp_path)
    harbour = two.harbour
    post = harbour.in_review(caption=CAPTION)
    harbour.live(caption=CAPTION)
    two.oakfield.submit(caption=CAPTION)
    with harbour.parts.work() as work:
        work.session.execute(update(Post).where(Post.id == post).values(state_since=work.now - timedelta(days=9)))
    client = Client(Front(two.watched))
    open_link(client, link(two))
    first, second, together = rows(client)
    assert first.startswith("Harbour School A part is not well Waits too long for a decision")
    assert "1 oldest: 9 days 1 too late" in first and "Not well" in first
    assert second.startswith("Oakfield Primary A part is not well") and "oldest: less than a minute" in second
    assert together.startswith("Together 1 1 0 1 0")
    page = client.get("/overview", base_url=AT).text
    assert "2 of 2 schools need a look." in page
    for name in (CAPTION, "Harvey", "school.example", "teacher 1", '<img src="/media'):
        assert name not in page
    part = client.get("/overview/schools", base_url=AT).text
    assert "Harbour School" in part and "<html" not in part


def test_a_school_that_does_not_answer_says_so_and_no_other_waits_for_it(
    two: Two, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(lead)
    hangs, real = Event(), overview.look

    def look(parts: Parts) -> overview.Look:
        if parts.settings.key == "oakfield":
            hangs.wait(30)
        return real(parts)

    monkeypatch.setattr(overview, "look", look)
    monkeypatch.setattr(module, "LOOKED_SECONDS", -60.0)
    try:
        first, second, _ = rows(lead)
        assert first.startswith("Oakfield Primary Does not answer It last answered less than a minute ago.")
        assert second.startswith("Harbour School A part is not well") and "Not well" in second
        assert "Schools that do not answer are not in the sums." in lead.get("/overview", base_url=AT).text
        assert lead.get("/healthz", base_url=AT).json["unwell"] == 2
    finally:
        hangs.set()


def test_a_late_answer_is_taken_when_it_is_there_and_not_when_it_is_old(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, real = Event(), overview.look
    asked: list[str] = []

    def look(parts: Parts) -> overview.Look:
        asked.append(parts.settings.key)
        hangs.wait(30)
        return real(parts)

    monkeypatch.setattr(overview, "look", look)
    monkeypatch.setattr(overview, "OPENED", 0.2)
    front = Front(two.watched)
    lookout = overview.Lookout(front.kept, lambda school: school.parts, patience=0.2)
    schools = two.trust.schools
    assert [one.figures for one in lookout.looks(schools)] == [None, None]
    assert [one.figures for one in lookout.looks(schools)] == [None, None]
    assert sorted(asked) == ["harbour", "oakfield"], "nobody is asked anew who has not answered yet"
    hangs.set()
    wait(lookout._under_way.values(), 30)
    assert all(one.figures for one in lookout.looks(schools)) and len(asked) == 2
    hangs.clear()
    lookout.looks(schools)
    hangs.set()
    wait(lookout._under_way.values(), 30)
    monkeypatch.setattr(overview, "FRESH", -1.0)
    lookout.looks(schools)
    assert len(asked) == 6, "what it said then is not what it is now"


def test_the_page_is_read_in_welsh_by_whoever_asks_for_it(two: Two, lead: Client) -> None:
    welsh = {"language": "cy", "page": "/overview"}
    lead.post("/overview/language", base_url=AT, data=welsh)
    assert '<html lang="cy"' in lead.get("/overview", base_url=AT).text
    lead.delete_cookie("gatepost_language_of_the_trust", domain="trust.example")
    assert '<html lang="en-GB"' in lead.get("/overview", base_url=AT).text
    assert lead.post("/overview/language", base_url=AT, data={"language": "x"}).status_code == 400


def test_an_address_of_the_trusts_own_pages_is_no_schools(tmp_path: Path) -> None:
    text = FILE.replace("http://oakfield.example", "http://trust.example/overview")
    with pytest.raises(SettingsError, match="/overview is an address of the trust itself"):
        two_schools(tmp_path, text)


def test_where_a_school_has_the_whole_address_of_the_trust_there_is_no_link(tmp_path: Path) -> None:
    two = two_schools(tmp_path, FILE.replace("http://trust.example", "http://oakfield.example"))
    result = CliRunner().invoke(main, ["trust", "overview", "--link"], env=two.environ)
    assert result.exit_code == 2 and "that of oakfield" in result.output


@pytest.mark.parametrize(
    ("late", "troubles", "messages", "found"),
    [
        (None, (), 0, (Need.SILENT,)),
        (Late(), (), 0, ()),
        (Late(takedowns=1, decisions=2, backup=True), (), 0, (Need.TAKEDOWN_LATE, Need.DECISION_LATE, Need.NO_BACKUP)),
        (Late(stopped_since=datetime.now(UTC)), (Trouble.WAITING, Trouble.QUEUE_AWAY), 1,
         (Need.STOPPED, Need.UNWELL, Need.UNEASY, Need.MESSAGES)),
    ],
)  # fmt: skip
def test_what_asks_for_a_look(late: Late | None, troubles: tuple[Trouble, ...], messages: int, found: object) -> None:
    assert needs(late, troubles, messages) == found
