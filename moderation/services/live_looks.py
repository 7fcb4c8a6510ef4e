"""Looks at live posts that are to come: planned when something goes out, asked for by a person, rung for until done."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from moderation.db.models import Delivery, LiveLook, Post, Publication, Takedown
from moderation.queue import Job
from moderation.rules import live_looks as rules
from moderation.rules.as_approved import How
from moderation.rules.connecting import Progress
from moderation.rules.language import gettext
from moderation.rules.looking_back import End
from moderation.rules.roles import Actor
from moderation.rules.workflow import NOT_YOURS, NotYours, Refused
from moderation.services import audit, cases, connections, deliveries, leases, live, out, website_feeds
from moderation.services.work import Mistake, Work

UNHEARD = timedelta(minutes=1)


def plan(work: Work, delivery: Delivery) -> None:
    """It is out there: from now on it is read back, after some minutes and then every day for a while."""
    for look in _connected(work, delivery.post_id, delivery.account_id):
        work.session.delete(look)
    due = rules.next_look(delivery.there_at or work.now, work.now)
    if due is not None:
        _add(work, delivery.post_id, delivery.account_id, How.CONNECTED, due)


def _add(work: Work, post_id: int, account_id: int, how: How, due: datetime) -> LiveLook:
    look = LiveLook(post_id=post_id, account_id=account_id, how=how, due_at=due)
    work.session.add(look)
    work.session.flush()
    return look


def _connected(work: Work, post_id: int, account_id: int) -> list[LiveLook]:
    question = select(LiveLook).where(LiveLook.post_id == post_id, LiveLook.account_id == account_id)
    return list(work.session.scalars(question.where(LiveLook.how == How.CONNECTED)))


def can_be_read(work: Work, post: Post) -> list[Delivery]:
    """What Gatepost has posted of it, and nobody has removed or wants removed: there it should be as approved."""
    if not out.is_out(work, post):
        return []
    found = {one.account_id: one for one in cases.publications(work, post)}
    there = [one for one in deliveries.of_post(work, post.id).values() if one.progress is Progress.THERE]
    connected = connections.by_account(work)
    return [
        one
        for one in there
        if one.account_id in found
        and one.account_id in connected
        and not _has_to_go(work, found[one.account_id])
        and not (deliveries.is_feed(work, one.account_id) and website_feeds.given(work, one) is None)
    ]


def _has_to_go(work: Work, publication: Publication) -> bool:
    ends = or_(Takedown.end.is_(None), Takedown.end == End.REMOVED)
    asked = select(Takedown.id).where(Takedown.publication_id == publication.id, ends)
    return work.session.scalars(asked.limit(1)).first() is not None


def ask_now(work: Work, actor: Actor, post_id: int) -> None:
    """Somebody wants to know now, of every account that can be read. Raises Refused if there is none."""
    if not live.may_compare(actor):
        raise NotYours(NOT_YOURS)
    post = cases.get(work, post_id)
    there = can_be_read(work, post)
    if not there:
        raise Refused(
            gettext("Gatepost has posted this to no account that it could read now. Compare it by a screenshot.")
        )
    for delivery in there:
        looks = _connected(work, post.id, delivery.account_id)
        look = looks[0] if looks else _add(work, post.id, delivery.account_id, How.CONNECTED, work.now)
        if look.lease_until is None or look.lease_until < work.now:
            look.due_at, look.tries, look.asked_by_id = work.now, 0, actor.id
            _ring(work, look)
    audit.append(work, actor, "comparison asked for", post.id, accounts=[one.account_id for one in there])


def hand_in(
    work: Work, actor: Actor, post: Post, account_id: int, screenshot: tuple[bytes, str], words: str
) -> LiveLook:
    """A screenshot to be compared by a worker. `screenshot`: its pixels as a JPEG, and the SHA-256 of what came."""
    if not live.may_compare(actor):
        raise NotYours(NOT_YOURS)
    cases.publication_on(work, post, account_id)
    if not out.is_out(work, post):
        said = gettext("This post is {state} now, so there is nothing live to compare.")
        raise Mistake(said.format(state=gettext(post.state)))
    look = _add(work, post.id, account_id, How.SCREENSHOT, work.now)
    look.media_key, look.shot = work.store.put(screenshot[0]), screenshot[1]
    look.words, look.asked_by_id = words, actor.id
    _ring(work, look)
    return look


def _ring(work: Work, look: LiveLook) -> None:
    look.rung_at = work.now
    work.session.flush()
    work.ring(Job.COMPARE, look.id)


def ring_again(work: Work) -> int:
    """Those whose time has come, and those whose bell or worker was lost."""
    unheard = leases.unheard(LiveLook.rung_at, work.now - UNHEARD)
    free = leases.free(LiveLook.lease_until, work.now)
    looks = work.session.scalars(select(LiveLook).where(LiveLook.due_at <= work.now, unheard, free)).all()
    for look in looks:
        _ring(work, look)
    return len(looks)


def under_way(work: Work, post: Post) -> Collection[int]:
    """Accounts on which it is being compared now, or tried again in a moment."""
    now = or_(LiveLook.due_at <= work.now, LiveLook.tries > 0)
    return set(work.session.scalars(select(LiveLook.account_id).where(LiveLook.post_id == post.id, now)))


def end(work: Work, look: LiveLook) -> None:
    """It was done, or there is nothing to look at. The screenshot goes; the next look at the account is planned."""
    key, how = look.media_key, look.how
    post_id, account_id = look.post_id, look.account_id
    work.session.delete(look)
    work.session.flush()
    if key:
        work.delete_media(key)
    delivery = deliveries.of_post(work, post_id).get(account_id)
    if how is How.CONNECTED and delivery is not None and delivery.progress is Progress.THERE:
        plan(work, delivery)
