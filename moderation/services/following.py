"""Where the links of a post end: asked in the background once it is handed in, shown to whoever decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import select

from moderation.db.models import FollowedLink, Post, Subject
from moderation.following import End
from moderation.queue import Job
from moderation.rules.findings import Kind, Sighting
from moderation.rules.names import Roll
from moderation.services import checks, register
from moderation.services.links import Link, domain_of, links, words
from moderation.services.looking import read_words
from moderation.services.work import OpenWork, Work
from moderation.settings import SettingsError

MOST = 30  # links of one post: nobody is flooded in the school's name; of the rest the page says that nobody looked
NAMED = "a name can be read in it, so it was not followed"
_TELLS = frozenset({Kind.NAME_MATCH, Kind.NAME_POSSIBLE, Kind.TEXT_PERSONAL, Kind.UNCHECKED})
MOST_AT_ONCE = 10  # links in one run of the job, so that it ends within its time
UNHEARD = timedelta(minutes=3)  # longer than one run takes


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
    """Follow what waits, with no transaction open meanwhile. Returns how many were looked at; may run twice.

    Law 10: an address in which a name can be read is asked of nobody before a person has settled what was found.
    """
    with open_work() as work:
        waiting = select(FollowedLink).where(FollowedLink.post_id == post_id, FollowedLink.followed_at.is_(None))
        rows = list(work.session.scalars(waiting.limit(MOST_AT_ONCE)))
        addresses = [(row.id, row.address) for row in rows]
        named = _named(work, work.session.get_one(Post, post_id), [row.address for row in rows])
    for row_id, address in addresses:
        end = End("", NAMED) if address in named else follower.follow(address)
        with open_work() as work:
            row = work.session.get(FollowedLink, row_id, with_for_update=True)
            if row is not None:  # else it was purged meanwhile
                row.followed_at, row.end, row.trouble = work.now, end.address, end.trouble
    if len(addresses) == MOST_AT_ONCE:
        with open_work() as work:
            work.ring(Job.FOLLOW_LINKS, post_id)
    return len(addresses)


def _named(work: Work, post: Post, addresses: Sequence[str]) -> set[str]:
    """Those of the addresses in which the check of the words finds something that nobody has settled yet."""
    of_words = [scan for scan in checks.current_scans(work, post) if scan.subject is Subject.WORDS]
    if of_words and all(checks.has_ended(scan) and all(one.is_settled for one in scan.findings) for scan in of_words):
        return set()
    try:
        roll = register.roll(work)
    except SettingsError:  # the school's short names cannot be read, so nobody can say
        return set(addresses)
    return {address for address in addresses if any(one.kind in _TELLS for one in _read(address, roll))}


def _read(address: str, roll: Roll) -> list[Sighting]:
    return read_words([("link", words(address))], roll)


def ring_again(work: Work) -> None:
    """For links whose bell was lost, or whose worker died."""
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
