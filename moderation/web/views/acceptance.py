"""For everybody: the school's policy, what changed, one's name under it; for those who keep it: the next version."""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from moderation.db.models import Policy, Signature, User
from moderation.media import paper
from moderation.rules.acceptance import differences, earliest
from moderation.rules.differences import Piece
from moderation.rules.roles import KEEPERS, Role
from moderation.services import acceptance, checklist, training
from moderation.services.work import Mistake, Work
from moderation.web.acceptance_forms import carried, parse_policy, typed_elsewhere
from moderation.web.forms import is_id, safe_path
from moderation.web.gate import actor
from moderation.web.markdown import rendered, spoken
from moderation.web.parts import parts

blueprint = Blueprint("acceptance", __name__, url_prefix="/policy")


@dataclass(frozen=True)
class WayBack:
    """Where somebody came from. `again`: an address that took a form, and what stood in the form."""

    back: str | None = None
    again: str | None = None
    typed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Shown:
    """One version as somebody reads it: against the version that they signed last, if there is one."""

    policy: Policy
    holds: bool
    signed: Signature | None
    against: Policy | None
    changes: list[tuple[Piece, ...]]


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page([], WayBack(safe_path(request.args.get("back"), request.script_root)))


def ask_first(sentence: str) -> ResponseReturnValue:
    """In place of what the gate did not let through: what has to be done first. Nothing that was typed is lost."""
    here = request.script_root + request.path
    if request.method == "GET":
        return _page([sentence], WayBack(here), 409)
    return _page([sentence], WayBack(again=here, typed=tuple(typed_elsewhere(request.form))), 409)


def _page(problems: list[str], way: WayBack, status: int = 200) -> ResponseReturnValue:
    with parts().reading() as work:
        user = work.session.get_one(User, actor().id)
        held, coming = acceptance.in_force(work), acceptance.coming(work)
        html = render_template(
            "acceptance/show.html",
            versions=[_shown(work, policy, policy is held) for policy in (held, *coming) if policy],
            standing=training.standing(work, user),
            asked=training.asked(work),
            keeper=actor().role in KEEPERS,
            signatures=acceptance.signatures_of(work, actor().id),
            problems=problems,
            way=way,
            form=request.form,
            rendered=rendered,
        )
    return html, status


def _shown(work: Work, policy: Policy, holds: bool) -> Shown:
    signed = acceptance.signature(work, actor().id, policy.number)
    earlier = (one.policy for one in acceptance.signatures_of(work, actor().id) if one.policy_number < policy.number)
    against = next(earlier, None)
    changes = differences(spoken(against.text), spoken(policy.text)) if against else []
    return Shown(policy, holds, signed, against, changes)


@blueprint.post("/sign")
def sign() -> ResponseReturnValue:
    """Back to where somebody was; what they had sent there stands ready to be sent again."""
    number = request.form.get("version", "")
    back, again = (safe_path(request.form.get(name), request.script_root) for name in ("back", "again"))
    way = WayBack(back, again, tuple(carried(request.form)))
    try:
        with parts().work() as work:
            signed = acceptance.sign(work, actor(), int(number) if is_id(number) else 0, request.form.get("name", ""))
    except Mistake as mistake:
        return _page([str(mistake)], way, 422)
    if again:
        return render_template("acceptance/signed.html", signed=signed, way=way)
    return redirect(back or url_for("acceptance.show", signed=signed.policy_number), 303)


@blueprint.get("/statements/<int:number>.pdf")
def statement(number: int) -> ResponseReturnValue:
    with parts().reading() as work:
        signed = acceptance.statement(work, actor(), number)
        policy = signed.policy
        said = paper.Statement(
            school=work.school,
            version=policy.number,
            sha256=policy.sha256,
            holds_from=policy.holds_from,
            name=signed.name,
            signed_on=signed.signed_on,
        )
    headers = {"Content-Disposition": f'attachment; filename="statement-{number}.pdf"'}
    return Response(paper.statement(said), mimetype="application/pdf", headers=headers)


@blueprint.get("/versions/<int:number>")
def version(number: int) -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template("acceptance/version.html", policy=acceptance.get(work, number), rendered=rendered)


@blueprint.get("/edit")
def edit() -> ResponseReturnValue:
    return _edit(None)


def _edit(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        versions = acceptance.versions(work)
        html = render_template(
            "acceptance/edit.html",
            versions=versions,
            held=acceptance.in_force(work),
            soonest=earliest(work.today) if versions else work.today,
            today=work.today,
            may_hurry=actor().role is Role.HEADTEACHER and bool(versions),
            form=request.form,
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.post("/edit")
def save() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            policy = acceptance.publish(work, actor(), parse_policy(request.form))
    except Mistake as mistake:
        return _edit(str(mistake))
    return redirect(url_for("acceptance.show", published=policy.number), 303)


@blueprint.app_context_processor
def reminders() -> dict[str, object]:
    """On everybody's first page: what they have to sign, and how their training stands."""
    if not current_user.is_authenticated or request.endpoint not in FIRST_PAGES:
        return {}
    with parts().reading() as work:
        me = training.standing(work, work.session.get_one(User, actor().id))
        waiting = checklist.on_own_device(work, actor())
        empty = actor().role is Role.ADMINISTRATOR and not acceptance.versions(work)
        return {"reminders": {"standing": me, "no_policy": empty, "today": work.today, "own_device": waiting}}


FIRST_PAGES = {"posts.mine", "review.waiting", "publish.board", "register.everybody", "staff.people"}
