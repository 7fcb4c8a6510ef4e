"""For those who keep the policy: who has signed which version, who was trained, and whom the school asks for it."""

import csv
import io
from datetime import date

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.acceptance import Trained
from moderation.rules.import_cells import mendable
from moderation.services import acceptance, training
from moderation.services.training import Standing
from moderation.services.work import Mistake
from moderation.web.acceptance_forms import parse_asked, parse_training
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("training", __name__, url_prefix="/policy/people")

COLUMNS = (
    "Name",
    "E-mail",
    "Role",
    "Signed the version that holds",
    "Last version signed",
    "Signed on",
    "Still to sign",
    "Training",
    "Trained on",
    "Valid until",
    "Training missing",
)


@blueprint.get("/")
def overview() -> ResponseReturnValue:
    return _overview(None)


def _overview(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "acceptance/people.html",
            standings=training.standings(work),
            held=acceptance.in_force(work),
            coming=acceptance.coming(work),
            asked=training.asked(work),
            choices=tuple(Trained),
            today=work.today,
            form=request.form,
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.get("/list.csv")
def listed() -> ResponseReturnValue:
    out = io.StringIO()
    with parts().reading() as work:
        held = acceptance.in_force(work)
        rows = [_row(one, held is not None) for one in training.standings(work)]
    csv.writer(out).writerows([COLUMNS, *([mendable(cell) for cell in row] for row in rows)])
    headers = {"Content-Disposition": 'attachment; filename="policy-and-training.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _row(one: Standing, asked: bool) -> list[str]:
    last, had = one.last_signed, one.trainings[0] if one.trainings else None
    return [
        one.user.name,
        one.user.email,
        one.user.role,
        ("yes" if one.signed else "no") if asked else "no policy holds",
        str(last.policy_number) if last else "",
        _day(last.signed_on) if last else "",
        " ".join(str(policy.number) for policy in one.unsigned),
        had.kind if had else "",
        _day(had.had_on) if had else "",
        _day(had.valid_until) if had else "",
        "yes" if one.untrained else "no",
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


@blueprint.post("/trainings")
def record() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            training.record(work, actor(), parse_training(request.form))
    except Mistake as mistake:
        return _overview(str(mistake))
    return redirect(url_for("training.overview", saved=1), 303)


@blueprint.post("/trainings/<int:training_id>/strike")
def strike(training_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        training.strike(work, actor(), training_id)
    return redirect(url_for("training.overview", saved=1), 303)


@blueprint.post("/asked")
def ask() -> ResponseReturnValue:
    with parts().work() as work:
        training.ask(work, actor(), parse_asked(request.form))
    return redirect(url_for("training.overview", saved=1), 303)
