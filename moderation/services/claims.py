"""Who has a post open to decide about it, so that two people do not do the same work. It bars nobody, and lapses."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Select, select

from moderation.db.models import Claim, Post
from moderation.rules.roles import Actor
from moderation.rules.workflow import State
from moderation.services.work import Work

HOLDS = timedelta(minutes=10)


def take(work: Work, actor: Actor, post: Post) -> None:
    """This person looks at the post now. Whoever was first stays named until their claim lapses."""
    if post.state is not State.IN_REVIEW or actor.id is None or actor.id == post.author_id:
        return
    claim = work.session.get(Claim, post.id)
    if claim is None:
        claim = Claim(post_id=post.id, user_id=actor.id, since=work.now)
        work.session.add(claim)
    elif claim.user_id != actor.id:
        if claim.until > work.now:
            return
        claim.user_id, claim.since = actor.id, work.now
    elif claim.until <= work.now:
        claim.since = work.now
    claim.until = work.now + HOLDS
    work.session.flush()


def let_go(work: Work, post: Post) -> None:
    """The decision is made: nobody looks at it any more."""
    claim = work.session.get(Claim, post.id)
    if claim is not None:
        work.session.delete(claim)
        work.session.flush()


def leave(work: Work, actor: Actor, post_id: int) -> None:
    """This person has left the page. Somebody else's claim stays."""
    claim = work.session.get(Claim, post_id)
    if claim is not None and claim.user_id == actor.id:
        work.session.delete(claim)
        work.session.flush()


def of_others(work: Work, actor: Actor) -> Select[int]:
    """A question for the posts that somebody else looks at now."""
    return select(Claim.post_id).where(Claim.user_id != actor.id, Claim.until > work.now)


def standing(work: Work, actor: Actor, post_ids: Iterable[int]) -> dict[int, Claim]:
    """By post, who else looks at it now."""
    question = select(Claim).where(Claim.post_id.in_(post_ids), Claim.user_id != actor.id, Claim.until > work.now)
    return {claim.post_id: claim for claim in work.session.scalars(question)}
