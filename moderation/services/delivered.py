"""What becomes of a delivery: it is there, it was given up, it is gone; and what follows for the post."""

import logging

from moderation.db.models import Delivery, User
from moderation.rules.connecting import Progress, Sent
from moderation.rules.roles import SYSTEM, Actor
from moderation.rules.workflow import Refused
from moderation.services import audit, deliveries, deputies, live_looks, publishing, takedowns, undelivered
from moderation.services.work import Work

log = logging.getLogger(__name__)

PROOF = "Gatepost removed it through the account’s own server, which answered afterwards that it is not there."
OUT_OF_FEED = "It is no longer in the feed."


def give_up(work: Work, delivery: Delivery, why: str, tidy: bool = False) -> None:
    """Not sent, or not removed. `tidy`: what a refused post has left on the server already goes again, by itself."""
    delivery.trouble, delivery.lease_until = why, None
    deliveries.given_up(work, delivery)
    if tidy and delivery.remote and delivery.progress is Progress.FAILED:
        deliveries.begin_removal(work, SYSTEM, delivery, why)


def arrived(work: Work, delivery: Delivery, sent: Sent) -> None:
    delivery.progress, delivery.lease_until, delivery.trouble = Progress.THERE, None, ""
    delivery.remote, delivery.link, delivery.there_at = dict(sent.remote), sent.link[:2000], work.now
    work.session.flush()
    user = work.session.get_one(User, delivery.asked_by_id)
    actor = deputies.actor_of(work, user)
    audit.append(work, actor, "posted to account", delivery.post_id, account=delivery.account_id, delivery=delivery.id)
    _write_down(work, actor, delivery)
    live_looks.plan(work, delivery)


def _write_down(work: Work, actor: Actor, delivery: Delivery) -> None:
    """It is out: with the last account the post is live. If the kit has closed meanwhile, the post is stopped."""
    post_id, account_id, link = delivery.post_id, delivery.account_id, delivery.link
    try:
        publishing.record_live(work, actor, post_id, account_id, link)
    except Refused:
        try:
            publishing.record_unasked(work, actor, post_id, account_id, link)
        except Refused as refused:  # shown as already out there, all the same
            log.warning("post %d is out and was not written down: %s", post_id, type(refused).__name__)


def is_gone(work: Work, delivery: Delivery, proof: str) -> None:
    """Gone from the account, with proof: the takedowns that asked for it are done."""
    delivery.progress, delivery.lease_until, delivery.removed_at = Progress.REMOVED, None, work.now
    work.session.flush()
    undelivered.over(work, delivery)
    user = work.session.get(User, delivery.removal_by_id) if delivery.removal_by_id else None
    actor = deputies.actor_of(work, user) if user else SYSTEM
    audit.append(
        work,
        actor,
        "removed from account",
        delivery.post_id,
        account=delivery.account_id,
        delivery=delivery.id,
        proof=proof,
    )
    for takedown_id in deliveries.open_takedowns(work, delivery)[:1]:
        takedowns.removed(work, actor, takedown_id, proof)
