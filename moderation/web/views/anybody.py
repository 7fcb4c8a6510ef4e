"""What any member of staff may do about any post: stop it, ask for one more person, ask for it to be taken down."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.workflow import Action
from moderation.services import review, route_changes, takedowns
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("anybody", __name__, url_prefix="/posts")


@blueprint.post("/<int:post_id>/stop")
def stop(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        review.decide(work, actor(), post_id, Action.STOP, request.form.get("reason", ""))
    return redirect(url_for("posts.show", post_id=post_id), 303)


@blueprint.post("/<int:post_id>/ask-for-takedown")
def ask_for_takedown(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        takedowns.ask_for(work, actor(), post_id, request.form.get("reason", ""))
    return redirect(url_for("posts.show", post_id=post_id, asked=1), 303)


@blueprint.post("/<int:post_id>/sensitive")
def mark_sensitive(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        route_changes.mark_sensitive(work, actor(), post_id)
    return redirect(url_for("posts.show", post_id=post_id), 303)
