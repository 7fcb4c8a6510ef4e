"""For the administrator: of which roles a second step is asked, and taking away one that somebody has lost."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.roles import SIGN_INS
from moderation.services import second_step, sign_in_rules
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("second_steps", __name__, url_prefix="/staff")


@blueprint.post("/signing-in/second-step")
def ask() -> ResponseReturnValue:
    ticked = set(request.form.getlist("role"))
    with parts().work() as work:
        sign_in_rules.ask_second_step(work, actor(), {role for role in SIGN_INS if role in ticked})
    return redirect(url_for("sign_in_rules.show", saved=1), 303)


@blueprint.post("/<int:user_id>/second-step")
def reset(user_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        second_step.reset(work, actor(), user_id)
    return redirect(url_for("staff.people", saved=1), 303)
