"""The tour of one's role: on the first page of the demonstration until it is put away, and under Help for ever."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from moderation.services import tour
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("tour", __name__, url_prefix="/tour")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template("tour/show.html", tour=tour.steps(work, actor()))


@blueprint.post("/seen")
def seen() -> ResponseReturnValue:
    with parts().work() as work:
        tour.put_away(work, actor())
    return redirect(url_for("signing_in.home"), 303)
