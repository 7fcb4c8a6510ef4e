"""The page that says what went wrong, and the way back."""

from urllib.parse import urlsplit

from flask import render_template, request
from flask.typing import ResponseReturnValue

from moderation import logs
from moderation.rules.language import gettext
from moderation.web.forms import safe_path


def page(status: int, title: str, sentence: str) -> ResponseReturnValue:
    """Both may be given in English where they stand in a table: they are said in the reader's language."""
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:  # no address at all
        came_from = urlsplit("")
    back = safe_path(came_from.path, request.script_root) if came_from.netloc == request.host else None
    number = logs.request_id.get() if status >= 500 else ""
    words = {"title": gettext(title), "sentence": gettext(sentence)}
    return render_template("error.html", **words, back=back, number=number), status
