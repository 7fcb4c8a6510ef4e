"""Everybody's own page of signing in: where they are signed in, which devices are known, and ending it."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from moderation.services import own_sign_ins, second_step, sign_in_rules, signing_in
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("own_sign_ins", __name__, url_prefix="/signing-in")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    with parts().reading() as work:
        here = signing_in.find(work, current_user.get_id())
        return render_template(
            "signing_in/own.html",
            here=here.id if here else None,
            sign_ins=own_sign_ins.listed(work, actor()),
            devices=own_sign_ins.devices(work, actor()),
            is_set_up=second_step.is_set_up(work, actor().id),
            timeouts=sign_in_rules.in_force(work),
        )


@blueprint.post("/<int:sign_in_id>/end")
def end(sign_in_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        own_sign_ins.end(work, actor(), sign_in_id)
    return redirect(url_for("own_sign_ins.show", saved=1), 303)


@blueprint.post("/end-others")
def end_others() -> ResponseReturnValue:
    with parts().work() as work:
        own_sign_ins.end_others(work, actor(), current_user.get_id())
    return redirect(url_for("own_sign_ins.show", saved=1), 303)


@blueprint.post("/devices/<int:device_id>/forget")
def forget_device(device_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        own_sign_ins.forget_device(work, actor(), device_id)
    return redirect(url_for("own_sign_ins.show", saved=1), 303)
