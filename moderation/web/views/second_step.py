"""The second step at signing in, for whoever gave the right password."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.language import gettext
from moderation.services import half_sign_ins, known_devices, passkeys, second_step, throttling
from moderation.services.work import Mistake
from moderation.web import cookies
from moderation.web.gate import HALF_TOKEN
from moderation.web.parts import parts
from moderation.web.views.signing_in import enter, refusal

blueprint = Blueprint("second_step", __name__, url_prefix="/sign-in/second-step")


@blueprint.get("/")
def page() -> ResponseReturnValue:
    return _page(None)


def _page(problem: str | None) -> str:
    settings = parts().settings
    with parts().reading() as work:
        half = half_sign_ins.find(work, str(session.get(HALF_TOKEN, "")))
        return render_template(
            "signing_in/second_step.html",
            problem=problem,
            shared=half is not None and half.shared,
            has_app=half is not None and second_step.is_set_up(work, half.user_id),
            has_passkeys=half is not None
            and second_step.has_passkey(work, half.user_id)
            and passkeys.site(settings.public_url) is not None,
        )


@blueprint.post("/")
def give() -> ResponseReturnValue:
    caller, half_token = cookies.caller(), str(session.get(HALF_TOKEN, ""))
    try:
        with parts().work() as work:
            attempt = throttling.second_step(work, half_sign_ins.get(work, half_token).user, caller)
        with parts().work() as work:
            half = half_sign_ins.get(work, half_token)
            second_step.use(work, half.user_id, request.form.get("code", "")[:100])
            throttling.right(work, attempt)
            token, user = half_sign_ins.finish(work, half, caller.browser)
            device = None if half.shared else known_devices.remember(work, user.id, caller.device, caller.browser)
    except Mistake as mistake:
        if str(mistake) == gettext(half_sign_ins.OVER):
            return redirect(url_for("signing_in.page"), 303)
        return _page(str(mistake)), *refusal(mistake)
    return enter(token, user, device)
