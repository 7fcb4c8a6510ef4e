"""For the administrator: who signs in. No part in posts."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.roles import SIGN_INS, Role
from moderation.services import account_moves, backups, invitations, second_step, staff
from moderation.services.work import Mistake
from moderation.web.forms import parse_day, parse_role, parse_user
from moderation.web.gate import actor
from moderation.web.parts import parts

ROLES = [role for role in Role if role in SIGN_INS]  # in the order of the table, the teacher first

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@blueprint.get("/")
def people() -> ResponseReturnValue:
    return page(None)


def page(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        people, backup = staff.everybody(work), backups.last(work)
        have_second_step = second_step.who_have_more(work)
        invited = {row.user_id for row in invitations.waiting(work)}
        blocks = {one.id: [account.title for account in account_moves.would_block(work, one)] for one in people}
    html = render_template(
        "staff/people.html",
        people=people,
        backup=backup,
        have_second_step=have_second_step,
        blocks=blocks,
        invited=invited,
        me=actor(),
        roles=ROLES,
        problem=problem,
        form=request.form,
    )
    return html, 422 if problem else 200


@blueprint.post("/")
def add() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            staff.add(work, actor(), parse_user(request.form))
    except Mistake as mistake:
        return page(str(mistake))
    return redirect(url_for("staff.people", saved=1), 303)


@blueprint.post("/<int:user_id>/active")
def set_active(user_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        staff.set_active(work, actor(), user_id, request.form.get("active") == "1")
    return redirect(url_for("staff.people"), 303)


@blueprint.post("/<int:user_id>/last-day")
def set_last_day(user_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            staff.set_last_day(work, actor(), user_id, parse_day(request.form.get("day", "")))
    except Mistake as mistake:
        return page(str(mistake))
    return redirect(url_for("staff.people", saved=1), 303)


@blueprint.post("/<int:user_id>/role")
def set_role(user_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            staff.set_role(work, actor(), user_id, parse_role(request.form))
    except Mistake as mistake:
        return page(str(mistake))
    return redirect(url_for("staff.people", saved=1), 303)


@blueprint.post("/<int:user_id>/password")
def set_password(user_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            staff.set_password(work, actor(), user_id, request.form.get("password", ""))
    except Mistake as mistake:
        return page(str(mistake))
    if user_id == actor().id:
        return redirect(url_for("signing_in.page"), 303)
    return redirect(url_for("staff.people", saved=1), 303)
