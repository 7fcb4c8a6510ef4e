"""For approvers: what waits, the post with its findings, and the decision."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.findings import Resolution
from moderation.rules.language import gettext
from moderation.rules.post_kinds import PostKind
from moderation.rules.workflow import Action, Refused, State
from moderation.services import (
    board,
    cases,
    checks,
    claims,
    following,
    holding,
    import_files,
    live,
    review,
    routes,
    staff,
    tailoring,
)
from moderation.services.work import NotFound
from moderation.web import review_page, route_words
from moderation.web.forms import parse_crop, parse_ids
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("review", __name__, url_prefix="/review")


@blueprint.before_request
def only_theirs() -> None:
    """A post that others decide about is closed here, whatever is asked for."""
    post_id = (request.view_args or {}).get("post_id")
    if post_id is not None:
        with parts().reading() as work:
            review.check_theirs(work, actor(), post_id)


@blueprint.get("/")
def waiting() -> ResponseReturnValue:
    with parts().reading() as work:
        posts = review.waiting(work, actor())
        decides_all = PostKind.POST in review.kinds_of(actor())
        standings = {post.id: review.standing(work, post) for post in posts}
        people = {user.id: user.name for user in staff.everybody(work)}
        flags = {post.id: len(checks.unsettled(work, post)) for post in posts}
        more = {
            "imports": import_files.asking(work) if decides_all else [],
            "being_checked": review.being_checked(work, actor()),
            "differing": live.how_many(work) if decides_all else 0,
        }
        return render_template(
            "review/waiting.html",
            mine=[post for post in posts if review.asks(standings[post.id], actor())],
            others=[post for post in posts if not review.asks(standings[post.id], actor())],
            waits_for={number: route_words.waits_for(standing, people) for number, standing in standings.items()},
            topics={post.id: routes.topics(work, post) for post in posts},
            flags=flags,
            me=actor(),
            claims=claims.standing(work, actor(), flags),
            decides_all=decides_all,
            **more,
        )


@blueprint.get("/<int:post_id>")
def show(post_id: int) -> ResponseReturnValue:
    return page(post_id)


def page(post_id: int, problem: str = "") -> ResponseReturnValue:
    """`problem`: why the post could not be held; what was typed is still in its form."""
    with parts().reading() as work:
        post = cases.get(work, post_id)
        if post.state is State.DRAFT and post.submitted_at is not None:
            return redirect(url_for("review.waiting", taken_back=1), 303)
        post = board.handed_in(work, post_id)
        review.check_theirs(work, actor(), post_id)
        shown = review_page.shown(work, actor(), post)
        html = render_template("review/show.html", **shown, problem=problem, hold_refused=post_id if problem else None)
    return html, 409 if problem else 200


def _seen() -> str:
    """The digest of what the approver had on the page."""
    return request.form.get("digest", "")


def _back(post_id: int) -> ResponseReturnValue:
    return redirect(url_for("review.show", post_id=post_id, _anchor="flags"), 303)


@blueprint.post("/<int:post_id>/settle")
def settle(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        review.settle(work, actor(), post_id, parse_ids(request.form, "finding"), _word(), _seen())
    return _back(post_id)


def _word() -> review.Word:
    """A ready reason is one button; words of one's own come with a choice."""
    ready, _, reason = request.form.get("word", "").partition(": ")
    try:
        resolution = Resolution(ready or request.form.get("resolution", ""))
    except ValueError as error:
        raise Refused(gettext("Choose what it is.")) from error
    return review.Word(resolution, reason or request.form.get("reason", ""))


@blueprint.post("/<int:post_id>/looking")
def looking(post_id: int) -> ResponseReturnValue:
    """The page says now and then that somebody has it open."""
    with parts().work() as work:
        claims.take(work, actor(), board.handed_in(work, post_id))
    return "", 204


@blueprint.post("/<int:post_id>/left")
def left(post_id: int) -> ResponseReturnValue:
    """The page says that it was left."""
    with parts().work() as work:
        claims.leave(work, actor(), post_id)
    return "", 204


@blueprint.post("/<int:post_id>/agree")
def agree(post_id: int) -> ResponseReturnValue:
    """The second person's word on a match."""
    with parts().work() as work:
        review.agree(work, actor(), post_id, request.form.get("finding", 0, type=int), _seen())
    return _back(post_id)


@blueprint.post("/<int:post_id>/unsettle")
def unsettle(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        review.unsettle(work, actor(), post_id, parse_ids(request.form, "finding"), _seen())
    return _back(post_id)


@blueprint.post("/<int:post_id>/photos/<int:photo_id>/remove")
def remove_photo(post_id: int, photo_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        review.remove_photo(work, actor(), post_id, photo_id, _seen())
    return _back(post_id)


@blueprint.post("/<int:post_id>/crops")
def move_crop(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        tailoring.move_crop(work, actor(), post_id, *parse_crop(request.form), _seen())
    return _back(post_id)


@blueprint.post("/<int:post_id>/accounts/<int:account_id>/leave-out")
def leave_out(post_id: int, account_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        tailoring.leave_out(work, actor(), post_id, account_id, _seen())
    return _back(post_id)


@blueprint.post("/<int:post_id>/links")
def follow_links(post_id: int) -> ResponseReturnValue:
    """Look once more where the links lead."""
    with parts().work() as work:
        following.again(work, board.handed_in(work, post_id))
    return redirect(url_for("review.show", post_id=post_id, _anchor="links"), 303)


@blueprint.post("/<int:post_id>/approve")
def approve(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        holding.saw(cases.get(work, post_id), request.form.get("held_until", ""))
        released = review.approve(work, actor(), post_id, _seen(), still_meant="still_meant" in request.form)
    return _next("approved" if released else "approved_too", post_id)


@blueprint.post("/<int:post_id>/take-own-back")
def take_own_back(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        review.take_own_back(work, actor(), post_id)
    return _back(post_id)


def _next(word: str, post_id: int) -> ResponseReturnValue:
    """To the first post of the queue, with a word on what was done to the last one."""
    done: dict[str, Any] = {word: post_id}
    with parts().reading() as work:
        waits = review.next_for(work, actor())
    if waits:
        return redirect(url_for("review.show", post_id=waits, **done), 303)
    return redirect(url_for("review.waiting", **done), 303)


@blueprint.post("/<int:post_id>/decide")
def decide(post_id: int) -> ResponseReturnValue:
    """Send back, resume or take an approval back."""
    try:
        action = Action(request.form.get("action", ""))
    except ValueError as error:
        raise NotFound from error
    because_of = parse_ids(request.form, "because_of")
    with parts().work() as work:
        review.decide(work, actor(), post_id, action, request.form.get("reason", ""), because_of)
    return _next("sent_back", post_id) if action is Action.SEND_BACK else _back(post_id)
