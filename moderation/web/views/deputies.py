"""For approvers and the administrator: who stands in for whom, from when until when."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.roles import STAFF
from moderation.services import deputies
from moderation.services.work import Mistake
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.route_forms import parse_deputy

blueprint = Blueprint("deputies", __name__, url_prefix="/deputies")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _show(None)


def _show(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template(
            "staff/deputies.html",
            problem=problem,
            form=request.form,
            deputies=deputies.listed(work),
            staff=deputies.by_own_role(work, STAFF),
            roles=sorted(deputies.may_name(actor())),
            today=work.today,
            longest=deputies.LONGEST.days,
            me=actor(),
        ), 422 if problem else 200


@blueprint.post("/")
def name() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            form = parse_deputy(request.form, work.today)
            deputies.name(work, actor(), form.user_id, form.role, form.starts, form.until)
    except Mistake as mistake:
        return _show(str(mistake))
    return redirect(url_for("deputies.show", saved=1), 303)


@blueprint.post("/<int:deputy_id>/end")
def end(deputy_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        deputies.end(work, actor(), deputy_id)
    return redirect(url_for("deputies.show", saved=1), 303)
