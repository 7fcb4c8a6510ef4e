"""Which school an address means, whatever is done to the host and the path; elsewhere nothing is told.

What is tried at every address, with every link and with every job: test_every_address.py, test_links.py and
test_jobs_and_copies.py.
"""

import logging

import pytest
from werkzeug.test import Client

from moderation.rules.roles import Role
from tests.builders import PASSWORD, email
from tests.trust.filled import BY_HOST, BY_PATH, Place, place_of, sent
from tests.trust.schools import Two, Visitor
from tests.web.pages import page_of

AT_OAKFIELD = "Sign in – Acorns School"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    return {layout: place_of(layout, tmp_path_factory.mktemp("addresses")) for layout in (BY_HOST, BY_PATH)}


def test_the_password_of_somebody_at_both_schools_opens_each_by_itself(two: Two) -> None:
    at_oakfield = Visitor(two, "oakfield").signed_in(Role.ASSISTANT_HEAD)
    there = Visitor(two, "harbour", at_oakfield.front)
    assert there.ask("/review/").status_code == 303
    there.signed_in(Role.ASSISTANT_HEAD)
    assert there.ask("/review/").status_code == 200
    there.ask("/sign-out", "POST")
    assert at_oakfield.ask("/review/").status_code == 200


def test_an_address_of_no_school_tells_nothing(two: Two) -> None:
    client = Visitor(two, "oakfield").client
    elsewhere = ("elsewhere.example", "oakfield.example.elsewhere.example", "xoakfield.example", "", "[::1", "a b")
    tricks = ("oakfield.example,harbour.example", "oakfield.example/", "oakfield.example..", "oakfield.example:x")
    more = ("oakfield.example@harbour.example", "oakfield.example:80:80", "oakfield.example\t", "oakfield%2eexample")
    for host in (*elsewhere, *tricks, *more):
        for path in ("/", "/sign-in", "/healthz", "/metrics", "/static/gatepost.css", "/review/1"):
            answer = client.get(path, headers={"Host": host})
            assert (answer.status_code, answer.text) == (404, "Not found\n"), (host, path)
            assert set(answer.headers.keys()) == {"Content-Type", "Content-Length"}


def test_a_host_is_the_same_in_capitals_with_a_port_and_with_a_dot_behind(two: Two) -> None:
    client = Visitor(two, "oakfield").client
    for host in ("OAKFIELD.example", "oakfield.example:8000", "oakfield.example.", "oakfield.example.:8000"):
        assert "Oakfield Primary" in client.get("/sign-in", headers={"Host": host}).text


@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Original-Host", "X-Host", "Forwarded", "X-Forwarded-Prefix", "X-Script-Name"]
)
@pytest.mark.parametrize("layout", [BY_HOST, BY_PATH])
def test_nobody_is_at_another_school_by_a_header(places: dict[str, Place], layout: str, name: str) -> None:
    """And no page names one: what is built of addresses is built of the trust's file."""
    said = "host=harbour.example" if name == "Forwarded" else "/harbour" if "Prefix" in name else "harbour.example"
    answer = places[layout].ask("oakfield", "/sign-in", headers={name: said})
    assert AT_OAKFIELD in answer.text and "harbour" not in answer.text.lower()
    refused = places[layout].ask("oakfield", "/review/", headers={name: said})
    assert refused.headers["Location"] == places[layout].path("oakfield") + "/sign-in"


@pytest.mark.parametrize(
    "path",
    [
        "/oakfield/../harbour/sign-in",
        "/oakfield/..%2Fharbour/sign-in",
        "/oakfield/%2e%2e/harbour/sign-in",
        "/oakfield//harbour/sign-in",
        "/oakfield/harbour/sign-in",
        "/oakfield/static/../../harbour/sign-in",
        "/oakfield/static/..%2f..%2fharbour/sign-in",
        "/oakfield/./sign-in/../../harbour/sign-in",
        "/oakfield/;/harbour/sign-in",
    ],
)
def test_no_path_leads_from_one_school_into_another(places: dict[str, Place], path: str) -> None:
    """Who is signed in at both is told that there is nothing, by the school that the path begins with."""
    place = places[BY_PATH]
    cookies = sent(place.signed_in("oakfield", Role.TEACHER) | place.signed_in("harbour", Role.TEACHER))
    answer = Client(place.front, use_cookies=False).get(
        path, base_url="http://trust.example", headers={"Cookie": cookies}
    )
    assert answer.status_code == 404 and "Location" not in answer.headers
    assert "Acorns School" in answer.text and "Seagulls" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/oakfieldx/sign-in", "/Oakfield/sign-in", "/oakfield;x/sign-in", "//oakfield/sign-in", "/oakfield%00/sign-in",
     "/./oakfield/sign-in", "/harbour-later/sign-in", "/oakfield%20/sign-in", "/%252Foakfield/sign-in"],
)  # fmt: skip
def test_a_path_that_begins_with_no_school_is_none_of_them(places: dict[str, Place], path: str) -> None:
    answer = Client(places[BY_PATH].front).get(path, base_url="http://trust.example")
    assert (answer.status_code, answer.text) == (404, "Not found\n")


def test_behind_a_path_nobody_is_sent_on_to_another_school(places: dict[str, Place]) -> None:
    """After signing in, by the foot of a page, and by the way back of an error."""
    place = places[BY_PATH]
    cookies = place.signed_in("oakfield", Role.TEACHER)
    form = {"email": email(Role.TEACHER), "password": PASSWORD}
    wanted = place.signed("oakfield", {"wanted": "/harbour/staff/"})
    answer = place.ask("oakfield", "/sign-in", "POST", sent(wanted), data=form)
    assert answer.headers["Location"] == "/oakfield/"
    for page in ("/harbour/", "/oakfield/../harbour/", "/"):
        form = {"language": "cy", "page": page}
        answer = place.ask("oakfield", "/language", "POST", sent(cookies), data=form)
        assert answer.headers["Location"] == "/oakfield/"
        shown = place.ask("oakfield", "/policy/", cookies=sent(cookies), query_string={"back": page})
        assert page_of(shown).values.get("back", "") == ""
    referrer = {"Referer": "http://trust.example/harbour/staff/"}
    assert "harbour" not in place.ask("oakfield", "/nowhere", cookies=sent(cookies), headers=referrer).text


@pytest.mark.parametrize("layout", [BY_HOST, BY_PATH])
def test_no_page_figure_or_line_of_the_log_at_one_school_names_another(
    places: dict[str, Place], layout: str, caplog: pytest.LogCaptureFixture
) -> None:
    place = places[layout]
    cookies = sent(place.signed_in("oakfield", Role.ADMINISTRATOR))
    with caplog.at_level(logging.DEBUG):
        caplog.clear()
        for address in (
            "/",
            "/sign-in",
            "/nowhere",
            "/healthz",
            "/metrics",
            "/staff/",
            "/watching/",
            "/review/",
            "/sign-in/x",
        ):
            for method in ("GET", "POST", "DELETE"):
                answer = place.ask("oakfield", address, method, cookies)
                said = answer.text.lower() + str(answer.headers).lower()
                assert "harbour" not in said and "seagulls" not in said, (address, method)
    assert "harbour" not in caplog.text.lower() and "seagulls" not in caplog.text.lower()


@pytest.mark.parametrize("layout", [BY_HOST, BY_PATH])
def test_no_cache_on_the_way_keeps_a_page_of_one_school_for_another(places: dict[str, Place], layout: str) -> None:
    place = places[layout]
    for address in ("/sign-in", "/", "/posts/", "/calendar/x.ics", "/feeds/x.atom", "/concern"):
        assert "public" not in place.ask("oakfield", address).headers.get("Cache-Control", "")
