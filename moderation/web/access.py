"""A number for each request, in the log and on the page of an error; and a line in the log on how it was answered.

The line holds the address as the program knows it, `/review/<int:post_id>`, and the numbers in it: no query, and none
of the secrets that some links are made of.
"""

import logging
import secrets
import time
from types import TracebackType

from flask import Flask, Response, g, request

from moderation import logs

log = logging.getLogger(logs.ACCESS)


def number_requests(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        logs.request_id.set(secrets.token_hex(6))

    @app.after_request
    def end(response: Response) -> Response:
        milliseconds = int(1000 * (time.monotonic() - g.get("began", time.monotonic())))
        rule, user_id = address(), _user_id()
        log.info("%s %s %d user=%s ms=%d", request.method, rule, response.status_code, user_id, milliseconds)
        return response

    def log_exception(
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """As Flask does, without the path: it may be a secret."""
        rule = address()
        app.logger.error("a request broke: %s %s", request.method, rule, exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign]


def address() -> str:
    """The rule of the address with the numbers that stand for its numbered parts."""
    if request.url_rule is None:
        return "nowhere"
    numbers = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
    return " ".join([request.url_rule.rule, *(f"{name}={value}" for name, value in numbers.items())])


def _user_id() -> str:
    """The number of who is signed in, if anybody asked for that: not loaded for this alone."""
    visitor = getattr(g, "_login_user", None)
    actor = getattr(visitor, "actor", None)
    return str(actor.id) if actor else "-"
