"""Where the links of a post end: asked in the background once it is handed in, shown to whoever decides."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import select

from moderation.db.models import FollowedLink, Post
from moderation.following import End
from moderation.queue import Job
from moderation.services.links import Link, domain_of, links
from moderation.services.work import Work

MOST = 30  # links of one post: nobody is flooded in the school's name; of the rest the page says that nobody looked
MOST_AT_ONCE = 10  # links in one run of the job, so that it ends within its time
UNHEARD = timedelta(minutes=3)  # longer than one run takes
OpenWork = Callable[[], AbstractContextManager[Work]]


class Follower(Protocol):
    def follow(self, address: str) -> End: ...


@dataclass(frozen=True)
class Listed:
    """A link as an approver reads it. `end` is empty until it is known; `trouble` says why it never will be."""

    link: Link
    waits: bool = False
    end: str = ""
    domain: str = ""  # of the end
    trouble: str = ""


def order(work: Work, post: Post) -> None:
    """Have those followed that were not yet. What an earlier version held stays as it was."""
    known = {row.address for row in _rows(work, post)}
    new = [link.address for link in links(post.words_out) if link.domain and link.address not in known]
    new = new[: max(0, MOST - len(known))]
    for address in new:
        work.session.add(FollowedLink(post_id=post.id, address=address, rung_at=work.now))
    if new:
        work.session.flush()
        work.ring(Job.FOLLOW_LINKS, post.id)


def again(work: Work, post: Post) -> None:
    """Somebody wants to know once more where the links lead."""
    for row in _rows(work, post):
        row.followed_at, row.rung_at = None, work.now
    work.ring(Job.FOLLOW_LINKS, post.id)


def follow(open_work: OpenWork, follower: Follower, post_id: int) -> int:
    """Follow what waits, with no transaction open meanwhile. Returns how many; may run twice."""
    with open_work() as work:
        waiting = select(FollowedLink).where(FollowedLink.post_id == post_id, FollowedLink.followed_at.is_(None))
        addresses = [(row.id, row.address) for row in work.session.scalars(waiting.limit(MOST_AT_ONCE))]
    for row_id, address in addresses:
        end = follower.follow(address)
        with open_work() as work:
            row = work.session.get(FollowedLink, row_id, with_for_update=True)
            if row is not None:  # else it was purged meanwhile
                row.followed_at, row.end, row.trouble = work.now, end.address, end.trouble
    if len(addresses) == MOST_AT_ONCE:
        with open_work() as work:
            work.ring(Job.FOLLOW_LINKS, post_id)
    return len(addresses)


def ring_again(work: Work, queue_is_empty: bool) -> None:
    """For links whose bell was lost, or whose worker died."""
    if not queue_is_empty:
        return
    unheard = (FollowedLink.followed_at.is_(None), FollowedLink.rung_at < work.now - UNHEARD)
    for row in work.session.scalars(select(FollowedLink).where(*unheard)):
        row.rung_at = work.now
        work.ring(Job.FOLLOW_LINKS, row.post_id)


def listed(work: Work, post: Post) -> list[Listed]:
    """Every link in the words as they go out, in reading order, with its end as far as it is known."""
    rows = {row.address: row for row in _rows(work, post)}
    return [_listed(link, rows.get(link.address)) for link in links(post.words_out)]


def _listed(link: Link, row: FollowedLink | None) -> Listed:
    if row is None:
        return Listed(link)
    if row.followed_at is None:
        return Listed(link, waits=True)
    return Listed(link, end=row.end, domain=domain_of(row.end), trouble=row.trouble)


def _rows(work: Work, post: Post) -> list[FollowedLink]:
    return list(work.session.scalars(select(FollowedLink).where(FollowedLink.post_id == post.id)))
