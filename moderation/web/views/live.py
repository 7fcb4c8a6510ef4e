"""For the office and the heads: is what is live what was approved?"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.as_approved import Result
from moderation.rules.roles import APPROVERS
from moderation.services import board, cases, live
from moderation.services.live import Shown
from moderation.services.work import Mistake
from moderation.web import uploads
from moderation.web.forms import parse_id
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("live", __name__, url_prefix="/live")


@blueprint.get("/")
def waiting() -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template("live/waiting.html", waiting=live.waiting(work), Result=Result)


@blueprint.get("/<int:post_id>")
def show(post_id: int) -> ResponseReturnValue:
    return _page(post_id, None)


def _page(post_id: int, problem: str | None, asked: int | None = None) -> ResponseReturnValue:
    with parts().reading() as work:
        post = board.visible(work, actor(), post_id)
        checks = live.of_post(work, post)
        html = render_template(
            "live/show.html",
            post=post,
            publications=cases.publications(work, post),
            checks=checks,
            open={check.id for check in checks if live.is_open(check, checks)},
            last=live.last_checked(work, [post]),
            decides=not actor().roles.isdisjoint(APPROVERS),
            problem=problem,
            asked=asked,
            form=request.form,
            Result=Result,
        )
    return html, 422 if problem else 200


@blueprint.post("/<int:post_id>")
def compare(post_id: int) -> ResponseReturnValue:
    """Looked at with no transaction open; kept only if the post is still live."""
    account_id = parse_id(request.form, "account") or 0
    upload = request.files.get("screenshot")
    try:
        screenshot = uploads.read(upload) if upload and upload.filename else None
        shown = Shown(screenshot, request.form.get("words", ""))
        with parts().reading() as work:
            post = board.visible(work, actor(), post_id)
            wanted = live.approved(work, post, cases.publication_on(work, post, account_id).account)
        judged = live.judge(parts().looker, wanted, shown)
        with parts().work() as work:
            post = board.visible(work, actor(), post_id)
            account = cases.publication_on(work, post, account_id).account
            live.record(work, actor(), post, account, shown.how, judged, shown.screenshot)
    except Mistake as mistake:
        return _page(post_id, str(mistake), account_id)
    return redirect(url_for("live.show", post_id=post_id), 303)


@blueprint.post("/checks/<int:check_id>/settle")
def settle(check_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        post_id = live.get(work, check_id).post_id
    try:
        with parts().work() as work:
            live.settle(work, actor(), check_id, request.form.get("reason", ""))
    except Mistake as mistake:
        return _page(post_id, str(mistake))
    return redirect(url_for("live.show", post_id=post_id), 303)
