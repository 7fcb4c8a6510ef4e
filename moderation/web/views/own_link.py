"""One's own link to the school's OpenID provider: made after giving the password, and taken away."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.sign_ins import Begun
from moderation.services import single_sign_on
from moderation.services.work import Mistake
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.views import own_sign_ins
from moderation.web.views.own_second_step import ask_password
from moderation.web.views.signing_in import refusal
from moderation.web.views.single_sign_on import provider, set_out

blueprint = Blueprint("own_link", __name__, url_prefix="/signing-in/provider")


@blueprint.post("/start")
def start() -> ResponseReturnValue:
    provider()
    try:
        ask_password()
    except Mistake as mistake:
        return own_sign_ins.page(problem=str(mistake)), *refusal(mistake)
    return set_out(Begun.LINK, user_id=actor().id)


@blueprint.post("/remove")
def remove() -> ResponseReturnValue:
    _, sso = provider()
    try:
        ask_password()
        with parts().work() as work:
            single_sign_on.unlink(work, actor(), sso.issuer)
    except Mistake as mistake:
        return own_sign_ins.page(problem=str(mistake)), *refusal(mistake)
    return redirect(url_for("own_sign_ins.show", saved=1), 303)
