"""For those who keep the policy: what authors tick before they hand a post in, in the school's own words."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.checklist import Line
from moderation.rules.language import gettext
from moderation.services import checklist
from moderation.services.work import Mistake
from moderation.web.forms import chosen
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("checklist", __name__, url_prefix="/policy/checklist")


@blueprint.get("")
def show() -> ResponseReturnValue:
    return _page(None)


def _page(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        lines = checklist.lines(work)
        asks_origin = any(line.sort is Line.ORIGIN for line in lines)
        html = render_template(
            "acceptance/checklist.html", lines=lines, asks_origin=asks_origin, problem=problem, form=request.form
        )
    return html, 422 if problem else 200


@blueprint.post("")
def add() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            sort = chosen(Line, request.form.get("sort", ""), gettext("Choose what kind of line it is."), Line.TICK)
            checklist.add(work, actor(), sort, request.form.get("wording", ""))
    except Mistake as mistake:
        return _page(str(mistake))
    return redirect(url_for("checklist.show", saved=1), 303)


@blueprint.post("/<int:line_id>")
def change(line_id: int) -> ResponseReturnValue:
    """Other words, or gone."""
    try:
        with parts().work() as work:
            if request.form.get("do") == "remove":
                checklist.remove(work, actor(), line_id)
            else:
                checklist.reword(work, actor(), line_id, request.form.get("wording", ""))
    except Mistake as mistake:
        return _page(str(mistake))
    return redirect(url_for("checklist.show", saved=1), 303)


@blueprint.post("/ready")
def take_ready() -> ResponseReturnValue:
    with parts().work() as work:
        checklist.take_ready(work, actor())
    return redirect(url_for("checklist.show", saved=1), 303)
