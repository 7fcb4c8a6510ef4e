"""For the data lead: looking back over what is live for one person, and what was found."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.looking_back import Cause
from moderation.services import lookback, roster, withdrawal
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("lookback", __name__, url_prefix="/register")


@blueprint.get("/<int:person_id>/look-back")
def person(person_id: int) -> ResponseReturnValue:
    return _page("lookback/person.html", person_id)


@blueprint.get("/<int:person_id>/look-back/progress")
def progress(person_id: int) -> ResponseReturnValue:
    """The part of the page that changes by itself."""
    return _page("lookback/_progress.html", person_id)


def _page(template: str, person_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        found = roster.get(work, person_id)
        return render_template(template, person=found, look_backs=lookback.of_person(work, person_id))


@blueprint.post("/<int:person_id>/look-back")
def start(person_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        withdrawal.start(work, actor(), roster.get(work, person_id).id, Cause.BY_HAND)
    return redirect(url_for("lookback.person", person_id=person_id), 303)
