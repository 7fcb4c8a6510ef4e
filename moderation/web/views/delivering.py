"""For the resources manager and the heads: post straight to a connected account, see what became of it, remove it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.workflow import State
from moderation.services import board, deliveries, delivering
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.progress import others, part

blueprint = Blueprint("delivering", __name__)


@blueprint.post("/publish/<int:post_id>/accounts/<int:account_id>")
def post(post_id: int, account_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        delivery = delivering.ask(work, actor(), post_id, account_id, parts().settings.public_url)
        live = delivery.post.state is State.LIVE
    return redirect(url_for("posts.show" if live else "publish.kit", post_id=post_id), 303)


@blueprint.get("/publish/<int:post_id>/deliveries")
def progress(post_id: int) -> ResponseReturnValue:
    """The part of the kit's page that changes by itself."""
    with parts().reading() as work:
        post = board.visible(work, actor(), post_id)
        straight = deliveries.standing(work, post)
        html = render_template("publish/_deliveries.html", post=post, straight=straight)
        return part(html, changed=others(straight.under_way))


@blueprint.post("/takedowns/deliveries/<int:delivery_id>/remove")
def remove(delivery_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        delivery = deliveries.ask_removal(work, actor(), delivery_id)
    if request.form.get("back") == "takedowns":
        return redirect(url_for("takedowns.waiting"), 303)
    kit = request.form.get("back") == "kit"
    return redirect(url_for("publish.kit" if kit else "posts.show", post_id=delivery.post_id), 303)
