"""The calendar for people's own calendars: an address of one's own that cannot be guessed; numbers of posts alone."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select

from moderation.db.models import AuditRow, CalendarFeed
from moderation.rules.icalendar import Event, written
from moderation.rules.roles import STAFF, Actor
from moderation.services import audit, planner, tokens
from moderation.services.planner import Entry, Occasion
from moderation.services.work import NotFound, Work

# One event that changes as the post goes on.
_ON_ITS_WAY_OUT = (Occasion.PLANNED, Occasion.HELD, Occasion.READY)
BACK, AHEAD = timedelta(days=60), timedelta(days=400)


def of(work: Work, actor: Actor) -> CalendarFeed | None:
    return work.session.get(CalendarFeed, actor.id) if actor.id is not None else None


def make(work: Work, actor: Actor) -> str:
    """A fresh token for this person's address, shown once; an earlier address ends."""
    if actor.id is None:
        raise NotFound
    token = tokens.fresh()
    feed = of(work, actor) or CalendarFeed(user_id=actor.id)
    feed.token_hash, feed.made_at = tokens.hashed(token), work.now
    work.session.add(feed)
    audit.append(work, actor, "calendar address made")
    return token


def end(work: Work, actor: Actor) -> None:
    feed = of(work, actor)
    if feed is not None:
        work.session.delete(feed)
        work.session.flush()
        audit.append(work, actor, "calendar address ended")


def read(work: Work, token: str, base: str) -> bytes:
    """What a calendar program gets. Raises NotFound unless the address is somebody's who works here today (law 3).

    Law 10: no names, no words of posts, no accounts: whoever finds the address learns numbers and times.
    """
    feed = work.session.scalars(select(CalendarFeed).where(CalendarFeed.token_hash == tokens.hashed(token))).first()
    if feed is None or not feed.user.is_here(work.today) or feed.user.role not in STAFF:
        raise NotFound
    entries = planner.entries(work, work.now - BACK, work.now + AHEAD)
    changed = _last_changes(work, [entry.post.id for entry in entries])
    return written("Gatepost", [_event(entry, changed.get(entry.post.id, entry.at), base) for entry in entries])


def _event(entry: Entry, changed: datetime, base: str) -> Event:
    number = entry.post.id
    kind = "out" if entry.occasion in _ON_ITS_WAY_OUT else entry.occasion.name.lower()
    uid = f"{kind}-{entry.number}@{urlsplit(base).hostname or 'gatepost'}"
    return Event(uid, f"Post {number}: {entry.occasion}", entry.at, changed, f"{base}/posts/{number}")


def _last_changes(work: Work, post_ids: list[int]) -> dict[int, datetime]:
    rows = select(AuditRow.post_id, func.max(AuditRow.at)).where(AuditRow.post_id.in_(post_ids))
    return {number: at for number, at in work.session.execute(rows.group_by(AuditRow.post_id)) if number is not None}
