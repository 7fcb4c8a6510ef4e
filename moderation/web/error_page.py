"""The page that says what went wrong, and the way back."""

from urllib.parse import urlsplit

from flask import render_template, request
from flask.typing import ResponseReturnValue

from moderation import logs
from moderation.web.forms import safe_path


def page(status: int, title: str, sentence: str) -> ResponseReturnValue:
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:  # no address at all
        came_from = urlsplit("")
    back = safe_path(came_from.path) if came_from.netloc == request.host else None
    number = logs.request_id.get() if status >= 500 else ""
    return render_template("error.html", title=title, sentence=sentence, back=back, number=number), status
