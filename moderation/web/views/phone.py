"""An opened kit on a phone, by a link that opens once: nobody signs in, and whoever made the link answers for it."""

import io

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from moderation.rules.language import gettext
from moderation.rules.workflow import Refused
from moderation.services import phone
from moderation.web.parts import parts
from moderation.web.views import publish

blueprint = Blueprint("phone", __name__, url_prefix="/phone")


@blueprint.after_request
def say_nothing(response: Response) -> Response:
    """The address of the link is a secret: no page that follows is told it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.errorhandler(Refused)
def closed(refused: Refused) -> ResponseReturnValue:
    """On a phone every refusal is the same kind of page, for nobody is signed in who could go elsewhere."""
    return render_template("phone/closed.html", sentence=str(refused), unused=str(refused) == gettext(phone.USED)), 409


@blueprint.get("/open/<token>")
def knock(token: str) -> ResponseReturnValue:
    """One button. What fetches a preview of the link uses nothing up and sees nothing."""
    with parts().reading() as work:
        phone.knock(work, token)
    return render_template("phone/knock.html", token=token)


@blueprint.post("/open/<token>")
def enter(token: str) -> ResponseReturnValue:
    with parts().work() as work:
        secret = phone.enter(work, token)
    answer = redirect(url_for("phone.kit"), 303)
    answer.set_cookie(
        _cookie(),
        secret,
        max_age=phone.SESSION_HOLDS,
        path=url_for("phone.kit"),
        httponly=True,
        samesite="Strict",
        secure=parts().settings.secure_cookies,
    )
    return answer


@blueprint.record_once
def _token_is_enough(state: BlueprintSetupState) -> None:
    """Whoever could forge this form knows the link; and without a referrer the check would refuse it over HTTPS."""
    state.app.extensions["csrf"].exempt(enter)


@blueprint.get("/")
def kit() -> ResponseReturnValue:
    with parts().reading() as work:
        found = phone.kit(work, _secret())
        return render_template("phone/kit.html", **publish.shown(work, found.actor, found.post.id))


@blueprint.get("/state")
def kit_state() -> ResponseReturnValue:
    with parts().reading() as work:
        return publish.state_of(lambda: phone.kit(work, _secret()))


@blueprint.get("/accounts/<int:account_id>/photo-<int:number>.jpg")
def picture(account_id: int, number: int) -> ResponseReturnValue:
    with parts().reading() as work:
        found = phone.picture(work, _secret(), account_id, number)
    return send_file(io.BytesIO(found.data), "image/jpeg", download_name=found.name)


def _cookie() -> str:
    """For a part of the pages, so that it cannot be bound to the whole host: only to HTTPS."""
    return "__Secure-gatepost_phone" if parts().settings.secure_cookies else "gatepost_phone"


def _secret() -> str:
    return request.cookies.get(_cookie(), "")
