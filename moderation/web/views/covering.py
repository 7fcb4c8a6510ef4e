"""Covering in a photo: for its author before it is handed in, and for whoever decides about the post."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.db.models import Photo, Post
from moderation.rules.workflow import EDITABLE
from moderation.services import cases, checks, covering, intake, register, stickers
from moderation.services.covering import Wish
from moderation.services.work import Mistake, NotFound, Work
from moderation.web.asking import PLACES, Asked, asked
from moderation.web.cover_forms import BLANK, FIELDS, parse_wish, typed_boxes
from moderation.web.forms import parse_ids
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.progress import part
from moderation.web.words import KINDS

blueprint = Blueprint("covering", __name__)

EMPTY_BOXES = 3  # to fill in without a script


@blueprint.get("/posts/<int:post_id>/photos/<int:photo_id>/cover")
def show(post_id: int, photo_id: int) -> ResponseReturnValue:
    return _page(post_id, photo_id, (), [], None)


def _page(
    post_id: int, photo_id: int, ticked: tuple[int, ...], boxes: list[tuple[str, ...]], problem: str | None
) -> ResponseReturnValue:
    with parts().reading() as work:
        post, photo = covering.to_cover(work, actor(), post_id, photo_id)
        places = covering.places(work, post, photo)
        html = render_template(
            "covering/show.html",
            post=post,
            photo=photo,
            number=checks.photo_numbers(work, post)[photo.media_key],
            places=[one for one in places if one.must_be_settled],
            notes=[one for one in places if not one.must_be_settled],
            kinds=PLACES if _is_mine(post) else KINDS,
            labels={one.id: number for number, one in enumerate(places, 1)},
            ticked=ticked,
            boxes=boxes + [BLANK] * (EMPTY_BOXES if not boxes else 1),
            figures=FIELDS,
            sticker=stickers.current(work),
            problem=problem,
            digest=request.form.get("digest") or cases.digest_of(work, post),
            mine=_is_mine(post),
            takes_off=covering.takes_off(post, photo, actor()),
            margin=covering.MARGIN,
        )
    return html, 422 if problem else 200


def _is_mine(post: Post) -> bool:
    return post.author_id == actor().id and post.state in EDITABLE


@blueprint.post("/posts/<int:post_id>/photos/<int:photo_id>/cover")
def put(post_id: int, photo_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        post, photo = covering.to_cover(work, actor(), post_id, photo_id)
    try:
        cover(post_id, photo_id, parse_wish(request.form, photo.width, photo.height))
    except Mistake as mistake:
        return _page(post_id, photo_id, parse_ids(request.form, "finding"), typed_boxes(request.form), str(mistake))
    return _back(post)


def cover(post_id: int, photo_id: int, wish: Wish) -> None:
    """Make the picture with no transaction open that writes, then take it in."""
    seen = request.form.get("digest")
    with parts().reading() as work:
        covered = covering.make(work, actor(), post_id, photo_id, wish, seen)
    with parts().work() as work:
        covering.put(work, actor(), post_id, covered, seen)


def _back(post: Post) -> ResponseReturnValue:
    if _is_mine(post):
        return redirect(url_for("writing.edit", post_id=post.id, covered=1, _anchor="photos-there"), 303)
    return redirect(url_for("review.show", post_id=post.id, _anchor="flags"), 303)


@blueprint.post("/posts/<int:post_id>/photos/<int:photo_id>/uncover")
def take_off(post_id: int, photo_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        post, _ = covering.to_cover(work, actor(), post_id, photo_id)
        covering.take_off(work, actor(), post_id, photo_id, request.form.get("digest"))
    return _back(post)


@blueprint.post("/review/<int:post_id>/cover")
def findings(post_id: int) -> ResponseReturnValue:
    """One tap: what these findings point at."""
    chosen = parse_ids(request.form, "finding")
    with parts().reading() as work:
        photo_id = covering.photo_of(work, actor(), post_id, chosen)
    cover(post_id, photo_id, Wish(chosen))
    return redirect(url_for("review.show", post_id=post_id, _anchor="flags"), 303)


@blueprint.get("/posts/<int:post_id>/photos/<int:photo_id>/checked")
def checked(post_id: int, photo_id: int) -> ResponseReturnValue:
    """The part of the author's page that says what was found in one photo of a draft."""
    with parts().reading() as work:
        post = intake.own(work, actor(), post_id)
        photo = next((one for one in post.photos if one.id == photo_id), None)
        if photo is None:
            raise NotFound
        if post.state not in EDITABLE:
            return "", 204  # it was sent a moment ago, and the page is on its way
        looks, nobody = _looks(work, post, [photo]), register.is_empty(work)
        html = render_template("covering/_checked.html", post=post, photo=photo, looks=looks, nobody=nobody)
    return part(html, ended=looks[photo_id].ended is not False)


def of_draft(work: Work, post: Post, photos: list[Photo]) -> dict[str, object]:
    """What the author's page asks about these photos, by id."""
    return {"looks": _looks(work, post, photos), "nobody": register.is_empty(work)}


def _looks(work: Work, post: Post, photos: list[Photo]) -> dict[int, Asked]:
    scans = {scan.digest: scan for scan in checks.current_scans(work, post)}
    return {photo.id: asked(scans.get(photo.media_key)) for photo in photos}


def cover_asked(post_id: int, photo_id: int) -> None:
    """The author's one tap: all that the page asks about in this photo."""
    with parts().reading() as work:
        post, photo = covering.to_cover(work, actor(), post_id, photo_id)
        scans = {scan.digest: scan for scan in checks.current_scans(work, post)}
    cover(post_id, photo_id, Wish(asked(scans.get(photo.media_key)).finding_ids))


def of_form(post_id: int, pressed: str, photo_id: int) -> ResponseReturnValue:
    """What was typed is kept by now: cover all that is asked about in one photo, or go where boxes are drawn."""
    if pressed == "draw":
        return redirect(url_for("covering.show", post_id=post_id, photo_id=photo_id), 303)
    cover_asked(post_id, photo_id)
    return redirect(url_for("writing.edit", post_id=post_id, covered=1, _anchor="photos-there"), 303)
