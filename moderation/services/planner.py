"""What the calendar shows: posts on their way by the times they are planned for, ready, live and taken down ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from moderation.db.models import Account, Post, Publication
from moderation.db.posts import is_timed
from moderation.rules.language import N_
from moderation.rules.workflow import State
from moderation.services import holding
from moderation.services.work import Work

_ON_THEIR_WAY = (State.CHECKING, State.IN_REVIEW, State.SENT_BACK, State.RELEASED)


class Occasion(StrEnum):
    """What happens to a post at a time; its text is what people read."""

    PLANNED = N_("planned: not approved yet")
    HELD = N_("held until")
    WANTED = N_("wanted by")
    READY = N_("ready to publish")
    LIVE = N_("live")
    DOWN = N_("taken down")


@dataclass(frozen=True)
class Entry:
    """`number`: of the publication if it is live, else of the post; unique among entries of the same occasion."""

    post: Post
    occasion: Occasion
    at: datetime
    accounts: tuple[Account, ...]
    number: int

    @property
    def moves(self) -> bool:
        """Whether it stands where the post is held until."""
        return self.occasion in (Occasion.PLANNED, Occasion.HELD)


def entries(work: Work, first: datetime, end: datetime, account_id: int | None = None) -> list[Entry]:
    """From `first` until before `end` (both aware), of one account or of all, in order of time."""
    found = [*_planned(work), *_published(work, first, end)]
    return sorted(
        (
            entry
            for entry in found
            if first <= entry.at < end and account_id in (None, *(account.id for account in entry.accounts))
        ),
        key=lambda entry: (entry.at, entry.post.id, entry.occasion),
    )


def _planned(work: Work) -> Iterator[Entry]:
    together = (selectinload(Post.every_photo), selectinload(Post.accounts))
    timed = select(Post.id).where(is_timed(), Post.state.in_(_ON_THEIR_WAY))
    released = select(Post.id).where(Post.state == State.RELEASED)
    planned = select(Post).where(Post.id.in_(released.union(timed)))  # with "or", PostgreSQL would read every post
    for post in work.session.scalars(planned.options(*together)):
        accounts = tuple(post.accounts)
        if post.state is State.RELEASED and not holding.is_held(work, post):
            since = max(post.state_since, post.not_before or post.state_since)
            yield Entry(post, Occasion.READY, since, accounts, post.id)
        elif post.not_before:
            occasion = Occasion.HELD if post.state is State.RELEASED else Occasion.PLANNED
            yield Entry(post, occasion, post.not_before, accounts, post.id)
        if post.wanted_by:
            yield Entry(post, Occasion.WANTED, post.wanted_by, accounts, post.id)


def _published(work: Work, first: datetime, end: datetime) -> Iterator[Entry]:
    together = (selectinload(Post.every_photo), selectinload(Post.accounts))
    live = (
        select(Publication, Post)
        .join(Post, Post.id == Publication.post_id)
        .where(Publication.at >= first, Publication.at < end)
        .options(selectinload(Publication.account), *together)
    )
    for publication, post in work.session.execute(live):
        if post.state is State.LIVE:  # asked of each: the days narrow it down further than the state
            yield Entry(post, Occasion.LIVE, publication.at, (publication.account,), publication.id)
    down = select(Post).where(Post.state == State.TAKEN_DOWN, Post.state_since >= first, Post.state_since < end)
    for post in work.session.scalars(down.options(*together)):
        yield Entry(post, Occasion.DOWN, post.state_since, tuple(post.accounts), post.id)
