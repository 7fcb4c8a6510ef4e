"""The pages: `create_app` puts the web application together."""

import io
from datetime import timedelta
from typing import IO

import flask
from flask import Flask, abort, request
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from moderation import pages
from moderation.media.spool import spool
from moderation.rules.sign_ins import MOST_DAYS
from moderation.web import access, cookies, errors, filters, gate, headers, languages, static_files
from moderation.web.audience import AUDIENCE
from moderation.web.views import EVERY, media
from moderation.wiring import Parts

REQUEST_BYTES = 320_000_000  # ten large photos and the words; the page adds up what was chosen
FORM_BYTES = 1024 * 1024
FORM_PARTS = 1000  # the whole school ticked, and ten photos
LARGEST_NUMBER = 2**31 - 1  # of a row, in every database


class Request(flask.Request):
    """A request whose files never lie on a disk as they came."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO() if total_content_length and total_content_length <= FORM_BYTES else spool()


class RowNumber(IntegerConverter):
    """The `int` of addresses: a number that no row can have is an address of nothing."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_NUMBER)


def _limit_bodies() -> None:
    """Flask's limits of a form's size hold for multipart alone; others are read whole, so they are limited here.

    Files are taken from nobody who is signed out: taking a large form apart keeps a thread busy for seconds.
    """
    if request.mimetype != "multipart/form-data":
        request.max_content_length = FORM_BYTES
    elif (request.content_length or 0) > FORM_BYTES and not current_user.is_authenticated:
        abort(401 if AUDIENCE.get(request.endpoint or "") else 413)


def create_app(parts: Parts) -> Flask:
    app = Flask(
        "moderation.web", template_folder=str(pages.folder("templates")), static_folder=str(pages.folder("static"))
    )
    app.request_class = Request
    app.config.update(
        SECRET_KEY=parts.secret_key,
        MAX_CONTENT_LENGTH=REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        PROVIDE_AUTOMATIC_OPTIONS=False,  # nothing here is asked from other sites: a method that no page uses is 405
        SESSION_COOKIE_NAME=cookies.name(parts.settings, "gatepost"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=parts.settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(days=MOST_DAYS),  # the sign-in ends by the school's own rules
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its sign-in
    )
    if parts.settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=parts.settings.proxies, x_host=0, x_proto=0)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowNumber
    # Else one slash too many or too few is answered by a redirect to whatever host the request names.
    app.url_map.merge_slashes = app.url_map.strict_slashes = False
    app.extensions["gatepost"] = parts
    app.jinja_env.globals["school"] = parts.settings.school
    app.jinja_env.globals.update(demo=parts.settings.demo, SIZES=media.SIZES)
    app.jinja_env.globals["one_of_many"] = bool(parts.settings.key)  # so that every page says which
    app.jinja_env.globals["mail_is_off"] = not parts.outlets.has_mail
    filters.install(app, parts.settings.time_zone)
    access.number_requests(app)
    languages.speak_as_asked(app, parts.settings, gate.own_language, "signing_in.home")
    app.before_request(_limit_bodies)  # before the gate: the check against forgery reads the form
    gate.keep_gate(app, parts)
    headers.set_headers(app, parts.settings.secure_cookies)
    static_files.serve(app)
    errors.handle_errors(app)
    for view in EVERY:
        app.register_blueprint(view.blueprint)
    return app
