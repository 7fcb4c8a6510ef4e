"""One run of a delivery: claim it, ask the gate again, talk to the server with no transaction open, write down what is.

What is sent is what the kit holds, found again by the digest that was kept when it was asked for. A post goes out once
whatever dies meanwhile: the server is asked for what an earlier run has left before anything is sent.
"""

import logging
import time
from dataclasses import dataclass

from moderation.db.models import Account, Delivery, User
from moderation.media import photo as pictures
from moderation.media.store import MediaDamaged, MediaMissing
from moderation.rules.connecting import Kind, NotDone, Outgoing, Picture, Progress, Sent, Trouble
from moderation.rules.roles import Actor
from moderation.rules.workflow import NOT_YOURS, NotYours, Refused
from moderation.services import cases, connections, delivered, deliveries, deputies, kit_pictures, leases, publishing
from moderation.services.work import NotFound, OpenWork, Work

log = logging.getLogger(__name__)

LONGEST = 140.0  # seconds; then nothing more is sent and the lease is left to run out
_UNREADABLE = "A picture of the post cannot be read as it was kept, so nothing was sent."
_CHANGED = "The post has changed since it was asked for, so nothing of it was sent."


class Lost(Exception):
    """Another run has this delivery now."""


@dataclass(frozen=True)
class Task:
    """What was claimed. `outgoing`: what has to be sent; None: what is there has to be removed."""

    delivery_id: int
    token: str
    account_id: int
    form: connections.Form
    remote: dict[str, str]
    outgoing: Outgoing | None


def ask(work: Work, actor: Actor, post_id: int, account_id: int, base: str) -> Delivery:
    """The publisher has the kit open and wants Gatepost to post it to this account. `base`: where Gatepost answers."""
    post = publishing.opened_kit(work, actor, post_id)
    account = next((one for one in post.accounts if one.id == account_id), None)
    connection = connections.of_account(work, account_id)
    if account is None or connection is None:
        raise NotFound
    delivery = deliveries.ask(work, actor, post, account)
    if connection.kind is Kind.FEED:
        delivered.arrived(work, delivery, Sent(f"{base}/feeds/{connection.feed_token}.atom#post-{post_id}", {}))
    return delivery


def deliver(open_work: OpenWork, open_connector: connections.OpenConnector, delivery_id: int, token: str) -> bool:
    """True if this run sent or removed it. May run twice: one of the two finds that it is taken."""
    with open_work() as work:
        task = _claim(work, delivery_id, token)
    if task is None:
        return False
    deadline = time.monotonic() + LONGEST

    def keep(so_far: dict[str, str]) -> None:
        """Before each step that the public can see: is it still ours to do, and may it still go out?"""
        if time.monotonic() > deadline:
            raise Lost
        with open_work() as work:
            delivery = _held(work, task)
            delivery.remote = dict(so_far)
            work.session.flush()
            _may_go(work, delivery)

    try:
        with leases.extended(open_work, lambda work: _held(work, task), LONGEST, delivery_id):
            connector = open_connector(task.form.kind, task.form.address, task.form.login, task.form.secret)
            sent = None
            if task.outgoing is not None:
                sent = connector.send(task.outgoing, dict(task.remote), keep)
            else:
                connector.remove(task.remote)
                if connector.is_there(task.remote):
                    raise NotDone(Trouble.UNKNOWN)
    except Lost:
        return False
    except Exception as error:  # noqa: BLE001 (whatever breaks: it is tried again, and given up in the end)
        return _failed(open_work, task, error)
    return _record(open_work, task, sent)


def _claim(work: Work, delivery_id: int, token: str) -> Task | None:
    """Take it, unless it is taken, has to wait, or may not go out any more."""
    delivery = work.session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.token != token or delivery.next_at > work.now:
        return None
    if delivery.progress not in (Progress.WAITING, Progress.REMOVING):
        return None
    if delivery.lease_until and delivery.lease_until >= work.now:
        return None
    delivery.tries += 1
    try:
        form = connections.form_of(work, delivery.account_id)
        if delivery.progress is Progress.REMOVING:
            outgoing = None
            if deliveries.is_feed(work, delivery.account_id):
                delivered.is_gone(work, delivery, delivered.OUT_OF_FEED)
                return None
        else:
            _may_go(work, delivery)
            outgoing = _outgoing(work, delivery)
            delivery.progress = Progress.SENDING
    except (MediaMissing, MediaDamaged, pictures.NotPixelsOnly):
        delivered.give_up(work, delivery, _UNREADABLE)
        return None
    except (Refused, NotDone) as error:
        delivered.give_up(work, delivery, str(error), tidy=isinstance(error, Refused))
        return None
    delivery.lease_until = work.now + leases.LEASE
    return Task(delivery.id, token, delivery.account_id, form, dict(delivery.remote), outgoing)


def _may_go(work: Work, delivery: Delivery) -> None:
    """What the kit's door asks, asked again for whoever pressed the button. Raises Refused."""
    user = work.session.get_one(User, delivery.asked_by_id)
    if not user.active:
        raise NotYours(NOT_YOURS)
    post = publishing.opened_kit(work, deputies.actor_of(work, user), delivery.post_id)
    if delivery.account_id not in [account.id for account in post.accounts]:
        raise Refused(_CHANGED)
    if deliveries.is_outdated(work, post, delivery):
        raise Refused(_CHANGED)


def _outgoing(work: Work, delivery: Delivery) -> Outgoing:
    """The kit's words, pictures and alt texts for this account."""
    post = cases.get(work, delivery.post_id)
    account = work.session.get_one(Account, delivery.account_id)
    files = kit_pictures.of_account(work, post, account)
    shown = tuple(Picture(one.data, one.alt_text, *pictures.size_of(one.data)) for one in files)
    return Outgoing(post.words_out, shown, delivery.key, delivery.asked_at)


def _held(work: Work, task: Task) -> Delivery:
    delivery = deliveries.get(work, task.delivery_id)
    if delivery.token != task.token or delivery.progress not in (Progress.SENDING, Progress.REMOVING):
        raise Lost
    delivery.lease_until = work.now + leases.LEASE
    return delivery


def _record(open_work: OpenWork, task: Task, sent: Sent | None) -> bool:
    try:
        with open_work() as work:
            delivery = _held(work, task)
            connections.answered(work, task.account_id)
            if sent is not None:
                delivered.arrived(work, delivery, sent)
            else:
                delivered.is_gone(work, delivery, delivered.PROOF)
    except Lost:
        return False
    return True


def _failed(open_work: OpenWork, task: Task, error: Exception) -> bool:
    """Say why; try again if that may pass."""
    log.warning("delivery %d did not get through: %s", task.delivery_id, type(error).__name__)
    try:
        with open_work() as work:
            delivery = _held(work, task)
            trouble = error.trouble if isinstance(error, NotDone) else Trouble.UNKNOWN
            if isinstance(error, Refused):
                delivered.give_up(work, delivery, str(error), tidy=True)
            elif trouble.may_pass:
                deliveries.again(work, delivery, str(trouble))
            else:
                delivered.give_up(work, delivery, str(trouble))
            if not isinstance(error, Refused):
                connections.answered(work, task.account_id, str(trouble))
    except Lost:
        pass
    return False
