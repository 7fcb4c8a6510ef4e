"""Covering in place: boxes of one photo become solid, the new picture is checked by itself, and a cover comes off."""

from dataclasses import dataclass, replace

from moderation.db.models import Finding, Photo, Post
from moderation.media import photo as pictures
from moderation.rules.blocks import MARGIN as MARGIN
from moderation.rules.blocks import Block
from moderation.rules.language import N_, gettext
from moderation.rules.roles import APPROVERS, Actor
from moderation.rules.workflow import EDITABLE, Action, Case, Refused, Stale, advance
from moderation.services import audit, board, cases, checks, draft_looks, intake, renditions, scanning, stickers
from moderation.services.work import Mistake, NotFound, Work

MOST_BOXES = 100  # of one's own, at once
BY_AUTHOR = "photo covered"  # in the audit trail, while it is a draft
CHANGED = N_("This photo changed since you opened the page. Look at it as it is now, then cover.")


@dataclass(frozen=True)
class Wish:
    """What to cover in one photo: places that findings point at, boxes of one's own; with the sticker or without."""

    finding_ids: tuple[int, ...] = ()
    own: tuple[Block, ...] = ()
    sticker: bool = False


@dataclass(frozen=True)
class Covered:
    """The covered picture, made but not yet in the post."""

    photo_id: int
    wish: Wish
    picture: pictures.Photo


def to_cover(work: Work, actor: Actor, post_id: int, photo_id: int) -> tuple[Post, Photo]:
    """The post and its photo, if this person may cover in it now."""
    post = board.visible(work, actor, post_id)
    _allow(work, actor, post, Action.COVER, None)
    return post, _photo(post, photo_id)


def places(work: Work, post: Post, photo: Photo) -> list[Finding]:
    """Everything with a place in this photo that today's checks found, worst first."""
    shown = renditions.pictured(work, post)
    return [one for one in checks.findings(work, post) if one.box and shown.get(one.scan.digest) is photo]


def photo_of(work: Work, actor: Actor, post_id: int, finding_ids: tuple[int, ...]) -> int:
    """The photo that all these findings are in. Raises Stale, and Refused where nothing has a place."""
    post = board.visible(work, actor, post_id)
    there = {finding.id: finding for finding in checks.findings(work, post)}
    if not finding_ids or not there.keys() >= set(finding_ids):
        raise Stale(gettext("This flag is of an earlier version of the post. Look at it as it is now, then decide."))
    shown = renditions.pictured(work, post)
    photos = {shown.get(there[one].scan.digest) if there[one].box else None for one in finding_ids}
    photo = photos.pop() if len(photos) == 1 else None
    if photo is None:
        raise Refused(gettext("There is no place in the picture to cover. Remove the photo, or send the post back."))
    return photo.id


def make(work: Work, actor: Actor, post_id: int, photo_id: int, wish: Wish, seen: str | None = None) -> Covered:
    """Make the covered picture; `put` then takes it in. Two steps, for making it takes up to a second.

    `seen`: the digest of what an approver saw; the author of a draft needs none.
    """
    post = board.visible(work, actor, post_id)
    _allow(work, actor, post, Action.COVER, seen or "")
    photo = _photo(post, photo_id)
    there = {finding.id: finding.box for finding in places(work, post, photo)}
    if not there.keys() >= set(wish.finding_ids):
        raise Stale(gettext(CHANGED))
    blocks = [*(Block.of(box) for one, box in there.items() if box and one in wish.finding_ids), *wish.own]
    if not blocks:
        raise Mistake(gettext("Nothing is covered yet: tap what the checks found, or add a box."))
    if not all(block.is_in(photo.width, photo.height) for block in blocks):
        raise Mistake(gettext("A box is empty or lies outside the photo. Look at its numbers."))
    sticker = stickers.jpeg(work) if wish.sticker else None
    return Covered(photo.id, wish, pictures.cover(work.store.get(photo.media_key), blocks, sticker=sticker))


def put(work: Work, actor: Actor, post_id: int, covered: Covered, seen: str | None = None) -> None:
    """The covered picture takes the old one's place and is checked again by itself (law 5)."""
    post = board.visible(work, actor, post_id)
    case = _allow(work, actor, post, Action.COVER, seen or "")
    photo = _photo(post, covered.photo_id)
    photo.removed_at = work.now
    replacement = Photo(
        post_id=post.id,
        position=photo.position,
        media_key=work.store.put(covered.picture.jpeg),
        width=covered.picture.width,
        height=covered.picture.height,
        alt_text=photo.alt_text,
        people=None,  # a covered face is no longer counted
        file_name=photo.file_name,
        camera=photo.camera,
        covered_from_id=photo.id,
        covered_by_id=actor.id,
    )
    work.session.add(replacement)
    work.session.flush()
    wish = covered.wish
    detail = {"findings": wish.finding_ids, "boxes": len(wish.own), "photo": photo.id, "covered": replacement.id}
    _changed(work, actor, post, Action.COVER, case, **detail)


def takes_off(post: Post, photo: Photo, actor: Actor) -> bool:
    """Whether a page may offer this person to take the cover off: the author theirs, whoever decides those of review.

    So nothing comes back that was not in the post as it was handed in, and nothing that an approver took out.
    """
    by_author = photo.covered_by_id == post.author_id
    return photo.covered_from_id is not None and by_author == (post.author_id == actor.id)


def take_off(work: Work, actor: Actor, post_id: int, photo_id: int, seen: str | None = None) -> None:
    """The picture as it was before comes back, with what its checks found. Never once the post is released."""
    post = board.visible(work, actor, post_id)
    case = _allow(work, actor, post, Action.UNCOVER, seen or "")
    photo = _photo(post, photo_id)
    before = work.session.get(Photo, photo.covered_from_id) if photo.covered_from_id else None
    if before is None:
        raise Refused(gettext("There is no cover on this photo that can be taken off. Load the page again."))
    if not takes_off(post, photo, actor):
        raise Refused(gettext("Somebody else covered this, so you cannot take it off. Ask them."))
    before.removed_at, before.position, before.alt_text = None, photo.position, photo.alt_text
    photo.removed_at = photo.taken_off_at = work.now
    _changed(work, actor, post, Action.UNCOVER, case, photo=photo.id, uncovered=before.id)


def _allow(work: Work, actor: Actor, post: Post, action: Action, seen: str | None) -> Case | None:
    """None for the author, in a draft; for whoever decides, the facts. Raises what forbids it.

    `seen` None: for a page that shows it, as it is now.
    """
    decides = actor.role in APPROVERS and post.state not in EDITABLE
    if post.author_id == actor.id and not decides:
        intake.editable(work, actor, post.id)
        return None
    case = cases.case_of(work, post, seen_digest=seen)
    case = replace(case, seen_digest=case.digest) if seen is None else case
    advance(post.state, action, actor, case)
    return case


def _photo(post: Post, photo_id: int) -> Photo:
    photo = next((photo for photo in post.every_photo if photo.id == photo_id), None)
    if photo is None:
        raise NotFound
    if photo.removed_at is not None:
        raise Stale(gettext(CHANGED))
    return photo


def _changed(work: Work, actor: Actor, post: Post, action: Action, case: Case | None, **detail: object) -> None:
    work.session.flush()
    work.session.expire(post, ["every_photo"])
    if case is None:
        word = BY_AUTHOR if action is Action.COVER else "photo uncovered"
        audit.append(work, actor, word, post.id, **detail)
        draft_looks.order(work, actor, post)
    else:
        cases.move(work, post, action, actor, case, **detail)
        scanning.order(work, post)
