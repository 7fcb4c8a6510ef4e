"""For the data lead: permissions and refusals of one person, and what the school asks for."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.consent import Medium, Standard
from moderation.rules.presets import PRESETS, RECOMMENDED
from moderation.services import appearing, permissions, renewal, standards
from moderation.services.work import Mistake
from moderation.web import uploads
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.people_forms import parse_ages, parse_images_policy, parse_months, parse_permission, parse_standards
from moderation.web.views import register

blueprint = Blueprint("permissions", __name__, url_prefix="/register")


@blueprint.post("/<int:person_id>/permissions")
def add(person_id: int) -> ResponseReturnValue:
    file = request.files.get("evidence")
    try:
        evidence = permissions.prepare_evidence(uploads.read(file)) if file and file.filename else None
        with parts().work() as work:
            form = parse_permission(request.form, work.today)
            permissions.record(work, actor(), person_id, form, evidence)
    except Mistake as mistake:
        return register.page(person_id, str(mistake))
    return redirect(url_for("register.edit", person_id=person_id, recorded=1, _anchor="permissions"), 303)


@blueprint.post("/<int:person_id>/permissions/<int:permission_id>/withdraw")
def withdraw(person_id: int, permission_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        permissions.withdraw(work, actor(), person_id, permission_id)
    return redirect(url_for("register.edit", person_id=person_id, recorded=1, _anchor="permissions"), 303)


@blueprint.get("/<int:person_id>/permissions/<int:permission_id>/evidence")
def evidence(person_id: int, permission_id: int) -> Response:
    """Always a download under a neutral name, never shown by the browser."""
    with parts().work() as work:
        data = permissions.evidence(work, actor(), person_id, permission_id)
    ending = permissions.ending(data)
    answer = Response(data, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename=permission-{permission_id}.{ending}"
    return answer


@blueprint.get("/standards")
def asked_for() -> ResponseReturnValue:
    return _standards(None)


def _standards(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "register/standards.html",
            standards=appearing.school_standards(work),
            ages=standards.ages(work),
            months=work.register_version.permission_months,
            policy=standards.images_policy(work),
            media=tuple(Medium),
            choices={"pupils": tuple(Standard), "adults": tuple(s for s in Standard if s != Standard.UNRECOGNISABLE)},
            needed=Standard.PERMISSION,
            presets=PRESETS,
            recommended=RECOMMENDED,
            chosen=standards.are_chosen(work),
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.post("/standards")
def set_asked_for() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            for medium, (pupils, adults) in parse_standards(request.form).items():
                standards.set_standard(work, actor(), medium, pupils, adults)
            standards.set_ages(work, actor(), parse_ages(request.form))
            standards.set_months(work, actor(), parse_months(request.form))
            standards.set_images_policy(work, actor(), parse_images_policy(request.form))
    except Mistake as mistake:
        return _standards(str(mistake))
    return redirect(url_for("permissions.asked_for", saved=1), 303)


@blueprint.post("/standards/preset")
def take_preset() -> ResponseReturnValue:
    with parts().work() as work:
        standards.take_preset(work, actor(), request.form.get("preset", ""))
    return redirect(url_for("permissions.asked_for", saved=1), 303)


@blueprint.get("/running-out")
def running_out() -> ResponseReturnValue:
    """Whom to ask again: what runs out in the term ahead, and what ran out in the one behind."""
    with parts().reading() as work:
        found = renewal.running_out(work)
        return render_template(
            "register/running_out.html",
            ahead=[one for one in found if one.last >= work.today],
            behind=[one for one in reversed(found) if one.last < work.today],
            months=work.register_version.permission_months,
            policy=standards.images_policy(work),
        )
