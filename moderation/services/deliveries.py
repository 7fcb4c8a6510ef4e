"""How far each post has come on each connected account: asked for, rung for, given up, removed. A job does the rest."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from moderation.db.models import Account, Connection, Delivery, Post, Takedown
from moderation.db.models import Publication as Live
from moderation.queue import Job
from moderation.rules.connecting import OUT_THERE, UNDER_WAY, Kind, Progress
from moderation.rules.language import gettext
from moderation.rules.looking_back import Reason
from moderation.rules.roles import APPROVERS, PUBLISHERS, SYSTEM, Actor
from moderation.rules.workflow import NOT_YOURS, NotYours, Refused, State
from moderation.services import audit, cases, connections, leases, renditions, undelivered
from moderation.services.takedowns import Task
from moderation.services.work import NotFound, Work

MOST_TRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
UNHEARD = timedelta(seconds=10)
_GIVEN_UP = "It was tried {} times and did not get through. Look there before you post it by hand."
_STOPPED = "It was stopped or changed, so it goes from where it is already."
_IN_ORDER = (State.RELEASED, State.LIVE)


@dataclass(frozen=True)
class Standing:
    """How a post stands on its accounts, each by number. `outdated`: what is there is not what the post is now.

    `recorded`: it is out there, whoever posted it.
    """

    connected: Mapping[int, Connection]
    deliveries: Mapping[int, Delivery]
    outdated: frozenset[int]
    recorded: frozenset[int]

    @property
    def under_way(self) -> list[int]:
        return sorted(one for one, row in self.deliveries.items() if row.progress in UNDER_WAY | {Progress.REMOVING})


def of_post(work: Work, post_id: int) -> dict[int, Delivery]:
    """By the account."""
    rows = select(Delivery).where(Delivery.post_id == post_id).order_by(Delivery.account_id)
    return {one.account_id: one for one in work.session.scalars(rows)}


def get(work: Work, delivery_id: int) -> Delivery:
    found = work.session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound
    return found


def strays(work: Work) -> list[Delivery]:
    """What may be out there of posts that are neither released nor live: stopped, sent back, checked again."""
    out = Delivery.progress.in_((*OUT_THERE, Progress.FAILED))
    rows = select(Delivery).join(Delivery.post).where(out, Post.state.not_in(_IN_ORDER)).order_by(Delivery.id)
    return [one for one in work.session.scalars(rows.options(selectinload(Delivery.post))) if one.may_be_there]


def of_tasks(work: Work, tasks: Iterable[Task]) -> dict[int, Delivery]:
    """By the takedown's number: what Gatepost has posted itself, and can remove."""
    found = {}
    for task in tasks:
        if delivery := of_post(work, task.post.id).get(task.takedown.publication.account_id):
            found[task.takedown.id] = delivery
    return found


def content_digest(work: Work, post: Post, account: Account) -> str:
    """Of exactly what this account gets: words, the keys of its pictures, their alt texts."""
    keys = renditions.keys_for(work, post, account)
    pictures = [[key, photo.alt_text] for key, photo in zip(keys, post.photos, strict=True)]
    return sha256(json.dumps([account.id, post.words_out, pictures], ensure_ascii=False).encode()).hexdigest()


def ask(work: Work, actor: Actor, post: Post, account: Account) -> Delivery:
    """One row for this post and account: the first, or the one that failed or was removed, once more."""
    if actor.id is None:
        raise NotYours(NOT_YOURS)
    delivery = of_post(work, post.id).get(account.id)
    if delivery is None:
        delivery = Delivery(post_id=post.id, account_id=account.id, key=uuid.uuid4().hex, remote={})
        delivery.asked_at = work.now
        work.session.add(delivery)
    elif delivery.progress is Progress.REMOVED:  # what comes now is another post there
        delivery.key, delivery.remote, delivery.link, delivery.asked_at = uuid.uuid4().hex, {}, "", work.now
        delivery.there_at, delivery.removed_at, delivery.removal_by_id = None, None, None
    elif delivery.progress is not Progress.FAILED:
        said = gettext("Gatepost has posted this to {account} already, or is about to.")
        raise Refused(said.format(account=account.title))
    digest = content_digest(work, post, account)
    if delivery.remote and delivery.digest != digest:
        said = gettext("Part of an earlier version may be on {account}. Remove it there first.")
        raise Refused(said.format(account=account.title))
    delivery.digest, delivery.asked_by_id = digest, actor.id
    _begin(work, delivery, Progress.WAITING)
    audit.append(work, actor, "post to account asked for", post.id, account=account.id, delivery=delivery.id)
    return delivery


def _begin(work: Work, delivery: Delivery, progress: Progress) -> None:
    delivery.progress, delivery.token, delivery.tries = progress, leases.new_token(), 0
    delivery.lease_until, delivery.next_at, delivery.trouble = None, work.now, ""
    work.session.flush()
    undelivered.over(work, delivery)
    ring(work, delivery)


def ring(work: Work, delivery: Delivery) -> None:
    delivery.rung_at = work.now
    work.ring(Job.DELIVER, delivery.id, delivery.token)


def ask_removal(work: Work, actor: Actor, delivery_id: int) -> Delivery:
    """A person says that it has to go from the account; of a live post somebody has to have asked for that first."""
    if actor.roles.isdisjoint(PUBLISHERS | APPROVERS):
        raise NotYours(NOT_YOURS)
    delivery = get(work, delivery_id)
    post = cases.get(work, delivery.post_id)
    if not delivery.may_be_there or delivery.progress is Progress.REMOVING:
        raise Refused(gettext("It is not there any more, or is being removed. Load the page again to see it."))
    live = _publication(work, delivery)
    if live is not None and post.state is not State.TAKEN_DOWN and not open_takedowns(work, delivery):
        if post.state in _IN_ORDER:
            raise Refused(gettext("Ask first for this post to be taken down, and say why."))
        takedown = Takedown(publication_id=live.id, reason=Reason.ASKED_FOR, found="", said=_STOPPED)
        takedown.opened_by_id, takedown.opened_at = actor.id, work.now
        work.session.add(takedown)
    begin_removal(work, actor, delivery)
    return delivery


def _publication(work: Work, delivery: Delivery) -> Live | None:
    there = (Live.post_id == delivery.post_id, Live.account_id == delivery.account_id)
    return work.session.scalars(select(Live).where(*there)).first()


def open_takedowns(work: Work, delivery: Delivery) -> list[int]:
    """The tasks that say that it has to go, by id."""
    there = (Live.post_id == delivery.post_id) & (Live.account_id == delivery.account_id)
    rows = select(Takedown.id).join(Live, Live.id == Takedown.publication_id).where(there, Takedown.end.is_(None))
    return list(work.session.scalars(rows.order_by(Takedown.id)))


def begin_removal(work: Work, actor: Actor, delivery: Delivery, why: str = "") -> None:
    delivery.removal_by_id = actor.id
    _begin(work, delivery, Progress.REMOVING)
    delivery.trouble = why
    audit.append(
        work,
        actor,
        "removal from account asked for",
        delivery.post_id,
        account=delivery.account_id,
        delivery=delivery.id,
    )


def remove_all(work: Work, actor: Actor, post: Post) -> None:
    """The whole post is taken down: what Gatepost has posted, it removes."""
    for delivery in of_post(work, post.id).values():
        if delivery.may_be_there and delivery.progress is not Progress.REMOVING:
            begin_removal(work, actor, delivery)


def check_by_hand(work: Work, post: Post, account: Account) -> None:
    """Raises Refused while Gatepost itself posts there, or has an earlier version there."""
    if (delivery := of_post(work, post.id).get(account.id)) is None:
        return
    if delivery.progress in UNDER_WAY or delivery.progress is Progress.REMOVING:
        said = gettext("Gatepost is still at work on {account}. Wait a moment, until it says what became of it.")
    elif delivery.may_be_there and is_outdated(work, post, delivery):
        said = gettext("What is on {account} is an earlier version of this post. Remove it there first.")
    else:
        return
    raise Refused(said.format(account=account.title))


def standing(work: Work, post: Post) -> Standing:
    found = of_post(work, post.id)
    there = {account.id for account in post.accounts} & found.keys()
    old = {one for one in there if found[one].may_be_there and is_outdated(work, post, found[one])}
    recorded = frozenset(one.account_id for one in cases.publications(work, post))
    return Standing(connections.by_account(work), found, frozenset(old), recorded)


def is_outdated(work: Work, post: Post, delivery: Delivery) -> bool:
    """Whether the post has changed since it was sent there."""
    account = work.session.get_one(Account, delivery.account_id)
    return delivery.digest != content_digest(work, post, account)


def is_feed(work: Work, account_id: int) -> bool:
    connection = connections.of_account(work, account_id)
    return connection is not None and connection.kind is Kind.FEED


def reissue(work: Work) -> int:
    """Those whose worker died while it sent: back in the line under a new token, or given up."""
    gone = (Delivery.progress == Progress.SENDING, Delivery.lease_until < work.now)
    lost = work.session.scalars(select(Delivery).where(*gone).with_for_update()).all()
    for delivery in lost:
        again(work, delivery, _GIVEN_UP.format(delivery.tries), pause=timedelta(0))
    return len(lost)


def again(work: Work, delivery: Delivery, trouble: str, pause: timedelta | None = None) -> None:
    """Try once more after a pause that grows; after too many tries give up and say so."""
    delivery.token, delivery.lease_until, delivery.trouble = leases.new_token(), None, trouble
    sends = delivery.progress in UNDER_WAY
    if delivery.tries >= MOST_TRIES:
        given_up(work, delivery)
        return
    delivery.progress = Progress.WAITING if sends else Progress.REMOVING
    grown = min(FIRST_PAUSE * 2 ** max(0, delivery.tries - 1), LONGEST_PAUSE)
    delivery.next_at = work.now + (grown if pause is None else pause)
    delivery.rung_at = None
    work.session.flush()


def given_up(work: Work, delivery: Delivery) -> None:
    """Not sent, or not removed; somebody has to look."""
    sends = delivery.progress in UNDER_WAY
    delivery.progress = Progress.FAILED if sends else Progress.STUCK
    work.session.flush()
    did = "not posted to account" if sends else "not removed from account"
    audit.append(work, SYSTEM, did, delivery.post_id, account=delivery.account_id, delivery=delivery.id)
    undelivered.tell(work, delivery)


def ring_again(work: Work) -> int:
    """Those whose pause is over, or whose bell was lost."""
    unheard = leases.unheard(Delivery.rung_at, work.now - UNHEARD)
    free = leases.free(Delivery.lease_until, work.now)
    waits = Delivery.progress.in_((Progress.WAITING, Progress.REMOVING))
    waiting = work.session.scalars(select(Delivery).where(waits, Delivery.next_at <= work.now, unheard, free)).all()
    for delivery in waiting:
        ring(work, delivery)
    return len(waiting)
