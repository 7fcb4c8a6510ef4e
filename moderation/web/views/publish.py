"""For the resources manager: what is ready, the kit, the links of what is live."""

import io

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.workflow import Refused, State
from moderation.services import previews, publishing, takedowns
from moderation.web.forms import parse_links
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("publish", __name__, url_prefix="/publish")


@blueprint.get("/")
def board() -> ResponseReturnValue:
    with parts().reading() as work:
        columns = publishing.columns(work)
        return render_template(
            "publish/board.html",
            columns=columns,
            planned=publishing.until_their_time(work, columns[State.RELEASED]),
            held=publishing.held(work),
            takedowns=takedowns.how_many(work),
        )


@blueprint.post("/<int:post_id>/kit")
def open_kit(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        publishing.open_kit(work, actor(), post_id)
    return redirect(url_for("publish.kit", post_id=post_id), 303)


@blueprint.get("/<int:post_id>/kit")
def kit(post_id: int) -> ResponseReturnValue:
    return _kit_page(post_id, [], 200)


def _kit_page(post_id: int, problems: list[str], status: int) -> ResponseReturnValue:
    with parts().reading() as work:
        post = publishing.opened_kit(work, actor(), post_id)
        return render_template(
            "publish/kit.html",
            post=post,
            previews=previews.of_post(work, post),
            problems=problems,
            links=parse_links(request.form),
        ), status


@blueprint.get("/<int:post_id>/kit.zip")
def zipped(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        files = publishing.kit_files(work, actor(), post_id)
    return send_file(
        io.BytesIO(files.zipped()), "application/zip", as_attachment=True, download_name=f"post-{post_id}.zip"
    )


@blueprint.post("/<int:post_id>/live")
def mark_live(post_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            publishing.mark_live(work, actor(), post_id, parse_links(request.form))
    except Refused as refused:
        return _kit_page(post_id, [str(refused)], 422)
    return redirect(url_for("posts.show", post_id=post_id), 303)


@blueprint.post("/<int:post_id>/take-down")
def take_down(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        publishing.take_down(work, actor(), post_id, request.form.get("reason", ""))
    return redirect(url_for("posts.show", post_id=post_id), 303)
