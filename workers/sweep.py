"""The sweep: once a second it looks into the database for what waits. Many may run at once."""

import logging
import os
import time
from itertools import islice

import redis
from sqlalchemy.exc import SQLAlchemyError

from moderation import logs
from moderation.rules.roles import SYSTEM
from moderation.rules.workflow import Refused
from moderation.services import (
    begun,
    canaries,
    clock,
    copies,
    deliveries,
    encodings,
    endings,
    escalation,
    following,
    half_sign_ins,
    import_files,
    known_devices,
    live_looks,
    lookback,
    matching,
    outbox,
    purge_ledger,
    retention,
    staff,
    sweep,
    throttling,
    unnamed_files,
    watching,
)
from moderation.settings import Settings, load
from moderation.wiring import Parts, wire

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds
REFRESH_EVERY = 5  # rounds
TIDY_EVERY = 3600
SEALED_A_ROUND = 10  # pictures from before they were sealed: once, after an update


def once(parts: Parts, refresh: bool = True) -> None:
    """One round."""
    with parts.work() as work:
        if refresh:
            clock.set_right(work)
        sweep.reissue(work)
        deliveries.reissue(work)
    if refresh:
        _destroy_what_has_ended(parts)
        _act_on_endings(parts)
        _keep_out_who_left(parts)
    try:
        empty = parts.queue_is_empty()
    except redis.RedisError:
        empty = False  # the queue is away; ringing can wait until it is back
    _gather_messages(parts)
    with parts.work() as work:
        sweep.ring_again(work, empty)
        outbox.ring_again(work, empty)
        lookback.ring_again(work, empty)
        copies.ring_again(work, empty)
        following.ring_again(work, empty)
        deliveries.ring_again(work, empty)
        live_looks.ring_again(work, empty)
        canaries.ring_again(work, empty)
    if refresh:
        with parts.reading() as work:
            overdue = sweep.overdue(work)
        for post_id in overdue:
            _refresh(parts, post_id)
        _tell_again(parts)
        _try_the_checks(parts)
        with parts.work() as work:
            watching.note_round(work)


def _try_the_checks(parts: Parts) -> None:
    """Each school morning, pictures that the checks have to point at."""
    with parts.reading() as work:
        due = canaries.are_due(work)
    if due:
        with parts.work() as work:
            canaries.send(work)


def _gather_messages(parts: Parts) -> None:
    with parts.reading() as work:
        something = outbox.is_due(work)
    if something:
        with parts.work() as work:
            outbox.gather(work, parts.outlets.has_mail)


def _tell_again(parts: Parts) -> None:
    """What waits too long."""
    with parts.reading() as work:
        due = escalation.due(work)
    for news, about in due:
        with parts.work() as work:
            escalation.tell(work, news, about)


def _destroy_what_has_ended(parts: Parts) -> None:
    """Law 9: encodings go on the day on which the permission ends, and keys that nobody has."""
    with parts.reading() as work:
        ended = matching.ended(work)
    if ended:
        with parts.work() as work:
            count = matching.destroy_ended(work)
        log.info("The permission to match of %d people has ended: their encodings were destroyed.", count)
    with parts.reading() as work:
        encodings.destroy_unclaimed_keys(work)


def _act_on_endings(parts: Parts) -> None:
    """Permissions that came to their last day yesterday, and refusals that begin today."""
    with parts.reading() as work:
        due = endings.due(work)
    if due:
        with parts.work() as work:
            count = endings.act(work)
        log.info("By their dates %d people may appear in less than before; they are looked for.", count)


def _keep_out_who_left(parts: Parts) -> None:
    """People whose last day was yesterday."""
    with parts.reading() as work:
        left = staff.gone(work)
    if left:
        with parts.work() as work:
            count = staff.keep_out_who_left(work)
        log.info("%d people whose last day is over were kept out.", count)


def _refresh(parts: Parts, post_id: int) -> None:
    """One post; what goes wrong with it does not keep the others waiting."""
    try:
        with parts.work() as work:
            sweep.refresh(work, post_id)
    except (SQLAlchemyError, Refused) as error:
        log.error("post %d could not be moved on: %s", post_id, type(error).__name__)


def tidy(parts: Parts) -> None:
    """What a restored backup has brought back goes again first; then what is due, if the school has switched it on."""
    with parts.work() as work:
        retention.catch_up(work, parts.settings.purged_file)
        retention.finish_deleting(work)
        copies.forget_old(work)
        outbox.forget_old(work)
        canaries.forget_old(work)
        throttling.forget_old(work)
        known_devices.forget_old(work)
        half_sign_ins.forget_old(work)
        begun.forget_old(work)
        import_files.forget_expired(work, SYSTEM)
    with parts.work() as work:
        retention.daily(work)
    with parts.reading() as work:
        purge_ledger.keep_copy(work, parts.settings.purged_file)
        unnamed = unnamed_files.find(work)
    if unnamed:
        with parts.work() as work:
            unnamed_files.remove(work, unnamed)


def run(settings: Settings) -> None:
    """Rounds without end."""
    parts = wire(settings)
    rounds, unsealed = 0, parts.store.in_the_clear()
    while True:
        try:
            for key in islice(unsealed, SEALED_A_ROUND):
                parts.store.seal(key)
            once(parts, refresh=rounds % REFRESH_EVERY == 0)
            if rounds % TIDY_EVERY == 0:
                tidy(parts)
        except (SQLAlchemyError, OSError) as error:
            log.error("this round of the sweep broke: %s", type(error).__name__)
        rounds += 1
        time.sleep(EVERY)


if __name__ == "__main__":
    os.umask(0o077)
    settings = load()
    logs.set_up(settings.log_format)
    run(settings)
