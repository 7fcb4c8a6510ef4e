"""Reminders to parents: the short form for whoever asks for one, and for the heads what went out."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.db.models import Post
from moderation.rules.language import gettext
from moderation.rules.workflow import EDITABLE, NotAccepted, Refused
from moderation.services import fitting, intake, reminders, versions
from moderation.services.work import Mistake, Work
from moderation.web.forms import parse_moment, parse_uploads, parse_words
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")

WEEKS = 6  # that the list of the heads looks back


@blueprint.get("/")
def lately() -> ResponseReturnValue:
    with parts().reading() as work:
        out = reminders.lately(work, timedelta(weeks=WEEKS))
        return render_template("reminders/lately.html", out=out, weeks=WEEKS)


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    return _form(None, [])


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    return keep(None)


@blueprint.get("/<int:post_id>/edit")
def edit(post_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        post = reminders.own(work, actor(), post_id)
    if post.state not in EDITABLE:
        return redirect(url_for("posts.show", post_id=post_id), 303)
    return _form(post_id, [])


@blueprint.post("/<int:post_id>/edit")
def save(post_id: int) -> ResponseReturnValue:
    return keep(post_id)


def keep(post_id: int | None) -> ResponseReturnValue:
    """Keep everything first, then hand it in if that was pressed: whatever goes wrong, nothing typed is lost."""
    asked = reminders.Asked(parse_words(request.form), request.form.get("link", ""), "urgent" in request.form)
    problems = intake.no_pictures(upload.file_name for upload in parse_uploads(request.files)[0])
    if post_id is None and not asked.words.caption:
        return _form(None, problems or [gettext("Write the reminder first.")])
    with parts().work() as work:
        post, unkept = reminders.save(work, actor(), post_id, asked)
        problems += unkept + _want_by(work, post)
    if not problems and request.form.get("do") == "send":
        try:
            with parts().work() as work:
                intake.submit(work, actor(), post.id)
            return redirect(url_for("posts.show", post_id=post.id), 303)
        except NotAccepted:
            return redirect(url_for("acceptance.show", back=url_for("reminders.edit", post_id=post.id)), 303)
        except Refused as refused:
            problems = intake.missing(post) or [str(refused)]
    if not problems:
        return redirect(url_for("reminders.edit", post_id=post.id, saved=1), 303)
    return _form(post.id, problems)


def _want_by(work: Work, post: Post) -> list[str]:
    try:
        return intake.want_by(work, actor(), post.id, parse_moment(request.form.get("wanted_by", ""), work.zone))
    except Mistake as mistake:
        return [str(mistake)]


def _form(post_id: int | None, problems: list[str]) -> ResponseReturnValue:
    with parts().reading() as work:
        post = reminders.own(work, actor(), post_id) if post_id else None
        pointed = versions.pointed_at(work, post) if post else versions.Pointed()
        html = render_template(
            "reminders/edit.html",
            post=post,
            problems=problems,
            typed=request.form,
            accounts=reminders.accounts(work),
            misfits=fitting.sentences(post) if post else [],
            findings=[*pointed.because_of, *pointed.others],
            saved="saved" in request.args,
        )
    return html, 422 if problems else 200
