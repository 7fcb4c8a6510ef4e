"""Every part that pages are made of, in every state, on one page: for whoever looks at how Gatepost looks."""

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

blueprint = Blueprint("components", __name__, url_prefix="/components")
SOME_DAY = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return render_template("components/show.html", at=SOME_DAY)
