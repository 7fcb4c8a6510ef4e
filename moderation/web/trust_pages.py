"""The trust's own pages: how its schools stand, for whoever oversees them. Counts and clocks, nobody's name.

An application of its own: no school's sign-in means anything here, and what opens this page is nothing at a school.
Its forms need no token: browsers send the cookie with a form of this very site alone, and `_only_from_here` looks too.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from flask import Flask, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from moderation import pages
from moderation.overseers import BROWSER_HOLDS, Overseers
from moderation.overview import Look
from moderation.rules.language import N_, Language, gettext
from moderation.rules.overseeing import GRAVE, SAYS, gravest
from moderation.rules.throttling import Tally, Tried, counted, place, sentence, still_to_wait
from moderation.rules.watching import SENTENCES as TROUBLES
from moderation.rules.workflow import State
from moderation.settings import Settings, Trust
from moderation.web import access, cookies, filters, headers, languages, static_files
from moderation.web.errors import SENTENCES
from moderation.web.forms import safe_path

_KEY: Final = "of_the_trust"  # by which its cookies are called: none of a school, whose key has no _
_COOKIE: Final = "gatepost_overview"
_FORM_BYTES: Final = 16 * 1024
_MOST_PLACES: Final = 10_000  # of the network, whose wrong tries are remembered
_OPEN: Final = frozenset(
    {"static", "home", "knock", "enter", "choose_language"}
)  # every other page asks for the cookie
_CLOSED: Final = (
    N_("This page opens with a link"),
    N_("It is for whoever oversees the schools. Ask your technician for a link: it opens in one browser, once."),
)
_USED_UP: Final = (
    N_("This link opens nothing"),
    N_("It was used already, or it is older than a day. Ask your technician for another one."),
)


class Tries:
    """Wrong links, by place of the network. Each process counts for itself, as nobody could guess one anyway."""

    def __init__(self) -> None:
        self._tallies: dict[str, Tally] = {}  # what was counted last stands last

    def wait(self, address: str) -> str:
        """A sentence if a link from there has to wait, and is not looked at; empty if not."""
        wait = still_to_wait(Tried.ADDRESS, self._tallies.get(place(address)), datetime.now(UTC))
        return sentence(wait, Tried.ADDRESS) if wait else ""

    def was_wrong(self, address: str) -> None:
        """Nobody waits on the machine itself."""
        if where := place(address):
            self._tallies[where] = counted(self._tallies.pop(where, None), datetime.now(UTC))
        while len(self._tallies) > _MOST_PLACES:
            self._tallies.pop(next(iter(self._tallies)))


def create_trust_app(trust: Trust, looks: Callable[[], list[Look]]) -> Flask:
    """`looks`: at every school, now. Raises RuntimeError for one school alone, which has no such page."""
    if trust.file is None:
        raise RuntimeError("one school alone is no trust")
    settings = replace(trust.machine, key=_KEY)
    app = Flask(
        "moderation.web", template_folder=str(pages.folder("templates")), static_folder=str(pages.folder("static"))
    )
    app.config.update(MAX_CONTENT_LENGTH=_FORM_BYTES, PROVIDE_AUTOMATIC_OPTIONS=False)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_host=0, x_proto=0)  # type: ignore[method-assign]
    app.url_map.merge_slashes = app.url_map.strict_slashes = False
    filters.install(app, settings.time_zone)
    app.jinja_env.globals.update(trust=trust.name, demo=any(one.demo for one in trust.schools))
    app.jinja_env.globals.update(closed=[one.school for one in trust.closed])
    access.number_requests(app)
    languages.speak_as_asked(app, settings, lambda: None, "show")
    overseers = Overseers(trust.file.parent)
    _keep_gate(app, settings, overseers)
    headers.set_headers(app, settings.secure_cookies)
    static_files.serve(app)
    _handle_errors(app)
    _pages(app, looks)
    _ways_in(app, settings, overseers)
    return app


def _said(status: int, title: str, words: str) -> Response:
    return make_response(render_template("trust/said.html", title=gettext(title), sentence=gettext(words)), status)


def _keep_gate(app: Flask, settings: Settings, overseers: Overseers) -> None:
    @app.before_request
    def only_from_here() -> None:
        """A form that another site sends is refused. Browsers that do not say so send no cookie with it either."""
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            abort(400)

    @app.before_request
    def check_browser() -> ResponseReturnValue | None:
        if request.endpoint is None or request.endpoint in _OPEN:
            return None
        if overseers.knows(request.cookies.get(cookies.name(settings, _COOKIE), "")):
            return None
        return _said(401, *_CLOSED)


def _handle_errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        return error if status < 400 else _said(status, *SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))


def _pages(app: Flask, looks: Callable[[], list[Look]]) -> None:
    @app.get("/")
    def home() -> ResponseReturnValue:
        return redirect(url_for("show"), 303)

    @app.get("/overview")
    def show() -> ResponseReturnValue:
        return render_template("trust/overview.html", **_table(looks()))

    @app.get("/overview/schools")
    def schools() -> ResponseReturnValue:
        """The same table for the page that is open already."""
        return render_template("trust/_schools.html", **_table(looks()))


def _table(found: list[Look]) -> dict[str, object]:
    rows = sorted(found, key=lambda one: (gravest(one.needs), _oldest(one), one.name.casefold()))
    totals = {state: sum(one.posts.get(state, 0) for one in rows) for state in State}
    return {
        "rows": rows, "now": datetime.now(UTC), "asking": sum(bool(one.needs) for one in rows),
        "silent": sum(one.figures is None for one in rows), "totals": totals,
        "takedowns": sum(one.figures.takedowns for one in rows if one.figures),
        "takedowns_late": sum(one.late.takedowns for one in rows if one.late),
        "GRAVE": GRAVE, "SAYS": SAYS, "TROUBLES": TROUBLES,
    }  # fmt: skip


def _oldest(look: Look) -> datetime:
    """Since when the oldest thing there waits for a person."""
    figures = look.figures
    waits = (figures.oldest_in_review, figures.oldest_takedown) if figures else ()
    return min(filter(None, waits), default=datetime.max.replace(tzinfo=UTC))


def _ways_in(app: Flask, settings: Settings, overseers: Overseers) -> None:
    """And the way out."""
    tries = Tries()

    def tried(token: str, answer: Callable[[str], Response | None]) -> Response:
        """What becomes of a link: `answer` gives None for one that opens nothing."""
        if wait := tries.wait(request.remote_addr or ""):
            return _said(429, N_("Not like this"), wait)
        if (response := answer(token)) is None:
            tries.was_wrong(request.remote_addr or "")
            return _said(410, *_USED_UP)
        response.headers["Referrer-Policy"] = "no-referrer"  # the address is a secret
        return response

    def with_cookie(secret: str, seconds: float) -> Response:
        response = make_response(redirect(url_for("show"), 303))
        name, secure = cookies.name(settings, _COOKIE), settings.secure_cookies
        response.set_cookie(name, secret, max_age=int(seconds), secure=secure, httponly=True, samesite="Lax")
        return response

    @app.get("/overview/open/<token>")
    def knock(token: str) -> ResponseReturnValue:
        """One button. What fetches a preview of the link uses nothing up and sees nothing."""
        page = render_template("trust/knock.html", token=token)
        return tried(token, lambda token: make_response(page) if overseers.opens(token) else None)

    @app.post("/overview/open/<token>")
    def enter(token: str) -> ResponseReturnValue:
        def answer(token: str) -> Response | None:
            secret = overseers.enter(token)
            return with_cookie(secret, BROWSER_HOLDS.total_seconds()) if secret else None

        return tried(token, answer)

    @app.post("/overview/leave")
    def leave() -> ResponseReturnValue:
        overseers.leave(request.cookies.get(cookies.name(settings, _COOKIE), ""))
        return with_cookie("", 0)

    @app.post("/overview/language")
    def choose_language() -> ResponseReturnValue:
        wanted = request.form.get("language", "")
        if wanted not in set(Language):
            abort(400)
        back = redirect(safe_path(request.form.get("page")) or url_for("show"), 303)
        languages.keep(back, Language(wanted), settings)
        return back
