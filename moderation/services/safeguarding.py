"""Who the school's safeguarding lead is, and what of a post's pictures is kept apart for them."""

from collections import defaultdict

from sqlalchemy import select

from moderation.db.models import Concern, ConcernSettings, Photo, Post, User
from moderation.rules.concerns import Kind
from moderation.rules.guards import Refused, is_not_kept_apart
from moderation.rules.language import gettext
from moderation.rules.roles import APPROVERS, Actor, Role
from moderation.services import deputies
from moderation.services.work import Work


def settings(work: Work) -> ConcernSettings:
    """The school's row; one that says nothing yet is not in the database."""
    return work.session.get(ConcernSettings, 1) or ConcernSettings(
        id=1, routes="recommended", takedown_days=1, public=False
    )


def people(work: Work) -> frozenset[int]:
    """Lead and deputy, by id; where neither is named or works here, whoever is headteacher today."""
    row = settings(work)
    named = {one for one in (row.lead_id, row.deputy_id) if one}
    there = frozenset(work.session.scalars(select(User.id).where(User.id.in_(named), User.active)))
    return there or deputies.with_role(work, frozenset({Role.HEADTEACHER}))


def kept_apart(work: Work) -> dict[int, set[Kind]]:
    """Posts by number that are kept apart, and why: by a concern, or for a picture that is in such a post too.

    The same picture may have been handed in twice; nobody says which one of a post it is about, so each counts.
    """
    return work.once("kept apart", None, lambda: _kept_apart(work))


def _kept_apart(work: Work) -> dict[int, set[Kind]]:
    rows = work.session.execute(select(Concern.post_id, Concern.kind).where(Concern.apart)).all()
    found: dict[int, set[Kind]] = defaultdict(set)
    for post_id, kind in rows:
        if post_id:
            for one in (post_id, *same_pictures(work, post_id)):
                found[one].add(kind)
    return found


def same_pictures(work: Work, post_id: int) -> list[int]:
    """Other posts in which there is, or was, a picture of this one, by number."""
    keys = set(work.session.scalars(select(Photo.media_key).where(Photo.post_id == post_id)))
    there = select(Photo.post_id).where(Photo.media_key.in_(keys), Photo.post_id != post_id).distinct()
    return list(work.session.scalars(there.order_by(Photo.post_id))) if keys else []


def is_apart(work: Work, post: Post) -> bool:
    return post.id in kept_apart(work)


def is_reported(work: Work, post: Post) -> bool:
    """Whether a concern of its own keeps it apart, not only one about the same picture in another post."""
    of_post = select(Concern.id).where(Concern.post_id == post.id, Concern.apart)
    return work.session.scalars(of_post.limit(1)).first() is not None


def barred(work: Work, actor: Actor) -> frozenset[int]:
    """Posts whose pictures this person does not get now.

    What may be indecent is for the safeguarding lead alone; a compromising picture is for the heads as well.
    """
    found = kept_apart(work)
    if not found or actor.id in people(work):
        return frozenset()
    head = not actor.roles.isdisjoint(APPROVERS)
    return frozenset(post_id for post_id, kinds in found.items() if Kind.INDECENT in kinds or not head)


def is_barred(work: Work, actor: Actor, post_id: int) -> bool:
    return post_id in barred(work, actor)


def refuse_if_apart(work: Work, post: Post) -> None:
    """Before anything is done to its pictures that no move guards. Raises Refused."""
    if is_apart(work, post):
        raise Refused(gettext(str(is_not_kept_apart.__doc__)))
