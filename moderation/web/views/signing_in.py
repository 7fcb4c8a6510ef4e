"""Signing in and out, and each role's first page."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from moderation.rules.roles import Role
from moderation.services import signing_in as sign_ins
from moderation.services import staff
from moderation.services.work import Mistake
from moderation.web.forms import safe_path
from moderation.web.gate import Visitor, actor
from moderation.web.parts import parts

blueprint = Blueprint("signing_in", __name__)

FIRST_PAGES = {
    Role.TEACHER: "posts.mine",
    Role.ASSISTANT_HEAD: "review.waiting",
    Role.HEADTEACHER: "review.waiting",
    Role.RESOURCES_MANAGER: "publish.board",
    Role.DATA_LEAD: "register.everybody",
    Role.ADMINISTRATOR: "staff.people",
}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    first = min(actor().acting, default=actor().role)  # a deputy is needed as that
    return redirect(url_for(FIRST_PAGES[first]), 303)


@blueprint.get("/sign-in")
def page() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("signing_in.home"), 303)
    return render_template("signing_in/sign_in.html", problem=None, email="")


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    email = request.form.get("email", "")
    try:
        with parts().reading() as work:
            recognised = sign_ins.recognise(work, email, request.form.get("password", ""))
        with parts().work() as work:
            token, user = sign_ins.begin(work, recognised)
    except Mistake as mistake:
        return render_template("signing_in/sign_in.html", problem=str(mistake), email=email), 422
    wanted = safe_path(session.get("wanted"))
    session.clear()  # nothing of the time before is carried over
    login_user(Visitor(token, user, user.actor))
    return redirect(wanted or url_for("signing_in.home"), 303)


@blueprint.get("/password")
def own_password() -> ResponseReturnValue:
    return render_template("signing_in/password.html", problem=None)


@blueprint.post("/password")
def set_own_password() -> ResponseReturnValue:
    new = request.form.get("new", "")
    try:
        with parts().reading() as work:
            staff.check_change(work, actor(), request.form.get("old", ""), new)
        with parts().work() as work:
            staff.set_password(work, actor(), actor().id or 0, new)
    except Mistake as mistake:
        return render_template("signing_in/password.html", problem=str(mistake)), 422
    return redirect(url_for("signing_in.page"), 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    with parts().work() as work:
        sign_ins.sign_out(work, actor(), current_user.get_id())
    logout_user()
    session.clear()
    return redirect(url_for("signing_in.page"), 303)
