"""For heads and the data lead: one evidence pack a post, to be taken away and checked anywhere."""

import io

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from moderation.rules.evidence import in_groups
from moderation.rules.language import N_, gettext
from moderation.services import board, evidence
from moderation.services.evidence import Asked
from moderation.services.work import Mistake, NotFound
from moderation.web.forms import is_id
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence")

NO_POST = N_("No post has that number. It stands at the head of the post’s page.")


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """The school's fingerprint, and a way to a post by its number: one that is purged has no page of its own."""
    with parts().reading() as work:
        number = request.args.get("post", "").strip()
        problem = ""
        if number:
            try:
                return _page(int(number) if is_id(number) else 0, None)
            except NotFound:
                problem = gettext(NO_POST)
        print_ = in_groups(evidence.fingerprint(work))
    html = render_template("evidence/start.html", fingerprint=print_, number=number, problem=problem)
    return html, 404 if problem else 200


@blueprint.get("/<int:post_id>")
def show(post_id: int) -> ResponseReturnValue:
    return _page(post_id, None)


def _page(post_id: int, problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        post = evidence.get(work, actor(), post_id)
        html = render_template(
            "evidence/show.html",
            post=post,
            made=evidence.made_before(work, post),
            fingerprint=in_groups(evidence.fingerprint(work)),
            may_have_names=evidence.may_have_names(actor()),
            may_have_pictures=bool(post.photos) and board.shows_photos(actor(), post),
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.post("/<int:post_id>")
def make(post_id: int) -> ResponseReturnValue:
    asked = Asked(names="names" in request.form, pictures="pictures" in request.form)
    try:
        with parts().work() as work:
            pack = evidence.make(work, actor(), work.school, post_id, asked)
    except Mistake as mistake:
        return _page(post_id, str(mistake))
    name = f"evidence-post-{post_id}.zip"
    return send_file(io.BytesIO(pack.zipped()), "application/zip", as_attachment=True, download_name=name)
