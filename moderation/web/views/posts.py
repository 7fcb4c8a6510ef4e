"""For everybody who writes posts: following what happens, taking back, discarding."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.roles import APPROVERS, EVIDENCE_READERS, PUBLISHERS
from moderation.rules.workflow import State
from moderation.services import (
    appearing,
    audit,
    board,
    cases,
    checklist,
    checks,
    deliveries,
    insight,
    intake,
    live,
    live_looks,
    out,
    previews,
    register,
    review,
    safeguarding,
    staff,
    tailoring,
    takedowns,
    versions,
)
from moderation.web import route_words
from moderation.web.forms import parse_crop
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.progress import part

blueprint = Blueprint("posts", __name__, url_prefix="/posts")


@blueprint.get("/")
def mine() -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template("posts/mine.html", posts=board.of_author(work, actor()))


@blueprint.get("/everybodys")
def everybodys() -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template("posts/everybodys.html", posts=board.under_way(work))


@blueprint.get("/<int:post_id>")
def show(post_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        post = board.visible(work, actor(), post_id)
        scans = checks.current_scans(work, post)
        mine = post.author_id == actor().id
        findings, pointed = checks.sorted_findings(scans) if mine else [], versions.pointed_at(work, post)
        kinds = {one.kind for one in (*findings, *pointed.because_of, *pointed.others) if one.must_be_settled}
        compared, places = live.of_post(work, post), cases.publications(work, post)
        return render_template(
            "posts/show.html",
            post=post,
            mine=mine,
            findings=findings,
            turned_out=insight.turned_out(work, kinds) if mine else {},
            pointed=pointed,
            numbers=checks.photo_numbers(work, post),
            nobody=register.is_empty(work),
            shows_photos=board.shows_photos(actor(), post) and not safeguarding.is_barred(work, actor(), post.id),
            progress=checks.progress(post, scans),
            offers=cases.offers(work, post, actor()),
            history=audit.of_post(work.session, post.id),
            evidence_offered=bool(actor().roles & EVIDENCE_READERS) and post.submitted_at is not None,
            live_offered=out.is_out(work, post) and live.may_compare(actor()),
            readable=live_looks.can_be_read(work, post),
            not_as_approved=any(live.is_open(one, compared) for one in compared),
            publications=places,
            must_go=bool(places) and out.is_out(work, post) and not takedowns.left_to_ask(work, actor(), post),
            deliveries=deliveries.of_post(work, post.id),
            may_remove=not actor().roles.isdisjoint(PUBLISHERS | APPROVERS),
            tagged=appearing.of_post(work, post),
            ticks=checklist.ticks(work, post),
            waits_for=route_words.waits_for(
                review.standing(work, post), {user.id: user.name for user in staff.everybody(work)}
            ),
            previews=previews.of_post(work, post, findings),
        )


@blueprint.get("/<int:post_id>/progress")
def progress(post_id: int) -> ResponseReturnValue:
    """The part of the page that changes by itself."""
    with parts().reading() as work:
        post = board.visible(work, actor(), post_id)
        progress = checks.progress(post, checks.current_scans(work, post))
        html = render_template("posts/_progress.html", post=post, progress=progress)
        return part(html, changed=post.state is not State.CHECKING)


@blueprint.post("/<int:post_id>/take-back")
def take_back(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        intake.take_back(work, actor(), post_id)
    return redirect(url_for("writing.edit", post_id=post_id), 303)


@blueprint.post("/<int:post_id>/crops")
def move_crop(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        tailoring.move_own_crop(work, actor(), post_id, *parse_crop(request.form))
    return redirect(url_for("posts.show", post_id=post_id, _anchor="networks"), 303)


@blueprint.post("/<int:post_id>/discard")
def discard(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        intake.discard(work, actor(), post_id)
    return redirect(url_for("posts.mine"), 303)


@blueprint.post("/<int:post_id>/off-device")
def off_device(post_id: int) -> ResponseReturnValue:
    """The author's word that the photos are deleted from their own device."""
    with parts().work() as work:
        checklist.off_device(work, actor(), post_id)
    return redirect(url_for("signing_in.home"), 303)
