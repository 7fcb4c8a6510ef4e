"""The pages: `create_app` puts the web application together."""

import io
from typing import IO

import flask
from flask import Flask, request
from werkzeug.routing import IntegerConverter, Map

from moderation import pages
from moderation.media.spool import spool
from moderation.web import access, errors, filters, gate, headers
from moderation.web.views import EVERY
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


def _limit_plain_forms() -> None:
    """Flask's limits of a form's size hold for multipart alone; others are read whole, so they are limited here."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = FORM_BYTES


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
        SESSION_COOKIE_NAME="__Host-gatepost" if parts.settings.secure_cookies else "gatepost",  # of this host alone
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=parts.settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its sign-in
    )
    app.url_map.converters["int"] = RowNumber
    app.extensions["gatepost"] = parts
    app.jinja_env.globals["school"] = parts.settings.school
    app.jinja_env.globals["demo"] = parts.settings.demo
    app.jinja_env.globals["mail_is_off"] = not parts.outlets.has_mail
    filters.install(app, parts.settings.time_zone)
    access.number_requests(app)
    app.before_request(_limit_plain_forms)  # before the gate: the check against forgery reads the form
    gate.keep_gate(app, parts)
    headers.set_headers(app, parts.settings.secure_cookies)
    errors.handle_errors(app)
    for view in EVERY:
        app.register_blueprint(view.blueprint)
    return app
