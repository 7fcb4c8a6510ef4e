"""For the data lead: a file of the management system into the register, looked at before anything is written."""

import csv
import io
from itertools import islice

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.db.models import ImportState
from moderation.media import tables
from moderation.rules.columns import CONSENTS, Column
from moderation.rules.consent import PersonKind
from moderation.rules.import_changes import MANY
from moderation.rules.language import gettext
from moderation.rules.roles import Role
from moderation.services import import_files, import_showing, importing
from moderation.services.work import Mistake
from moderation.web import uploads
from moderation.web.forms import parse_choices
from moderation.web.gate import actor
from moderation.web.parts import parts

SAMPLES = 3
BAD_SHOWN = 20

blueprint = Blueprint("importing", __name__, url_prefix="/register/import")


@blueprint.get("/")
def start() -> ResponseReturnValue:
    return _start(None)


def _start(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "importing/start.html",
            problem=problem,
            waiting=import_files.waiting(work),
            last=importing.last(work),
            days=import_files.UNDO_FOR.days,
            ImportState=ImportState,
        )
    return html, 422 if problem else 200


@blueprint.post("/")
def upload() -> ResponseReturnValue:
    file = request.files.get("file")
    if file is None or not file.filename:
        return _start(gettext("Choose a file first."))
    try:
        table = import_files.read(uploads.read(file))
        with parts().work() as work:
            row = import_files.begin(work, actor(), table)
    except Mistake as mistake:
        return _start(str(mistake))
    return redirect(url_for("importing.columns", import_id=row.id), 303)


@blueprint.get("/<int:import_id>/columns")
def columns(import_id: int) -> ResponseReturnValue:
    return _columns(import_id, None)


def _columns(import_id: int, problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        row = import_files.get(work, import_id)
        table = import_files.table_of(work, row)
        chosen = parse_choices(request.form) if problem else import_files.choices_of(row)
        first = [cells for _, cells in islice(import_files.people_lines(table), SAMPLES)]
        headings = import_files.headings_of(table)
        html = render_template(
            "importing/columns.html",
            row=row,
            understood=tables.in_words(row.understood),
            problem=problem,
            chosen=chosen,
            headings=headings,
            samples=[[cells[n] for cells in first if n < len(cells) and cells[n]] for n in range(len(headings))],
            accents=import_files.accents(table),
            Column=Column,
            kinds=(PersonKind.PUPIL, PersonKind.STAFF),
        )
    return html, 422 if problem else 200


@blueprint.post("/<int:import_id>/columns")
def choose(import_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            import_files.choose(work, import_files.get(work, import_id), parse_choices(request.form))
    except Mistake as mistake:
        return _columns(import_id, str(mistake))
    return redirect(url_for("importing.preview", import_id=import_id), 303)


@blueprint.get("/<int:import_id>")
def preview(import_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        row = importing.seen_by(work, actor(), import_id)
        shown = importing.preview(work, row)
        headings = import_files.headings_of(import_files.table_of(work, row))
        said, columns_there = shown.diff.said, import_files.columns_of(row)
        return render_template(
            "importing/preview.html",
            row=row,
            diff=shown.diff,
            counts=shown.diff.counts,
            digest=shown.digest,
            sections=import_showing.sections(work, shown.diff),
            most=import_showing.MOST,
            bad=shown.diff.bad[:BAD_SHOWN],
            answers=[
                (heading, column, said.get((column, True), 0), said.get((column, False), 0))
                for heading, column in zip(headings, columns_there, strict=True)
                if column in CONSENTS
            ],
            Column=Column,
            many=MANY,
            is_asked=row.state is ImportState.ASKED and row.asked_digest == shown.digest,
            is_own=actor().id in (row.asked_by_id, row.begun_by_id),
            is_data_lead=actor().role is Role.DATA_LEAD,
        )


@blueprint.post("/<int:import_id>/apply")
def apply(import_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        ready = importing.prepared(work, actor(), import_id)
    with parts().work() as work:
        row = importing.apply(work, actor(), import_id, request.form.get("seen", ""), ready)
    if row.state is ImportState.ASKED:
        return redirect(url_for("importing.preview", import_id=import_id), 303)
    home = "importing.start" if actor().role is Role.DATA_LEAD else "review.waiting"
    return redirect(url_for(home, imported=import_id), 303)


@blueprint.get("/<int:import_id>/mend")
def mend(import_id: int) -> ResponseReturnValue:
    out = io.StringIO()
    with parts().reading() as work:
        row = import_files.get(work, import_id)
        bad = importing.preview(work, row).diff.bad
        csv.writer(out).writerows(importing.to_mend(import_files.table_of(work, row), bad))
    headers = {"Content-Disposition": f'attachment; filename="lines-to-mend-{import_id}.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


@blueprint.post("/<int:import_id>/drop")
def drop(import_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        import_files.drop(work, actor(), import_files.get(work, import_id))
    return redirect(url_for("importing.start"), 303)


@blueprint.post("/<int:import_id>/undo")
def undo(import_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            left_alone = importing.undo(work, actor(), import_id)
    except Mistake as mistake:
        return _start(str(mistake))
    return redirect(url_for("importing.start", undone=1, left_alone=left_alone), 303)
