"""For the headteacher and the administrator: who publishes with the headteacher's written consent."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.roles import Role
from moderation.services import publisher_consents
from moderation.services.work import Mistake, Work
from moderation.web.forms import parse_day
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("publishers", __name__, url_prefix="/accounts/publishers")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _show("")


def _show(problem: str) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "accounts/publishers.html",
            asked=publisher_consents.is_asked(work),
            publishers=publisher_consents.publishers(work),
            is_head=Role.HEADTEACHER in actor().roles,
            today=work.today,
            problem=problem,
        )
    return html, 422 if problem else 200


def _do(step: Callable[[Work], None]) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            step(work)
    except Mistake as mistake:
        return _show(str(mistake))
    return redirect(url_for("publishers.show", saved=1), 303)


@blueprint.post("/asked")
def ask() -> ResponseReturnValue:
    asked = request.form.get("asked") == "1"
    return _do(lambda work: publisher_consents.ask(work, actor(), asked))


@blueprint.post("/<int:user_id>/give")
def give(user_id: int) -> ResponseReturnValue:
    def step(work: Work) -> None:
        given_on = parse_day(request.form.get("given_on", ""))
        publisher_consents.give(work, actor(), user_id, given_on, request.form.get("kept", ""))

    return _do(step)


@blueprint.post("/<int:user_id>/end")
def end(user_id: int) -> ResponseReturnValue:
    return _do(lambda work: publisher_consents.end(work, actor(), user_id))
