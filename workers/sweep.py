"""The sweep: once a second it looks into the database for what waits. Many may run at once."""

import logging
import os
import sqlite3
import time
from collections.abc import Callable
from itertools import islice
from typing import TypeVar

import redis
from sqlalchemy.exc import SQLAlchemyError

from moderation import logs
from moderation.db.engine import empty_log
from moderation.rules.roles import SYSTEM
from moderation.rules.workflow import Refused
from moderation.services import (
    apart,
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
    waiting_uploads,
    watching,
)
from moderation.services.work import Work
from moderation.settings import Settings, load
from moderation.wiring import Parts, wire

log = logging.getLogger(__name__)
Done = TypeVar("Done")

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
        _act_on_what_has_ended(parts)
    _ring_again(parts)
    _when_due(parts, outbox.is_due, lambda work: outbox.gather(work, parts.outlets.has_mail))
    if refresh:
        with parts.reading() as work:
            overdue = sweep.overdue(work)
        for post_id in overdue:
            _refresh(parts, post_id)
        _tell_again(parts)
        _when_due(parts, canaries.are_due, canaries.send)
        with parts.work() as work:
            watching.note_round(work)
        empty_log(parts.engine)  # law 9: what was purged stands in no file once nobody reads just then


def _when_due(parts: Parts, due: Callable[[Work], object], act: Callable[[Work], Done]) -> Done | None:
    """Ask before acting: who only asks keeps nobody waiting who writes, and mostly there is nothing to do."""
    with parts.reading() as work:
        if not due(work):
            return None
    with parts.work() as work:
        return act(work)


def _act_on_what_has_ended(parts: Parts) -> None:
    """Law 9: encodings go on the day on which the permission ends, and keys that nobody has. Other last days too."""
    if count := _when_due(parts, matching.ended, matching.destroy_ended):
        log.info("The permission to match of %d people has ended: their encodings were destroyed.", count)
    with parts.reading() as work:
        encodings.destroy_unclaimed_keys(work)
    if count := _when_due(parts, endings.due, endings.act):
        log.info("By their dates %d people may appear in less than before; they are looked for.", count)
    if count := _when_due(parts, staff.gone, staff.keep_out_who_left):
        log.info("%d people whose last day is over were kept out.", count)


def _ring_again(parts: Parts) -> None:
    """For whatever lost its bell or its worker. While the queue still holds jobs, theirs are among them."""
    try:
        if not parts.queue_is_empty():
            return
    except redis.RedisError:
        return  # the queue is away; ringing can wait until it is back
    with parts.work() as work:
        for waiting in (sweep, outbox, lookback, copies, following, deliveries, live_looks, canaries):
            waiting.ring_again(work)


def _tell_again(parts: Parts) -> None:
    """What waits too long."""
    with parts.reading() as work:
        due = escalation.due(work)
    for news, about in due:
        with parts.work() as work:
            escalation.tell(work, news, about)


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
        apart.look_for_removed(work)
        for kept in (copies, outbox, canaries, throttling, known_devices, half_sign_ins, begun, waiting_uploads):
            kept.forget_old(work)
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
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            log.error("this round of the sweep broke: %s", type(error).__name__)
        rounds += 1
        time.sleep(EVERY)


if __name__ == "__main__":
    os.umask(0o077)
    settings = load()
    logs.set_up(settings.log_format)
    run(settings)
