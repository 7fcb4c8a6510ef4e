"""For all who work at the school: report something, one tap for one's own mistake, and the desk where it lies."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.concerns import FIXED, Desk, Kind, What
from moderation.rules.language import gettext
from moderation.services import apart, board, cases, concern_desks, concerns, out, purge_ledger, safeguarding, takedowns
from moderation.services.work import Mistake, NotFound
from moderation.web.concern_forms import BY_HAND, KINDS, STEPS, parse_report, parse_step
from moderation.web.forms import is_id
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("concerns", __name__, url_prefix="/concerns")


@blueprint.get("/")
def listed() -> ResponseReturnValue:
    with parts().reading() as work:
        waiting, many = concerns.waiting(work, actor())
        return render_template(
            "concerns/listed.html",
            waiting=waiting,
            many=many,
            SHOWN=concerns.SHOWN,
            ended=concerns.ended(work, actor()),
            reported=concerns.reported(work, actor()),
            now=work.now,
            KINDS=KINDS,
        )


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    return _new(None)


def _new(problem: str | None) -> ResponseReturnValue:
    number = request.values.get("post", "")
    post_id = int(number) if is_id(number) else None
    with parts().reading() as work:
        html = render_template(
            "concerns/new.html",
            post=board.visible(work, actor(), post_id) if post_id else None,
            desks=concern_desks.setting(work).desks,
            kinds=BY_HAND,
            KINDS=KINDS,
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.post("/new")
def add() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            report = parse_report(request.form, BY_HAND)
            if report.post_id is not None:
                board.visible(work, actor(), report.post_id)
            if report.post_id is not None and report.kind is Kind.INDECENT:
                concern = apart.keep_apart(work, actor(), report.post_id, True, report.what, report.place)
            else:
                concern = concerns.add(work, actor(), report)
    except Mistake as mistake:
        return _new(str(mistake))
    return redirect(url_for("concerns.show", concern_id=concern.id, reported=1), 303)


@blueprint.get("/<int:concern_id>")
def show(concern_id: int) -> ResponseReturnValue:
    return _show(concern_id, None)


def _show(concern_id: int, problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        concern = concerns.get(work, actor(), concern_id)
        handles = concerns.handles(work, actor(), concern)
        html = render_template(
            "concerns/show.html",
            concern=concern,
            steps=[one for one in concern.steps if handles or one.user_id == actor().id or one.what is What.CLOSED],
            handles=handles,
            now=work.now,
            live=concern.post is not None
            and out.is_out(work, concern.post)
            and bool(cases.publications(work, concern.post)),
            to_ask=concern.post is not None and bool(takedowns.left_to_ask(work, actor(), concern.post)),
            lead_is_named=bool(safeguarding.settings(work).lead_id),
            choices=[what for what in STEPS if what is not What.PASSED_ON or concern.kind not in FIXED],
            desks=[desk for desk in Desk if desk is not concern.desk],
            is_slip=apart.is_slip(work, actor(), concern),
            problem=problem,
            KINDS=KINDS,
            STEPS=STEPS,
            Concern=Kind,
        )
    return html, 422 if problem else 200


@blueprint.post("/<int:concern_id>/step")
def step(concern_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            concern = concerns.step(work, actor(), concern_id, *parse_step(request.form))
            stays = concerns.sees(work, actor(), concern)  # passed on, it is on another desk now
    except Mistake as mistake:
        return _show(concern_id, str(mistake))
    to = url_for("concerns.show", concern_id=concern_id, saved=1) if stays else url_for("concerns.listed", saved=1)
    return redirect(to, 303)


@blueprint.post("/<int:concern_id>/take-down")
def take_down(concern_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        concern = concerns.get(work, actor(), concern_id)
        if not concerns.handles(work, actor(), concern) or concern.post is None:
            raise NotFound
        takedowns.ask_for(work, actor(), concern.post.id, f"Concern {concern.reference}")
    return redirect(url_for("concerns.show", concern_id=concern_id, saved=1), 303)


@blueprint.post("/<int:concern_id>/apart")
def end_apart(concern_id: int) -> ResponseReturnValue:
    """Put the pictures back, or purge the post."""
    act = apart.purge if request.form.get("do") == "purge" else apart.put_back
    try:
        with parts().work() as work:
            act(work, actor(), concern_id, request.form.get("said", ""))
    except Mistake as mistake:
        return _show(concern_id, str(mistake))
    with parts().reading() as work:
        purge_ledger.keep_copy(work, parts().purged)
    return redirect(url_for("concerns.show", concern_id=concern_id, saved=1), 303)


@blueprint.get("/picture/<int:post_id>")
def picture(post_id: int) -> ResponseReturnValue:
    """The one question."""
    with parts().reading() as work:
        return render_template("concerns/picture.html", post=board.visible(work, actor(), post_id))


@blueprint.post("/picture/<int:post_id>")
def keep_apart(post_id: int) -> ResponseReturnValue:
    answer = request.form.get("answer", "")
    if answer not in ("yes", "no"):
        raise Mistake(gettext("Answer the question with yes or no. If you are not sure, answer yes."))
    with parts().work() as work:
        concern = apart.keep_apart(work, actor(), post_id, answer == "yes")
    return redirect(url_for("concerns.show", concern_id=concern.id), 303)


@blueprint.post("/mistake/<int:post_id>")
def mistake(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        concern = apart.mistake(work, actor(), post_id)
    return redirect(url_for("concerns.show", concern_id=concern.id, reported=1), 303)


@blueprint.post("/<int:concern_id>/slip")
def slip(concern_id: int) -> ResponseReturnValue:
    """“I made a mistake” was one."""
    with parts().work() as work:
        apart.take_back(work, actor(), concern_id)
    return redirect(url_for("concerns.show", concern_id=concern_id, saved=1), 303)
