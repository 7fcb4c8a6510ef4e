"""Signing in and out, and each role's first page."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from moderation.db.models import User
from moderation.rules.language import gettext
from moderation.rules.roles import Role
from moderation.services import (
    half_sign_ins,
    known_devices,
    passkeys,
    second_step,
    sign_in_rules,
    single_sign_on,
    staff,
    throttling,
)
from moderation.services import signing_in as sign_ins
from moderation.services.signing_in import Recognised
from moderation.services.throttling import TooSoon
from moderation.services.work import Mistake, Work
from moderation.web import cookies
from moderation.web.forms import safe_path
from moderation.web.gate import HALF_TOKEN, Visitor, actor
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
    return render_template("signing_in/sign_in.html", **sign_in_page())


def sign_in_page(problem: str | None = None, email: str = "", shared: bool | None = None) -> dict[str, object]:
    """What the page shows. `shared`: None as the school has it."""
    settings = parts().settings
    with parts().reading() as work:
        shared = sign_in_rules.shared_first(work) if shared is None else shared
    return {
        "problem": problem,
        "email": email,
        "shared": shared,
        "has_passkeys": passkeys.site(settings.public_url) is not None,
        "sso": settings.sso,
    }


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    email, caller, shared = request.form.get("email", ""), cookies.caller(), "shared" in request.form
    try:
        with parts().work() as work:
            attempt = throttling.password(work, email, caller)
        with parts().reading() as work:
            recognised = sign_ins.recognise(work, email, request.form.get("password", ""))
        with parts().work() as work:
            throttling.right(work, attempt)
            return let_in(work, recognised, shared)
    except Mistake as mistake:
        return not_let_in(mistake, email, shared)


def let_in(work: Work, recognised: Recognised, shared: bool) -> ResponseReturnValue:
    """Into the pages, or to the second step if one follows. Raises Mistake."""
    if not recognised.both_steps and second_step.follows(work, recognised.user_id):
        return _halfway(half_sign_ins.begin(work, recognised, shared))
    if (sso := parts().settings.sso) and single_sign_on.must_be_used(work, sso, recognised):
        raise Mistake(
            gettext("Your second step is asked for by {label}: choose “Sign in with {label}”.").format(label=sso.label)
        )
    caller = cookies.caller()
    token, user = sign_ins.begin(work, recognised, shared, caller.browser)
    device = None if shared else known_devices.remember(work, user.id, caller.device, caller.browser)
    return enter(token, user, device)


def _halfway(token: str) -> ResponseReturnValue:
    """The password was right: to the second step, with a token that opens nothing else."""
    wanted = session.get("wanted")
    session.clear()
    session.update({HALF_TOKEN: token, "wanted": wanted})
    return redirect(url_for("second_step.page"), 303)


def not_let_in(mistake: Mistake, email: str = "", shared: bool | None = None) -> ResponseReturnValue:
    """The sign-in page, which says why."""
    html = render_template("signing_in/sign_in.html", **sign_in_page(str(mistake), email, shared))
    return html, *refusal(mistake)


def refusal(mistake: Mistake) -> tuple[int, dict[str, str]]:
    """Status and headers of a try that was wrong, or that has to wait."""
    return (429, {"Retry-After": str(mistake.seconds)}) if isinstance(mistake, TooSoon) else (422, {})


def enter(token: str, user: User, device: str | None) -> Response:
    """Into the pages: to where this person wanted to go, or their first one. `device`: None on a shared computer."""
    wanted = safe_path(session.get("wanted"), request.script_root)
    session.clear()  # nothing of the time before is carried over
    session.permanent = device is not None  # else the cookie ends with the browser
    login_user(Visitor(token, user, user.actor))
    answer = make_response(redirect(wanted or url_for("signing_in.home"), 303))
    if device is not None:
        cookies.keep_device(answer, device)
    return answer


@blueprint.get("/password")
def own_password() -> ResponseReturnValue:
    return render_template("signing_in/password.html", problem=None)


@blueprint.post("/password")
def set_own_password() -> ResponseReturnValue:
    new = request.form.get("new", "")
    try:
        with parts().work() as work:
            attempt = throttling.own_password(work, actor(), cookies.caller())
        with parts().reading() as work:
            staff.check_change(work, actor(), request.form.get("old", ""), new)
        with parts().work() as work:
            throttling.right(work, attempt)
            staff.set_password(work, actor(), actor().id or 0, new)
    except Mistake as mistake:
        return render_template("signing_in/password.html", problem=str(mistake)), *refusal(mistake)
    return redirect(url_for("signing_in.page"), 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Also for a sign-in that is over already: what the browser keeps goes all the same."""
    shared = False
    if current_user.is_authenticated:
        shared = current_user.shared
        with parts().work() as work:
            sign_ins.sign_out(work, actor(), current_user.get_id())
        logout_user()
    session.clear()
    answer = make_response(redirect(url_for("signing_in.page", out=1), 303))
    if shared:
        cookies.forget_device(answer)
    return answer
