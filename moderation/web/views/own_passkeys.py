"""One's own passkeys: seen, added after giving the password, removed."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.sign_ins import Begun
from moderation.services import begun, passkeys, second_step
from moderation.services.work import Mistake
from moderation.web import cookies
from moderation.web.gate import BEGUN_TOKEN, actor
from moderation.web.parts import parts
from moderation.web.views.own_second_step import ask_password
from moderation.web.views.passkeys import site
from moderation.web.views.signing_in import refusal

blueprint = Blueprint("own_passkeys", __name__, url_prefix="/signing-in/passkeys")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page(None)


def _page(mistake: Mistake | None) -> ResponseReturnValue:
    settings = parts().settings
    with parts().reading() as work:
        html = render_template(
            "signing_in/own_passkeys.html",
            problem=str(mistake) if mistake else None,
            keys=passkeys.listed(work, actor()),
            codes_left=second_step.codes_left(work, actor().id),
            is_set_up=second_step.is_set_up(work, actor().id),
            is_asked=second_step.is_asked(work, actor()),
            can_have=passkeys.site(settings.public_url) is not None,
            public_url=settings.public_url,
        )
    return (html, *refusal(mistake)) if mistake else html


@blueprint.post("/start")
def start() -> ResponseReturnValue:
    """The password was right: the page whose button makes the passkey."""
    here = site()
    try:
        ask_password()
        with parts().work() as work:
            token, step = begun.begin(work, Begun.NEW_PASSKEY, user_id=actor().id)
            options = passkeys.new(work, actor(), here, step)
    except Mistake as mistake:
        return _page(mistake)
    session[BEGUN_TOKEN] = token
    called = cookies.caller().browser
    return render_template("signing_in/new_passkey.html", options=options, called=called)


@blueprint.post("/add")
def add() -> ResponseReturnValue:
    here, answer, called = site(), request.form.get("answer", ""), request.form.get("called", "")
    try:
        with parts().work() as work:
            step = begun.take(work, str(session.pop(BEGUN_TOKEN, "")), Begun.NEW_PASSKEY)
        with parts().work() as work:
            codes = passkeys.add(work, actor(), here, step, answer, called)
    except Mistake as mistake:
        return _page(mistake)
    if codes:
        return render_template("signing_in/recovery_codes.html", codes=codes)
    return redirect(url_for("own_passkeys.show", saved=1), 303)


@blueprint.post("/<int:passkey_id>/remove")
def remove(passkey_id: int) -> ResponseReturnValue:
    try:
        ask_password()
        with parts().work() as work:
            passkeys.remove(work, actor(), passkey_id)
    except Mistake as mistake:
        return _page(mistake)
    return redirect(url_for("own_passkeys.show", saved=1), 303)
