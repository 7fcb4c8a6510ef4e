"""For whoever has a link from the school: choosing one's own password, and in."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from moderation.rules.workflow import Refused
from moderation.services import invitations
from moderation.services.work import Mistake
from moderation.web.parts import parts
from moderation.web.views.signing_in import let_in, not_let_in

blueprint = Blueprint("welcome", __name__, url_prefix="/welcome")


@blueprint.errorhandler(Refused)
def over(refused: Refused) -> ResponseReturnValue:
    return render_template("welcome/over.html", sentence=str(refused)), 409


@blueprint.get("/<token>")
def knock(token: str) -> ResponseReturnValue:
    """What fetches a preview of the link uses nothing up."""
    return _page(token, None)


def _page(token: str, problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        user = invitations.knock(work, token)
        html = render_template("welcome/password.html", token=token, user=user, problem=problem)
    return html, 422 if problem else 200


@blueprint.post("/<token>")
def accept(token: str) -> ResponseReturnValue:
    shared = "shared" in request.form
    try:
        with parts().work() as work:
            recognised = invitations.accept(work, token, request.form.get("new", ""))
    except Mistake as mistake:
        return _page(token, str(mistake))
    try:
        with parts().work() as work:
            return let_in(work, recognised, shared)
    except Mistake as mistake:  # the password is set; the provider is asked for the rest
        return not_let_in(mistake, shared=shared)
