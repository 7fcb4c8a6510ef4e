"""For the administrator: who approves, what a sensitive topic adds, and the words that make a topic sensitive."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.route import Standing
from moderation.rules.route_presets import PRESETS, REMINDERS, preset_of
from moderation.services import deputies, route_changes, routes
from moderation.services.work import Mistake
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.route_forms import parse_routes
from moderation.web.route_words import choices, token

blueprint = Blueprint("routes", __name__, url_prefix="/staff/routes")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _show(None)


def _show(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        rules = routes.in_force(work)
        able = deputies.everybody(work)
        people = route_changes.approvers(work)
        used = rules.route.steps[0]
        extra = rules.extra
        return render_template(
            "staff/routes.html",
            problem=problem,
            presets=PRESETS,
            now=preset_of(rules.route),
            of_reminders=REMINDERS,
            now_of_reminders=rules.reminders,
            choices=choices(people),
            ticked={token(member) for member in used.members},
            how_many=used.how_many or 2,
            extra=token(next(iter(extra.members))) if extra else "",
            words="\n".join(rules.words),
            form=request.form,
            by_two=work.register_version.matches_by_two,
            impossible=not Standing(rules.route).can_be_completed(able),
            impossible_extra=not Standing(rules.route.with_extra(extra)).can_be_completed(able),
        ), 422 if problem else 200


@blueprint.post("/")
def save() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            route_changes.set_route(work, actor(), *parse_routes(request.form))
    except Mistake as mistake:
        return _show(str(mistake))
    return redirect(url_for("routes.show", saved=1), 303)


@blueprint.post("/matches")
def matches() -> ResponseReturnValue:
    with parts().work() as work:
        route_changes.set_matches_by_two(work, actor(), "by_two" in request.form)
    return redirect(url_for("routes.show", saved=1), 303)


@blueprint.post("/words")
def words() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            route_changes.set_words(work, actor(), request.form.get("words", ""))
    except Mistake as mistake:
        return _show(str(mistake))
    return redirect(url_for("routes.show", saved=1), 303)
