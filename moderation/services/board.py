"""Who sees which posts: lists for pages, and the one rule of visibility."""

from sqlalchemy import Select, false, select, true
from sqlalchemy.orm import selectinload

from moderation.db.models import Finding, Photo, Post, ReferencePhoto, Scan
from moderation.db.posts import is_under_way
from moderation.rules.findings import Box
from moderation.rules.roles import APPROVERS, PUBLISHERS, Actor
from moderation.rules.workflow import State
from moderation.services import cases, renditions, safeguarding
from moderation.services.work import NotFound, Work

# What any member of staff may see, because any member of staff may stop it. Drafts are their author's alone.
_PRIVATE = (State.DRAFT, State.DISCARDED, State.PURGED)
_GONE = (State.DISCARDED, State.PURGED)
_AS_PUBLISHED = (State.RELEASED, State.LIVE, State.TAKEN_DOWN)
SHOWN = 200


def of_author(work: Work, actor: Actor) -> list[Post]:
    """One's own posts, the newest change first; discarded and purged ones are gone."""
    return listed(
        work,
        select(Post).where(Post.author_id == actor.id, Post.state.not_in(_GONE)).order_by(Post.state_since.desc()),
    )


def under_way(work: Work) -> list[Post]:
    """Everything between handed in and live: urgent ones first, then the oldest."""
    question = select(Post).where(is_under_way()).order_by(Post.submitted_at, Post.id)
    urgent = listed(work, question.where(Post.urgent == true()))
    return [*urgent, *listed(work, question.where(Post.urgent == false()))][:SHOWN]


def listed(work: Work, question: Select[Post], photos: bool = True) -> list[Post]:
    """At most SHOWN posts with what their cards show, in a constant number of queries. A line of words has no
    `photos`: of a year's posts they are a thousand rows."""
    together = [selectinload(Post.author), selectinload(Post.accounts)]
    if photos:
        together.append(selectinload(Post.every_photo))
    return list(work.session.scalars(question.limit(SHOWN).options(*together)))


def handed_in(work: Work, post_id: int) -> Post:
    """The post, unless it is its author's own affair."""
    post = cases.get(work, post_id)
    if post.state in _PRIVATE:
        raise NotFound
    return post


def visible(work: Work, actor: Actor, post_id: int) -> Post:
    """The post, if this person may see it; otherwise it is not there."""
    post = cases.get(work, post_id)
    if post.state in _PRIVATE and post.author_id != actor.id:
        raise NotFound
    return post


def shows_photos(actor: Actor, post: Post) -> bool:
    """Publishers see what was approved; everybody else on the staff sees what they could stop."""
    return bool(actor.roles - PUBLISHERS) or post.author_id == actor.id or post.state in _AS_PUBLISHED


def visible_photo(work: Work, actor: Actor, photo_id: int) -> Photo:
    """A picture of a post as it is now. Law 5: one that was covered or taken out is not there for anybody."""
    photo = work.session.get(Photo, photo_id)
    if photo is None or photo.removed_at is not None:
        raise NotFound
    if not shows_photos(actor, visible(work, actor, photo.post_id)) or safeguarding.is_barred(
        work, actor, photo.post_id
    ):
        raise NotFound
    return photo


def visible_rendition(work: Work, actor: Actor, post_id: int, account_id: int, photo_id: int) -> tuple[str, Box | None]:
    """A photo as one account gets it: a picture's key, and the part to show of it if its own is not made."""
    photo = visible_photo(work, actor, photo_id)
    post = cases.get(work, photo.post_id)
    for shown in renditions.plan(work, post):
        if (shown.account.id, shown.photo.id, post.id) == (account_id, photo_id, post_id):
            key = renditions.key_of(shown, renditions.made(work, post))
            return (key, None) if key or shown.recipe is None else (photo.media_key, shown.recipe.part)
    raise NotFound


def visible_finding(work: Work, actor: Actor, finding_id: int) -> tuple[Finding, Photo]:
    """A finding with a place in a current picture, for approvers and the author."""
    finding = work.session.get(Finding, finding_id)
    if finding is None or finding.box is None:
        raise NotFound
    scan = work.session.get_one(Scan, finding.scan_id)
    post = visible(work, actor, scan.post_id)
    photo = renditions.pictured(work, post).get(scan.digest)
    if safeguarding.is_barred(work, actor, post.id):
        raise NotFound
    if photo is None or (actor.roles.isdisjoint(APPROVERS) and post.author_id != actor.id):
        raise NotFound
    return finding, photo


def reference(work: Work, reference_id: int) -> ReferencePhoto:
    found = work.session.get(ReferencePhoto, reference_id)
    if found is None:
        raise NotFound
    return found
