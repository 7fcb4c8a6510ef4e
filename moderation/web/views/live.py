"""For the office and the heads: is what is live what was approved?"""

import hashlib

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.as_approved import How, Result
from moderation.rules.roles import APPROVERS
from moderation.services import board, cases, live, live_looks, out
from moderation.services.work import Mistake
from moderation.web import uploads
from moderation.web.forms import parse_id
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.progress import others, part

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
            is_out=out.is_out(work, post),
            readable={one.account_id for one in live_looks.can_be_read(work, post)},
            under_way=live_looks.under_way(work, post),
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
    """Words at once, looked at with no transaction open; a screenshot by a worker: that takes seconds a picture."""
    account_id, words = parse_id(request.form, "account") or 0, request.form.get("words", "")
    upload = request.files.get("screenshot")
    try:
        screenshot = uploads.read(upload) if upload and upload.filename else b""
        if screenshot:
            _hand_in(post_id, account_id, screenshot, words)
        else:
            _compare_words(post_id, account_id, words)
    except Mistake as mistake:
        return _page(post_id, str(mistake), account_id)
    return redirect(url_for("live.show", post_id=post_id), 303)


def _hand_in(post_id: int, account_id: int, screenshot: bytes, words: str) -> None:
    shot = live.opened(screenshot), hashlib.sha256(screenshot).hexdigest()
    with parts().work() as work:
        live_looks.hand_in(work, actor(), board.visible(work, actor(), post_id), account_id, shot, words)


def _compare_words(post_id: int, account_id: int, words: str) -> None:
    with parts().reading() as work:
        post = board.visible(work, actor(), post_id)
        wanted = live.approved(work, post, cases.publication_on(work, post, account_id).account)
    judged = live.pasted(wanted, words)
    with parts().work() as work:
        post = board.visible(work, actor(), post_id)
        account = cases.publication_on(work, post, account_id).account
        live.record(work, actor(), post, account, How.PASTED, judged)


@blueprint.post("/<int:post_id>/now")
def compare_now(post_id: int) -> ResponseReturnValue:
    """Every account that Gatepost can read itself."""
    with parts().work() as work:
        live_looks.ask_now(work, actor(), post_id)
    return redirect(url_for("live.show", post_id=post_id), 303)


@blueprint.get("/<int:post_id>/progress")
def progress(post_id: int) -> ResponseReturnValue:
    """The part of the page that changes by itself."""
    with parts().reading() as work:
        post = board.visible(work, actor(), post_id)
        going = live_looks.under_way(work, post)
        return part(render_template("live/_under_way.html", post=post, under_way=going), changed=others(going))


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
