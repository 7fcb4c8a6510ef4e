"""Which posts the public can see somewhere: live ones, and those that are out on some of their accounts."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import selectinload

from moderation.db.models import Post, Publication
from moderation.rules.workflow import State
from moderation.services.work import Work

_OVER = (State.TAKEN_DOWN, State.PURGED)


def somewhere() -> ColumnElement[bool]:
    """Whatever their state: what is out has to be found until it is taken down."""
    recorded = exists().where(Publication.post_id == Post.id)
    return or_(Post.state == State.LIVE, Post.state.not_in(_OVER) & recorded)


def places(work: Work, posts: Sequence[Post]) -> dict[int, list[Publication]]:
    """By post, where each of these is out, or was until it was taken down."""
    which = Publication.post_id.in_([post.id for post in posts])
    question = select(Publication).where(which).order_by(Publication.id).options(selectinload(Publication.account))
    found: dict[int, list[Publication]] = {}
    for one in work.session.scalars(question):
        found.setdefault(one.post_id, []).append(one)
    return found


def is_out(work: Work, post: Post) -> bool:
    return work.session.scalars(select(Post.id).where(Post.id == post.id, somewhere())).first() is not None
