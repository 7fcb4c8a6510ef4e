"""Answers to a part of a page that asks for itself until it has ended (templates/macros/progress.html)."""

from collections.abc import Iterable

from flask import Response, make_response, request

_ASK_NO_MORE = 286  # what htmx takes for the last answer


def part(html: str, changed: bool = False, ended: bool = False) -> Response:
    """`changed`: more of the page is different now, so all of it is loaded anew; `ended`: no more is to be asked."""
    answer = make_response(html, _ASK_NO_MORE if ended else 200)
    if changed:
        answer.headers["HX-Refresh"] = "true"
    return answer


def others(going: Iterable[int]) -> bool:
    """Whether other accounts are under way now than the part was shown with."""
    return request.args.get("going") != ",".join(map(str, sorted(going)))
