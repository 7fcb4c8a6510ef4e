"""The form of a post: written, given photos and people, saved, handed in."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.db.models import Post
from moderation.media.gate import MAX_BYTES
from moderation.rules.checklist import Origin
from moderation.rules.language import gettext
from moderation.rules.workflow import EDITABLE, NotAccepted, Refused, State
from moderation.services import (
    appearing,
    checklist,
    checks,
    fitting,
    holding,
    insight,
    intake,
    sending,
    standards,
    tagging,
    versions,
    waiting_uploads,
)
from moderation.services.work import Mistake, Work
from moderation.web import kept_draft, uploads
from moderation.web.checklist_forms import parse_answers
from moderation.web.forms import is_id, parse_moment, parse_words
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.people_forms import parse_people
from moderation.web.views import covering, reminders

blueprint = Blueprint("writing", __name__, url_prefix="/posts")


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    with parts().reading() as work:
        return form(work, None, [], group=request.args.get("group", ""))


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    return _save(None)


@blueprint.get("/<int:post_id>/edit")
def edit(post_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        post = intake.own(work, actor(), post_id)
        if post.state not in EDITABLE:
            return redirect(url_for("posts.show", post_id=post_id), 303)
        if post.is_reminder:
            return redirect(url_for("reminders.edit", post_id=post_id), 303)
        return form(work, post_id, [], group=request.args.get("group", ""))


@blueprint.post("/<int:post_id>/edit")
def save(post_id: int) -> ResponseReturnValue:
    return _save(post_id)


def _save(post_id: int | None) -> ResponseReturnValue:
    """Keep everything first, then do what the pressed button says: whatever goes wrong, nothing typed is lost."""
    if post_id is not None:
        with parts().reading() as work:
            is_reminder = intake.own(work, actor(), post_id).is_reminder
        if is_reminder:
            return reminders.keep(post_id)
    if request.form.get("do") == "keep":
        return kept_draft.answer(post_id, _keep)
    post, problems = _keep(post_id)
    if post is None:
        with parts().reading() as work:
            return form(work, None, problems or [gettext("Write a caption or add a photo first.")])
    pressed, _, photo = request.form.get("do", "save").partition("-")
    find = request.form.get("find", "").strip() if pressed == "people" else ""
    done = _press(post, pressed, int(photo) if is_id(photo) else None, problems)
    if done is not None:
        return done
    if not problems and not find:
        group = request.form.get("group" if pressed == "people" else "group_shown", "")
        if pressed in ("people", "whole") and group:
            return redirect(url_for("writing.edit", post_id=post.id, group=group, _anchor="people"), 303)
        return redirect(url_for("writing.edit", post_id=post.id, saved=1, group=group or None), 303)  # the class stays
    with parts().reading() as work:
        return form(work, post.id, problems, find=find)


def _keep(post_id: int | None) -> tuple[Post | None, list[str]]:
    """The post with what was typed, and a sentence for all that could not be kept. Nothing is begun for nothing."""
    words = parse_words(request.form)
    photos, too_many = uploads.photos()
    prepared, problems = intake.prepare(photos)
    people = _people(problems)
    said = people and (people.ticked or request.form.get("do") in ("people", "whole"))
    if post_id is None and not words.caption and not prepared and not said and not kept_draft.is_begun():
        return None, [*problems, *too_many]
    with parts().work() as work:
        kept_draft.refuse_if_older(work, post_id)
        post, unkept = intake.save(work, actor(), post_id, words, prepared)
        unkept += _times(work, post)
        if people:
            tagging.save(work, actor(), post.id, people)
        answers = parse_answers(request.form)
        if answers:
            checklist.save(work, post, answers, new_photos=bool(prepared))
    return post, problems + unkept + too_many


def _press(post: Post, pressed: str, photo: int | None, problems: list[str]) -> ResponseReturnValue | None:
    """Do what the button says; None: the form is shown again. What is in the way is put to `problems`."""
    if pressed in ("cover", "draw") and photo is not None and not problems:
        return covering.of_form(post.id, pressed, photo)
    try:
        with parts().work() as work:
            if pressed == "remove" and photo is not None:
                intake.remove_photo(work, actor(), post.id, photo)
            elif pressed == "restore" and photo is not None:
                intake.restore_photo(work, actor(), post.id, photo)
            elif pressed == "forget" and photo is not None:
                sending.drop(work, actor(), post.id, photo)
            elif pressed == "send" and not problems:
                intake.submit(work, actor(), post.id)
                return redirect(url_for("posts.show", post_id=post.id), 303)
    except NotAccepted:
        return redirect(url_for("acceptance.show", back=url_for("writing.edit", post_id=post.id)), 303)
    except Refused as refused:
        with parts().reading() as work:
            unanswered = checklist.missing(work, post.id)
        problems += [*intake.missing(post), *unanswered] or [str(refused)]
    return None


def _times(work: Work, post: Post) -> list[str]:
    """By when it is wanted, until when it is held."""
    problems = []
    for name, keep in (("wanted_by", intake.want_by), ("not_before", holding.ask)):
        if name in request.form:
            try:
                problems += keep(work, actor(), post.id, parse_moment(request.form[name], work.zone))
            except Mistake as mistake:
                problems.append(str(mistake))
    return problems


def _people(problems: list[str]) -> tagging.People | None:
    """Who is in it, as tapped. A slip in it is told and loses nothing else."""
    try:
        return parse_people(request.form)
    except Mistake as mistake:
        problems.append(str(mistake))
        return None


def _who(work: Work, post: Post | None, group: str, find: str) -> dict[str, object]:
    """For the part of the form that asks who is in it. A name that is looked for never stands in an address."""
    people = tagging.find(work, find) if find else tagging.of_group(work, group) if group else []
    return {
        "tagged": tagging.standings(work, appearing.tagged(work, post), post) if post else [],
        "shown": tagging.standings(work, people, post),
        "group": "" if find else group,
        "groups": tagging.groups(work),
        "looked": bool(find or group),
    }


def form(work: Work, post_id: int | None, problems: list[str], group: str = "", find: str = "") -> ResponseReturnValue:
    post = intake.own(work, actor(), post_id) if post_id else None
    return (
        render_template(
            "posts/edit.html",
            post=post,
            problems=problems,
            accounts=intake.accounts(work),
            misfits=fitting.sentences(post) if post else [],
            restorable=intake.restorable(post) if post else [],
            **_flags(work, post),
            covered="covered" in request.args,
            unfinished=waiting_uploads.of_post(work, post) if post else [],
            **(covering.of_draft(work, post, post.photos) if post else {}),
            numbers=checks.photo_numbers(work, post) if post else {},
            most_photos=intake.MOST_PHOTOS,
            largest=MAX_BYTES,
            together=current_app.config["MAX_CONTENT_LENGTH"],
            saved="saved" in request.args,
            who=_who(work, post, group, find),
            policy=standards.images_policy(work),
            about_pupils=standards.about_pupils(work),
            today=work.today,
            checklist=checklist.lines(work),
            ticked=checklist.ticked_now(work, post) if post else frozenset(),
            origins=tuple(Origin),
        ),
        422 if problems else 200,
    )


def _flags(work: Work, post: Post | None) -> dict[str, object]:
    """What is to mend: what it came back with, the reason first, or what the checks say of it now."""
    if post is None or post.state is not State.SENT_BACK:
        return {"findings": []}
    pointed = versions.pointed_at(work, post)
    findings = [*pointed.because_of, *pointed.others] or checks.findings(work, post)
    open_kinds = {one.kind for one in findings if one.must_be_settled and not one.is_settled}
    return {"findings": findings, "turned_out": insight.turned_out(work, open_kinds)}
