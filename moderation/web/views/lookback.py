"""For the data lead: looking back over what is live for one person, and what was found."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.looking_back import Cause
from moderation.services import lookback, roster, withdrawal
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.progress import part

blueprint = Blueprint("lookback", __name__, url_prefix="/register")


@blueprint.get("/<int:person_id>/look-back")
def person(person_id: int) -> ResponseReturnValue:
    return _page("lookback/person.html", person_id)[0]


@blueprint.get("/<int:person_id>/look-back/progress")
def progress(person_id: int) -> ResponseReturnValue:
    """The part of the page that changes by itself."""
    html, running = _page("lookback/_progress.html", person_id)
    return part(html, changed=not running)


def _page(template: str, person_id: int) -> tuple[str, bool]:
    """And whether the last one still goes on."""
    with parts().reading() as work:
        person, look_backs = roster.get(work, person_id), lookback.of_person(work, person_id)
        running = bool(look_backs) and look_backs[0].look_back.ended_at is None
        return render_template(template, person=person, look_backs=look_backs, running=running), running


@blueprint.post("/<int:person_id>/look-back")
def start(person_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        withdrawal.start(work, actor(), roster.get(work, person_id).id, Cause.BY_HAND)
    return redirect(url_for("lookback.person", person_id=person_id), 303)
