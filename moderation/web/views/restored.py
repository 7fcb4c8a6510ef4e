"""For the data lead, after a backup was restored: what is lost, and the word that it was put in again."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from moderation.db.models import Person
from moderation.rules.language import gettext
from moderation.rules.workflow import Refused
from moderation.services import restored, roster
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("restored", __name__, url_prefix="/register/restored")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    with parts().reading() as work:
        lost = restored.lost(work)
        numbers = {line.person for line in lost.about_people} if lost else set()
        here = work.session.scalars(select(Person).where(Person.id.in_(numbers), roster.on_register(work)))
        return render_template(
            "register/restored.html",
            lost=lost,
            people={person.id: person.called for person in here},
            imports=lost is not None and any("import" in line.action for line in lost.lines),
        )


@blueprint.post("/")
def confirm() -> ResponseReturnValue:
    if "sure" not in request.form:
        raise Refused(gettext("Tick that everything was put in again."))
    with parts().work() as work:
        restored.confirm(work, actor(), request.form.get("seen", ""))
    return redirect(url_for("restored.show"), 303)
