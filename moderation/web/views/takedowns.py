"""For the resources manager and the heads: what has to be removed where, done with proof."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.roles import APPROVERS
from moderation.services import deliveries, takedown_desk, takedowns
from moderation.services.work import Mistake
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("takedowns", __name__, url_prefix="/takedowns")


@blueprint.get("/")
def waiting() -> ResponseReturnValue:
    return _page()


def _page(takedown_id: int | None = None, problem: str = "") -> ResponseReturnValue:
    with parts().reading() as work:
        accounts = takedown_desk.by_account(work)
        html = render_template(
            "takedowns/waiting.html",
            accounts=accounts,
            stopped=takedown_desk.stopped_after_kit(work),
            deliveries=deliveries.of_tasks(work, [entry.task for entries in accounts.values() for entry in entries]),
            strays=deliveries.strays(work),
            ended=takedowns.ended(work),
            decides=not actor().roles.isdisjoint(APPROVERS),
            problem=problem,
            asked=takedown_id,
        )
    return html, 422 if problem else 200


@blueprint.post("/<int:takedown_id>/removed")
def removed(takedown_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            takedowns.removed(work, actor(), takedown_id, request.form.get("proof", ""))
    except Mistake as mistake:
        return _page(takedown_id, str(mistake))
    return redirect(url_for("takedowns.waiting", saved=1), 303)


@blueprint.post("/<int:takedown_id>/stays")
def stays(takedown_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            takedowns.stays(work, actor(), takedown_id, request.form.get("reason", ""))
    except Mistake as mistake:
        return _page(takedown_id, str(mistake))
    return redirect(url_for("takedowns.waiting", saved=1), 303)


@blueprint.post("/<int:takedown_id>/take-on")
def take_on(takedown_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        takedown_desk.take_on(work, actor(), takedown_id)
    return redirect(url_for("takedowns.waiting", _anchor=f"takedown-{takedown_id}"), 303)


@blueprint.post("/<int:takedown_id>/give-back")
def give_back(takedown_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        takedown_desk.give_back(work, actor(), takedown_id)
    return redirect(url_for("takedowns.waiting", _anchor=f"takedown-{takedown_id}"), 303)


@blueprint.post("/posts/<int:post_id>/looked")
def looked(post_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            takedown_desk.looked(work, actor(), post_id, request.form.get("proof", ""))
    except Mistake as mistake:
        return _page(None, str(mistake))
    return redirect(url_for("takedowns.waiting", saved=1), 303)
