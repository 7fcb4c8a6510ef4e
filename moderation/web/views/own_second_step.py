"""One's own second step: set up with an app, recovery codes, taken away; each with the password."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from moderation.services import second_step, staff, throttling
from moderation.services.work import Mistake
from moderation.web import cookies
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.qr import qr_code
from moderation.web.views.signing_in import refusal

blueprint = Blueprint("own_second_step", __name__, url_prefix="/signing-in/second-step")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page(None)


def _page(mistake: Mistake | None) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "signing_in/own_second_step.html",
            problem=str(mistake) if mistake else None,
            is_set_up=second_step.is_set_up(work, actor().id),
            secret=(secret := second_step.shown(work, actor())),
            picture=qr_code(secret.address) if secret else "",
            codes_left=second_step.codes_left(work, actor().id),
            is_asked=second_step.is_asked(work, actor()),
            is_lacking=current_user.lacks_second_step,
            has_passkey=second_step.has_passkey(work, actor().id),
        )
    return (html, *refusal(mistake)) if mistake else html


def ask_password() -> None:
    """Whoever found an open page changes no way of signing in on it. Raises Mistake."""
    with parts().work() as work:
        attempt = throttling.own_password(work, actor(), cookies.caller())
    with parts().reading() as work:
        staff.check_password(work, actor(), request.form.get("password", ""))
    with parts().work() as work:
        throttling.right(work, attempt)


@blueprint.post("/start")
def start() -> ResponseReturnValue:
    try:
        ask_password()
        with parts().work() as work:
            second_step.start(work, actor())
    except Mistake as mistake:
        return _page(mistake)
    return redirect(url_for("own_second_step.show"), 303)


@blueprint.post("/confirm")
def confirm() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            codes = second_step.confirm(work, actor(), request.form.get("code", "")[:100])
    except Mistake as mistake:
        return _page(mistake)
    return render_template("signing_in/recovery_codes.html", codes=codes)


@blueprint.post("/codes")
def new_codes() -> ResponseReturnValue:
    try:
        ask_password()
        with parts().work() as work:
            codes = second_step.new_codes(work, actor())
    except Mistake as mistake:
        return _page(mistake)
    return render_template("signing_in/recovery_codes.html", codes=codes)


@blueprint.post("/take-away")
def take_away() -> ResponseReturnValue:
    try:
        ask_password()
        with parts().work() as work:
            second_step.take_away(work, actor())
    except Mistake as mistake:
        return _page(mistake)
    return redirect(url_for("own_second_step.show"), 303)
