"""For heads: what happened in the last weeks, at a glance."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from moderation.services import insight
from moderation.web.parts import parts

blueprint = Blueprint("insight", __name__, url_prefix="/insight")
CHOICES = (4, 12, 52)  # weeks


@blueprint.get("/")
def show() -> ResponseReturnValue:
    weeks = request.args.get("weeks", 12, type=int)
    weeks = weeks if weeks in CHOICES else 12
    with parts().reading() as work:
        return render_template("insight/show.html", insight=insight.of_weeks(work, weeks), weeks=weeks, choices=CHOICES)
