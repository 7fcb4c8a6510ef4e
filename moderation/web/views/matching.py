"""For the data lead: what recognition rests on, who permits matching, the biometric ledger and its certificates."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.matching import Excuse
from moderation.services import enrolment, ledger, matching, permission_to_match, roster
from moderation.services.work import Mistake
from moderation.web.gate import actor
from moderation.web.matching_forms import MOST_ANSWERS, parse_lawful, parse_permission
from moderation.web.parts import parts

blueprint = Blueprint("matching", __name__, url_prefix="/register")


@blueprint.get("/recognition")
def recognition() -> ResponseReturnValue:
    return _recognition(None)


def _recognition(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "matching/recognition.html",
            lawful=matching.in_force(work),
            history=matching.history(work),
            held=ledger.held(work),
            again=enrolment.must_be_made_again(work),
            form=request.form,
            today=work.today,
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.post("/recognition")
def record() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            matching.record(work, actor(), parse_lawful(request.form))
    except Mistake as mistake:
        return _recognition(str(mistake))
    return redirect(url_for("matching.recognition", saved=1), 303)


@blueprint.post("/recognition/<int:lawful_id>/off")
def switch_off(lawful_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        matching.switch_off(work, actor(), lawful_id)
    return redirect(url_for("matching.recognition", off=1), 303)


@blueprint.get("/<int:person_id>/matching")
def permission(person_id: int) -> ResponseReturnValue:
    return _permission(person_id, None)


def _permission(person_id: int, problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        person = roster.get(work, person_id)
        html = render_template(
            "matching/permission.html",
            person=person,
            lawful=matching.in_force(work),
            obstacle=matching.obstacle(work, person),
            rows=MOST_ANSWERS,
            excuses=tuple(Excuse),
            form=request.form,
            today=work.today,
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.post("/<int:person_id>/matching")
def record_permission(person_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            permission_to_match.record(work, actor(), person_id, parse_permission(request.form))
    except Mistake as mistake:
        return _permission(person_id, str(mistake))
    return redirect(url_for("matching.permission", person_id=person_id, saved=1), 303)


@blueprint.post("/<int:person_id>/matching/withdraw")
def withdraw(person_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        permission_to_match.withdraw(work, actor(), person_id)
    return redirect(url_for("matching.permission", person_id=person_id, saved=1), 303)


@blueprint.post("/<int:person_id>/references/again")
def make_again(person_id: int) -> ResponseReturnValue:
    """Encodings of today's engine from the kept reference photos."""
    with parts().reading() as work:
        photos = enrolment.to_make_again(work, person_id)
    taken = enrolment.encode_again(parts().looker, photos)
    with parts().work() as work:
        enrolment.make_again(work, actor(), person_id, taken)
    return redirect(url_for("register.edit", person_id=person_id, saved=1), 303)


@blueprint.get("/ledger")
def ledger_page() -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template("matching/ledger.html", rows=ledger.rows(work), held=ledger.held(work))


@blueprint.get("/ledger/<int:number>/certificate")
def certificate(number: int) -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template("matching/certificate.html", certificate=ledger.certificate(work, number), now=work.now)
