"""When somebody threatens the school with its own pictures: stop everything, see what is live, whom to call."""

from io import BytesIO

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.incident import FIRST_STEPS, READY_WHY
from moderation.rules.roles import STAFF
from moderation.services import incidents, live_pictures
from moderation.services.work import Mistake
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("incident", __name__, url_prefix="/incident")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page(None)


def _page(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        opens = incidents.may_open(work, actor())
        html = render_template(
            "incident/show.html",
            freeze=incidents.standing(work),
            earlier=incidents.earlier(work) if opens else [],
            opens=opens,
            ends=incidents.may_end(actor()),
            asks=not actor().roles.isdisjoint(STAFF),
            live=live_pictures.listed(work) if opens else [],
            perhaps_out=live_pictures.perhaps_out(work) if opens else [],
            calls=incidents.calls(work),
            first_steps=FIRST_STEPS,
            ready_why=READY_WHY,
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.post("/stop")
def stop() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            incidents.open_one(work, actor(), request.form.get("reason", ""))
    except Mistake as mistake:
        return _page(str(mistake))
    return redirect(url_for("incident.show"), 303)


@blueprint.post("/go-on")
def go_on() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            incidents.end(work, actor(), request.form.get("reason", ""))
    except Mistake as mistake:
        return _page(str(mistake))
    return redirect(url_for("incident.show", ended=1), 303)


@blueprint.post("/take-all-down")
def take_all_down() -> ResponseReturnValue:
    with parts().work() as work:
        count = live_pictures.take_all_down(work, actor(), request.form.get("reason", ""))
    return redirect(url_for("incident.show", asked=count), 303)


@blueprint.post("/calls")
def set_calls() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            incidents.set_calls(work, actor(), request.form.get("calls", ""))
    except Mistake as mistake:
        return _page(str(mistake))
    return redirect(url_for("incident.show", saved=1, _anchor="calls"), 303)


@blueprint.post("/evidence")
def evidence() -> ResponseReturnValue:
    with parts().work() as work:
        written = live_pictures.evidence(work, actor())
        name = f"evidence-{work.now:%Y-%m-%d-%H%M}.json"
    return send_file(BytesIO(written), "application/json", as_attachment=True, download_name=name)
