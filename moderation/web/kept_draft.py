"""A draft that the page saves by itself while somebody types: the form and its checks are those of the button."""

from collections.abc import Callable

from flask import Response, jsonify, request, url_for

from moderation.db.models import Post
from moderation.rules.language import N_, gettext
from moderation.rules.workflow import Refused
from moderation.services import intake
from moderation.services.work import Work
from moderation.web.forms import parse_id
from moderation.web.gate import actor
from moderation.web.parts import parts

OLDER = N_(
    "This draft was changed in another tab or on another device. Nothing is saved here by itself any more. "
    "Load the page again, or press “Save draft” to keep this one."
)
Keep = Callable[[int | None], tuple[Post | None, list[str]]]


def is_begun() -> bool:
    """Whether the page wants a draft though nothing is written in it yet: photos are on their way."""
    return "begin" in request.form


def refuse_if_older(work: Work, post_id: int | None) -> None:
    """What is saved by itself never takes the place of something newer. A button that a person presses may."""
    by_itself = request.form.get("do") == "keep"
    if (
        by_itself
        and post_id is not None
        and intake.own(work, actor(), post_id).version != parse_id(request.form, "version")
    ):
        raise Refused(gettext(OLDER))


def answer(post_id: int | None, keep: Keep) -> Response:
    """JSON: where the draft is and which version, when it was saved, and what could not be; or why it was not."""
    try:
        post, problems = keep(post_id)
    except Refused as refusal:
        refused = jsonify(refused=str(refusal))
        refused.status_code = 409
        return refused
    if post is None:
        return jsonify(problems=problems)
    with parts().reading() as work:
        now = work.now.astimezone(work.zone)
        version = intake.own(work, actor(), post.id).version
    return jsonify(
        address=url_for("writing.edit", post_id=post.id),
        uploads=url_for("sending.begin", post_id=post.id),
        version=version,
        at=f"{now:%H:%M}",
        problems=problems,
    )
