"""Before the pages: which school is asked for, by host and path. Each has an application of its own."""

import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from threading import Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

from moderation import overview
from moderation.rules.this_machine import HOSTS
from moderation.schools import MOST, Kept
from moderation.settings import Metrics, Settings, SettingsError, Trust, Watched
from moderation.web import create_app, exposition
from moderation.web.trust_pages import create_trust_app
from moderation.web.views.health import brings
from moderation.wiring import wire

if TYPE_CHECKING:
    from types import CodeType

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 2.0  # for a school that is being opened: the thread is wanted by the others
TIDY_SECONDS: Final = 2.0
LOOKED_SECONDS: Final = 2.0  # anybody may ask how all schools stand, and it is the dearest question that there is
RESTED: Final = 3  # times as long as the look took, if that is more: of a thousand schools it takes long
_HOST: Final = re.compile(r"([a-z0-9.-]+?)\.?(:\d+)?")


class _Compiled(BytecodeCache):
    """Templates are compiled once for all schools. Their code holds no value of any: those come with each page."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


_compiled = _Compiled()


class School:
    """One school's parts, and its pages from the first request on."""

    def __init__(self, settings: Settings) -> None:
        self.parts = wire(settings)
        self._making = Lock()

    @cached_property
    def _app(self) -> Flask:
        app = create_app(self.parts)
        app.jinja_env.bytecode_cache = _compiled
        return app

    @property
    def app(self) -> Flask:
        with self._making:
            return self._app

    def end(self) -> None:
        self.parts.end()


class Front:
    """The WSGI application of an installation: hands each request to the school that it is for."""

    def __init__(self, watched: Watched, most: int = MOST) -> None:
        patience = PATIENCE_SECONDS if watched.now().file else None
        self.kept = Kept(watched, School, School.end, most, patience)
        self._looking, self._making = Lock(), Lock()
        self._looked: tuple[float, Trust | None, list[overview.Look]] = (0.0, None, [])
        self._lookout = overview.Lookout(self.kept, lambda school: school.parts)
        self._own: tuple[Trust, Flask] | None = None  # the trust's own pages

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        trust = self.kept.tidy()
        host, path = environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", "")
        settings = school_for(trust, host, path)
        if settings is None and school_at(trust.closed_at_host, host, path):
            return _NOT_NOW(environ, start_response)
        if settings is None:
            return self._of_the_trust(trust, environ)(environ, start_response)
        if trust.file:
            environ["SCRIPT_NAME"] = settings.path
            environ["PATH_INFO"] = environ.get("PATH_INFO", "")[len(settings.path) :] or "/"
        use = ExitStack()
        try:
            app = use.enter_context(self.kept.of(settings)).app
            return ClosingIterator(app(environ, start_response), use.close)
        except SettingsError as error:
            use.close()
            log.error("the school %s cannot be opened: %s", settings.key, type(error).__name__)
            return _NOT_NOW(environ, start_response)
        except BaseException:
            use.close()
            raise

    def _of_the_trust(self, trust: Trust, environ: "WSGIEnvironment") -> "WSGIApplication":
        """At its own address: how all schools stand. Anywhere else: nothing."""
        host = host_of(environ.get("HTTP_HOST", ""))
        path = environ.get("PATH_INFO", "") if host in {own_host(trust), *HOSTS} else ""
        try:
            if path == "/healthz":
                return self._health(trust)
            if path == "/metrics":
                return self._metrics(trust, environ)
        except ServiceUnavailable:
            return _NOT_NOW
        if host == own_host(trust) and (path == "/" or path.startswith(("/overview", "/static/"))):
            return self._own_pages(trust)
        return _NOWHERE

    def _metrics(self, trust: Trust, environ: "WSGIEnvironment") -> Response:
        metrics = trust.machine.metrics
        if metrics is Metrics.OFF:
            return _NOWHERE
        if metrics is Metrics.TOKEN and not brings(environ.get("HTTP_AUTHORIZATION", ""), trust.machine):
            return _NOT_YOURS
        return Response(exposition.written_for_all(self._looks(trust)), content_type=exposition.CONTENT_TYPE)

    def _own_pages(self, trust: Trust) -> Flask:
        """Made anew with each change of the trust's file."""
        with self._making:
            if self._own is None or self._own[0] is not trust:
                app = create_trust_app(trust, lambda: self._looks(trust))
                app.jinja_env.bytecode_cache = _compiled
                self._own = (trust, app)
            return self._own[1]

    def _looks(self, trust: Trust) -> list[overview.Look]:
        """One look at a time, and one within two seconds, however many ask: meanwhile the others get the look before.

        Raises ServiceUnavailable if there was none. Nobody waits long, for a school that does not answer makes it slow.
        """
        before = self._looked
        is_there = before[1] is trust
        if not self._looking.acquire(timeout=0 if is_there else LOOKED_SECONDS):
            if is_there:
                return before[2]
            raise ServiceUnavailable
        try:
            at, of, found = self._looked
            began = monotonic()
            if of is not trust or began > at + LOOKED_SECONDS:
                found = self._lookout.looks(trust.schools)
                rest = RESTED * (monotonic() - began)
                self._looked = (monotonic() + max(0.0, rest - LOOKED_SECONDS), trust, found)
            return found
        finally:
            self._looking.release()

    def _health(self, trust: Trust) -> Response:
        """In numbers: anybody may ask, and nobody outside has to know which schools there are and which is unwell."""
        looks = self._looks(trust)
        unwell = sum(not one.is_well for one in looks)
        file = not self.kept.watched.problem
        said = {"ok": file and not unwell, "web": True, "file": file, "schools": len(looks), "unwell": unwell}
        return Response(json.dumps(said) + "\n", 200 if said["ok"] else 503, content_type="application/json")

    def keep_tidy(self) -> None:
        """From now on, without anybody asking for a page: a school that is removed is let go of."""

        def go_on() -> None:
            while True:
                sleep(TIDY_SECONDS)
                self.kept.tidy()

        Thread(target=go_on, name="tidy", daemon=True).start()


def _plain(status: int, words: str) -> Response:
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")


_NOWHERE: Final = _plain(404, "Not found")  # whoever asks for a name that is none learns nothing
_NOT_YOURS: Final = _plain(401, "Bring the token")
_NOT_NOW: Final = _plain(503, "Not there at the moment")
_NOT_NOW.headers["Retry-After"] = "5"  # seconds


def school_for(trust: Trust, host: str, path: str) -> Settings | None:
    """The school at an address; None: there is none. One school alone answers to every name."""
    return trust.machine if trust.file is None else school_at(trust.at_host, host, path)


def school_at(schools: Mapping[str, Sequence[Settings]], host: str, path: str) -> Settings | None:
    here = schools.get(host_of(host) or "", ())
    return next((one for one in here if not one.path or (path + "/").startswith(one.path + "/")), None)


def host_of(written: str) -> str | None:
    """The name in a Host header, without its port; None for what is none."""
    found = _HOST.fullmatch(written.lower())
    return found[1] if found else None


def own_host(trust: Trust) -> str | None:
    """The host of the trust's own address."""
    return host_of(trust.machine.origin.partition("://")[2])
