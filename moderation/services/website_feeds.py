"""The feed of a website: exactly the live posts that were posted to it, and nothing that must not be seen any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from moderation.db.models import Account, Connection, Delivery, Person, Post, Publication, Tag, Takedown
from moderation.rules.connecting import LivePost, Progress
from moderation.rules.looking_back import End
from moderation.rules.workflow import Refused, State
from moderation.services import kit_pictures, restored, safeguarding, takedowns
from moderation.services.work import NotFound, Work

NEWEST = 50
_OUT = (State.LIVE, State.RELEASED)  # released: it is out here, and on other accounts not yet
_REMOVED = (None, End.REMOVED)


@dataclass(frozen=True)
class Entry:
    """One post of the feed. `key` is the same for as long as it is there."""

    post_id: int
    key: str
    words: str
    at: datetime
    alt_texts: tuple[str, ...]


@dataclass(frozen=True)
class Feed:
    title: str
    token: str
    entries: tuple[Entry, ...]  # the newest first
    changed_at: datetime


def of_token(work: Work, token: str) -> Feed:
    """Raises NotFound for an address that nobody gave out, or not any more."""
    connection, account = _opened(work, token)
    entries = []
    for delivery, live in _deliveries(work, account):
        if _is_shown(work, delivery.post, live):
            alt_texts = tuple(photo.alt_text for photo in delivery.post.photos)
            entries.append(Entry(delivery.post_id, delivery.key, delivery.post.words_out, live.at, alt_texts))
    changed = max([entry.at for entry in entries], default=connection.connected_at)
    return Feed(account.title, token, tuple(entries), changed)


def picture(work: Work, token: str, post_id: int, number: int) -> bytes:
    """The kit's bytes for this account, while the post is in the feed. `number` from 1 up. Raises NotFound."""
    _, account = _opened(work, token)
    found = next((one for one in _deliveries(work, account) if one[0].post_id == post_id), None)
    if found is None or not _is_shown(work, found[0].post, found[1]):
        raise NotFound
    files = kit_pictures.of_account(work, found[0].post, account)
    if not 1 <= number <= len(files):
        raise NotFound
    return files[number - 1].data


def given(work: Work, delivery: Delivery) -> LivePost | None:
    """What the feed gives out of this post, read as a website reads it. None: it is not shown there now."""
    found = next((one for one in _deliveries(work, delivery.account) if one[0].id == delivery.id), None)
    if found is None or not _is_shown(work, delivery.post, found[1]):
        return None
    files = kit_pictures.of_account(work, delivery.post, delivery.account)
    alt_texts = tuple(photo.alt_text for photo in delivery.post.photos)
    return LivePost(delivery.post.words_out, tuple(one.data for one in files), alt_texts)


def _opened(work: Work, token: str) -> tuple[Connection, Account]:
    connection = work.session.scalars(select(Connection).where(Connection.feed_token == token)).first()
    if connection is None:
        raise NotFound
    if restored.is_behind(work):
        raise Refused("A backup was restored, so this feed is empty until the school has looked.")
    return connection, connection.account


def _deliveries(work: Work, account: Account) -> list[tuple[Delivery, Publication]]:
    there = (Publication.post_id == Delivery.post_id) & (Publication.account_id == Delivery.account_id)
    rows = (
        select(Delivery, Publication)
        .join(Publication, there)
        .join(Post, Post.id == Delivery.post_id)
        .where(Delivery.account_id == account.id, Delivery.progress == Progress.THERE, Post.state.in_(_OUT))
        .order_by(Publication.at.desc(), Publication.id.desc())
        .limit(NEWEST)
    )
    return [(delivery, live) for delivery, live in work.session.execute(rows)]


def _is_shown(work: Work, post: Post, live: Publication) -> bool:
    """Not while anybody asks for it to go or a picture of it is kept apart, nor once somebody in it may not appear."""
    if safeguarding.is_apart(work, post):
        return False
    asked = select(Takedown).where(Takedown.publication_id == live.id)
    if any(one.end in _REMOVED for one in work.session.scalars(asked)):
        return False
    tagged = select(Person).join(Tag, Tag.person_id == Person.id).where(Tag.post_id == post.id)
    return not any(takedowns.must_not_appear(work, person, post, live) for person in work.session.scalars(tagged))
