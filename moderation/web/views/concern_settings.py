"""For the administrator and the headteacher: to whose desk concerns go, the safeguarding lead, the public form."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.concerns import FIXED, ROUTES, Desk, Kind
from moderation.rules.roles import STAFF
from moderation.services import concern_desks, deputies
from moderation.services.work import Mistake
from moderation.web.concern_forms import KINDS, parse_setting
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("concern_settings", __name__, url_prefix="/concerns/settings")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page(None)


def _page(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "concerns/settings.html",
            setting=concern_desks.setting(work),
            staff=deputies.by_own_role(work, STAFF),
            ready=ROUTES,
            fixed=FIXED,
            kinds=tuple(Kind),
            desks=tuple(Desk),
            problem=problem,
            form=request.form,
            address=f"{parts().settings.public_url}/concern",
            KINDS=KINDS,
        )
    return html, 422 if problem else 200


@blueprint.post("/")
def save() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            concern_desks.save(work, actor(), parse_setting(request.form))
    except Mistake as mistake:
        return _page(str(mistake))
    return redirect(url_for("concern_settings.show", saved=1), 303)
