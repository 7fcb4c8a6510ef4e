"""Asks every address of the application for what it must never answer, as each role and as a stranger.

Each probe gives findings: how grave, where, what. An answer of 500 is grave whoever gets it: somebody's work is lost,
and what broke may be worse than it looks.
"""

import ast
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.rules.roles import Role

WEB = Path(__file__).parents[2] / "moderation" / "web"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
MARK = "<script>gatepost</script>"
LONGEST = 1000  # letters in each field at once: more, and the form as a whole is too large to be read
# What no field expects: each goes into all fields of an address at once.
ODD = (
    "\x00",
    "²",  # a digit to `isdigit`, and not to `int`
    "9" * 40,
    "-1",
    "1e400",
    "2026-02-31",
    "0000-00-00T99:99",
    "\U0001f600\u202e\ufeff\u0301" * 50,
    "\ufffe\uffff",
    "x" * LONGEST,
    "' OR '1'='1' --",
    "{{7*7}}%s%n{0.__class__}",
    "../../../etc/passwd",
    "//evil.example/\\evil.example",
    "https://[evil",
    "a\r\nSet-Cookie: evil=1",
    MARK,
)
ODD_HEADERS = {
    "Host": "a..b",
    "Cookie": "gatepost=\xff; gatepost_device=\xff; remember_token=\xff",
    "Range": "bytes=5-2,99999999999999999999-",
    "If-None-Match": '"\xff',
    "If-Modified-Since": "\xff",
    "Accept-Encoding": "gzip;q=\xff",
    "Referer": "https://[evil",
    "User-Agent": "\xff" * 5000,
    "X-Forwarded-For": "999.999.1.1, ::%1",
    "Sec-Fetch-Site": "\xff",
    "Content-Length": "-1",
}
HEADERS = {
    "Content-Security-Policy": r"default-src 'none'.*frame-ancestors 'none'.*object-src 'none'",
    "X-Content-Type-Options": r"nosniff$",
    "Referrer-Policy": r"(same-origin|no-referrer)$",
    "Cross-Origin-Opener-Policy": r"same-origin$",
    "Cross-Origin-Resource-Policy": r"same-origin$",
    "Cache-Control": r"no-store$",
}
# For everybody, or for the school's own website: kept by whoever fetches it, for a while.
KEPT = {"static", "calendar.feed", "website_feeds.atom_feed", "website_feeds.picture"}
FIRST = "/signing-in/"  # which everybody sees who is signed in
OWN_TOKEN = {"phone.knock", "phone.enter"}  # one address, which holds the token that it asks for
JSON = {"typing.words", "typing.lengths"}  # what is none is not read
REFUSED_UNREAD = {400, 401, 403, 404, 409, 412}
FOLDERS = ("/static", "/media/photos", "/media/references", "/calendar/feed", "/website", "/concerns/picture")
CLIMBS = (
    "/../../pyproject.toml",
    "/%2e%2e/%2e%2e/pyproject.toml",
    "/..%2f..%2fpyproject.toml",
    "/..\\..\\pyproject.toml",
)
CLIMBS += ("/....//pyproject.toml", "/%00/1/thumb", "/1/thumb%00.jpg", "/1/../../etc/passwd", "//etc/passwd")


Tried = tuple[str, str, str]  # an address, a method, a value


@dataclass(frozen=True)
class Finding:
    severity: str  # high, medium or low
    where: str
    what: str


@dataclass(frozen=True)
class Address:
    endpoint: str
    path: str
    methods: frozenset[str]


def addresses(app: Flask, number: int = 1) -> list[Address]:
    """Every address, with this number for each thing in it; signing out and what ends the sign-in come last."""
    rules = list(app.url_map.iter_rules())
    taken: dict[str, frozenset[str]] = {}  # of each address, whose methods may belong to several endpoints
    for rule in rules:
        taken[rule.rule] = taken.get(rule.rule, frozenset()) | (rule.methods or set())
    found = [Address(rule.endpoint, _filled(rule.rule, number), taken[rule.rule]) for rule in rules]
    return sorted(found, key=lambda one: one.endpoint in ("signing_in.sign_out", "own_sign_ins.end"))


def _filled(rule: str, number: int) -> str:
    path = re.sub(r"<int:\w+>", str(number), rule).replace("<size>", "thumb")
    return re.sub(r"<(path:)?filename>", "gatepost.css", re.sub(r"<(?!path|filename)[\w:]+>", "nothing", path))


def fields() -> list[str]:
    """The names of all fields that any form or query has, read from the program."""
    trees = [ast.parse(path.read_text("utf-8")) for path in sorted(WEB.rglob("*.py"))]
    words = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return sorted(word for word in words if isinstance(word, str) and re.fullmatch(r"[a-z][a-z_]{1,24}-?", word))


def strange_methods(
    client: FlaskClient, places: Iterable[Address], known: set[Tried] | None = None
) -> Iterator[Finding]:
    """A method that leads nowhere leads nobody anywhere: it is tried once."""
    known = set() if known is None else known
    for place in places:
        for method in METHODS:
            tried = (place.path, method, "strange")
            if method in place.methods or (method == "HEAD" and "GET" in place.methods) or tried in known:
                continue
            answer = client.open(place.path, method=method)
            if answer.status_code == 405:
                known.add(tried)
                if not answer.allow or method in answer.allow:
                    yield Finding("low", place.endpoint, f"{method} is not taken, and what is taken is not said")
            if answer.status_code not in (404, 405):
                yield Finding("medium", place.endpoint, f"{method} is answered with {answer.status_code}")
            yield from of_an_answer(place, method, answer)


def odd_fields(
    client: FlaskClient, places: Iterable[Address], odd: Sequence[str] = ODD, known: set[Tried] | None = None
) -> Iterator[Finding]:
    """All fields at once, each value twice. Whoever is turned away at the door is turned away whatever they send.

    `known`: what somebody who was let in has tried already; of that, the next one tries the first value alone.
    """
    names, closed, known = fields(), set[tuple[str, str]](), set() if known is None else known
    for value in odd:
        sent = {
            "POST": urlencode([(name, value[:LONGEST]) for name in names for _ in range(2)]),
            "GET": urlencode([(name, value[:200]) for name in names]),
        }
        for place, method in product(places, sent):
            tried = (place.path, method, value)
            if method not in place.methods or tried[:2] in closed or (value != odd[0] and tried in known):
                continue
            if method == "GET":
                answer = client.get(place.path, query_string=sent["GET"])
            else:
                answer = client.post(place.path, data=sent["POST"], content_type="application/x-www-form-urlencoded")
            if is_shut_out(answer):
                closed.add(tried[:2])
            else:
                known.add(tried)
            yield from of_an_answer(place, f"{method} {value[:20]!r}", answer)


def is_shut_out(answer: TestResponse) -> bool:
    return answer.status_code in (401, 403) or answer.headers.get("Location", "") == "/sign-in"


def odd_bodies(client: FlaskClient, places: Iterable[Address]) -> Iterator[Finding]:
    for place in places:
        if "POST" not in place.methods:
            continue
        for kind, body in (
            ("application/json", b'{"a": [[[['),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=photo; filename=a"),
            ("multipart/form-data", b"no boundary"),
            ("application/x-www-form-urlencoded", b"%ff%00=%zz&&&=&caption=%ed%a0%80"),
            ("text/plain; charset=utf-7", b"+ADw-script+AD4-"),
        ):
            answer = client.post(place.path, data=body, content_type=kind)
            yield from of_an_answer(place, f"POST {kind}", answer)
            if is_shut_out(answer):
                break
        files = {name: (io.BytesIO(b"\x00not a file"), "../../evil\x00.jpg") for name in ("photo", "photos", "file")}
        answer = client.post(place.path, data=files, content_type="multipart/form-data")
        yield from of_an_answer(place, "POST files", answer)
        yield from _too_large(client, place)


def _too_large(client: FlaskClient, place: Address) -> Iterator[Finding]:
    """With the protection against forgery on, for that is what reads a form first."""
    client.application.config["WTF_CSRF_ENABLED"] = True
    answer = client.post(
        place.path, data=b"a=" + b"x" * (1024 * 1024 + 10), content_type="application/x-www-form-urlencoded"
    )
    client.application.config["WTF_CSRF_ENABLED"] = False
    if answer.status_code not in REFUSED_UNREAD | {303, 413} and place.endpoint not in JSON:
        yield Finding("medium", place.endpoint, f"more than a mebibyte of words is answered with {answer.status_code}")
    yield from of_an_answer(place, "POST too large", answer)


def other_hosts(client: FlaskClient, places: Iterable[Address]) -> Iterator[Finding]:
    for place in places:
        if "GET" not in place.methods:
            continue
        forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Original-URL": "/staff/"}
        for asked, answer in (
            ("X-Forwarded-Host", client.get(place.path, headers=forged)),
            (
                "wanted elsewhere",
                client.get(place.path, query_string=dict.fromkeys(("next", "wanted", "back"), "//evil.example")),
            ),
        ):
            if "evil.example" in answer.headers.get("Location", ""):
                yield Finding("high", place.endpoint, f"leads to another host ({asked})")
            if asked.startswith("X-") and b"evil.example" in answer.data:
                yield Finding("medium", place.endpoint, "names the host that the request made up")
            yield from of_an_answer(place, asked, answer)


def odd_headers(
    client: FlaskClient, places: Iterable[Address], odd: Mapping[str, str] = ODD_HEADERS
) -> Iterator[Finding]:
    for place, (name, value) in product(places, odd.items()):
        if "GET" in place.methods:
            answer = client.get(place.path, headers={name: value})
            yield from of_an_answer(place, f"{name}: {value[:20]!r}", answer)


def made_up_hosts(client: FlaskClient, places: Iterable[Address], known: set[Tried] | None = None) -> Iterator[Finding]:
    """A request that names a host of its own, at each address as it is and with a slash more or less."""
    known = set() if known is None else known
    for name in ("gatepost", "remember_token"):
        if cookie := client.get_cookie(name):
            client.set_cookie(name, cookie.value, domain="evil.example")
    for place in places:
        other = place.path[:-1] if place.path.endswith("/") else f"{place.path}/"
        for path in (place.path, other, f"/{place.path}"):
            for method in place.methods & {"GET", "POST"}:
                tried = (path, method, "another host")
                if tried in known:
                    continue
                answer = client.open(path, method=method, base_url="http://evil.example")
                if path != place.path and answer.status_code in (404, 405):
                    known.add(tried)
                if "evil.example" in answer.headers.get("Location", "") or b"evil.example" in answer.data:
                    yield Finding("high", place.endpoint, f"{method} {path} names the host that the request made up")
                yield from of_an_answer(place, f"{method} of another host", answer)


def forgeries(client: FlaskClient, places: Iterable[Address]) -> Iterator[Finding]:
    """With the protection on: a form without a token is refused before anything is asked or done."""
    for place in places:
        if "POST" in place.methods and place.endpoint not in OWN_TOKEN:
            answer = client.post(place.path, data={"caption": "x"}, headers={"Origin": "https://evil.example"})
            if answer.status_code not in (400, 403):  # 403: not theirs, or seen to come from elsewhere
                yield Finding("high", place.endpoint, f"a forged POST is answered with {answer.status_code}")


def outside(client: FlaskClient, inside: str) -> Iterator[Finding]:
    """Addresses that climb out of a folder. `inside` is a word of a file that they look for."""
    for folder in FOLDERS:
        for climb in CLIMBS:
            answer = client.get(folder + climb)
            if answer.status_code == 200 and (inside in answer.text or "root:" in answer.text):
                yield Finding("high", folder + climb, "gives a file from outside")
            yield from of_an_answer(Address("nowhere", folder + climb, frozenset()), "GET", answer)


def of_an_answer(place: Address, asked: str, answer: TestResponse) -> Iterator[Finding]:
    """What holds for every answer, errors among them."""
    if answer.status_code >= 500 and (place.endpoint, answer.status_code) != ("health.healthz", 503):  # its word
        yield Finding("high", place.endpoint, f"{asked} breaks it: {answer.status_code}")
    for name, pattern in HEADERS.items():
        if place.endpoint in KEPT and name in ("Cache-Control", "Cross-Origin-Resource-Policy"):
            continue
        if not re.match(pattern, answer.headers.get(name, "")):
            yield Finding("medium", place.endpoint, f"{asked}: {name} is {answer.headers.get(name)!r}")
    location = answer.headers.get("Location", "/")
    if not location.startswith("/") or location.startswith(("//", "/\\")):
        yield Finding("high", place.endpoint, f"{asked}: leads to {location[:60]}")
    if "evil" in "".join(answer.headers.getlist("Set-Cookie")):
        yield Finding("high", place.endpoint, f"{asked}: sets a cookie that was sent")
    if answer.mimetype == "text/html" and MARK in answer.text:
        yield Finding("high", place.endpoint, f"{asked}: comes back as a script")
    if b"Traceback" in answer.data or "Access-Control-Allow-Origin" in answer.headers or "Server" in answer.headers:
        yield Finding("low", place.endpoint, f"{asked}: tells about itself")


def every_probe(client: FlaskClient, places: list[Address], role: Role | None, known: set[Tried]) -> Iterator[Finding]:
    probes = [strange_methods(client, places, known), other_hosts(client, places), outside(client, "[project]")]
    probes += [
        made_up_hosts(client, places, known),
        odd_headers(client, places[:20] if role else places),  # what reads them does so before it is asked who it is
        odd_bodies(client, places),
        odd_fields(client, places, known=known),
    ]
    for probe in probes:
        for found in (*probe, *still_let_in(client, role)):
            yield Finding(found.severity, found.where, f"{found.what} (as {role or 'a stranger'})")


def still_let_in(client: FlaskClient, role: Role | None) -> Iterator[Finding]:
    """Else what was asked was asked by a stranger, and its silence says nothing."""
    if role is not None and client.get(FIRST).status_code != 200:
        yield Finding("high", FIRST, "the scan lost its sign-in: most of it was not asked")
