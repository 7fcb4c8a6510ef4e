"""For the administrator: the devices that photos may be taken with."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.services import devices
from moderation.services.work import Mistake
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("devices", __name__, url_prefix="/staff/devices")


@blueprint.get("/")
def every() -> ResponseReturnValue:
    return _page("")


def _page(problem: str) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "staff/devices.html",
            devices=devices.every(work),
            unknown=devices.unknown(work),
            problem=problem,
            form=request.form,
        )
    return html, 422 if problem else 200


@blueprint.post("/")
def add() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            devices.add(work, actor(), request.form.get("camera", ""), request.form.get("whose", ""))
    except Mistake as mistake:
        return _page(str(mistake))
    return redirect(url_for("devices.every"), 303)


@blueprint.post("/<int:device_id>/remove")
def remove(device_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        devices.remove(work, actor(), device_id)
    return redirect(url_for("devices.every"), 303)
