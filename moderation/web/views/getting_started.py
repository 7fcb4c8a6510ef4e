"""Setting up a school: what is done, what is next, and whose it is."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from moderation.rules.setting_up import is_unfinished, way
from moderation.services import getting_started
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("getting_started", __name__, url_prefix="/getting-started")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    with parts().reading() as work:
        tasks = getting_started.tasks(work, parts().outlets.has_mail)
    return render_template(
        "getting_started/show.html",
        tasks=tasks,
        way=way(tasks, actor().roles, request.endpoint or ""),
        unfinished=is_unfinished(tasks),
        roles=actor().roles,
    )
