"""For the administrator: how long sign-ins hold."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.language import gettext
from moderation.rules.roles import APPROVERS, SIGN_INS, Role
from moderation.rules.sign_ins import Timeouts
from moderation.rules.throttling import place
from moderation.services import second_step, sign_in_rules, staff
from moderation.services.work import Mistake
from moderation.web.forms import is_id
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("sign_in_rules", __name__, url_prefix="/staff/signing-in")
RECOMMENDED = APPROVERS | {Role.DATA_LEAD, Role.ADMINISTRATOR}


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page(None)


def _page(problem: str | None) -> ResponseReturnValue:
    settings = parts().settings
    with parts().reading() as work:
        active = [user for user in staff.everybody(work) if user.active]
        html = render_template(
            "staff/signing_in.html",
            timeouts=sign_in_rules.in_force(work),
            problem=problem,
            roles=[role for role in Role if role in SIGN_INS],
            recommended=RECOMMENDED,
            asked=sign_in_rules.second_step_roles(work),
            have=len(second_step.who_have_it(work) & {user.id for user in active}),
            of=len(active),
            form=request.form,
            shared_first="shared_first" in request.form if problem else sign_in_rules.shared_first(work),
            sso=settings.sso,
            proxy_unknown=settings.secure_cookies and not place(request.remote_addr or ""),
        )
    return html, 422 if problem else 200


@blueprint.post("/")
def save() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            sign_in_rules.set_timeouts(work, actor(), _parse())
            sign_in_rules.set_shared_first(work, actor(), "shared_first" in request.form)
    except Mistake as mistake:
        return _page(str(mistake))
    return redirect(url_for("sign_in_rules.show", saved=1), 303)


def _parse() -> Timeouts:
    typed = [request.form.get(name, "").strip() for name in ("idle_hours", "days", "shared_minutes")]
    if not all(is_id(one) and len(one) < 6 for one in typed):
        raise Mistake(gettext("Give each time as a whole number."))
    return Timeouts(*map(int, typed))
