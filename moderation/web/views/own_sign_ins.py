"""Everybody's own page of signing in: where they are signed in, which devices are known, and ending it."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from moderation.services import own_sign_ins, passkeys, second_step, sign_in_rules, signing_in, single_sign_on
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("own_sign_ins", __name__, url_prefix="/signing-in")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return page()


def page(**problem: str) -> str:
    """`problem`: a sentence, if what was tried here did not work."""
    settings = parts().settings
    sso = settings.sso
    with parts().reading() as work:
        here = signing_in.find(work, current_user.get_id())
        return render_template(
            "signing_in/own.html",
            here=here.id if here else None,
            sign_ins=own_sign_ins.listed(work, actor()),
            devices=own_sign_ins.devices(work, actor()),
            is_set_up=second_step.is_set_up(work, actor().id),
            can_have_passkeys=passkeys.site(settings.public_url) is not None,
            public_url=settings.public_url,
            keys=len(passkeys.listed(work, actor())),
            sso=sso,
            link=single_sign_on.mine(work, actor(), sso.issuer) if sso else None,
            timeouts=sign_in_rules.in_force(work),
            **problem,
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
