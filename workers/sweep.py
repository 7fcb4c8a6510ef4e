"""The sweep: once a second it looks into the database for what waits. Many may run at once."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import redis
from sqlalchemy.exc import SQLAlchemyError

from moderation import logs
from moderation.db.engine import empty_log
from moderation.rules.media import MediaAway
from moderation.rules.roles import SYSTEM
from moderation.rules.workflow import Refused
from moderation.schools import Kept
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
    people_found,
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
from moderation.settings import Settings, Trust, Watched, load_trust
from moderation.wiring import Parts, wire

log = logging.getLogger(__name__)
Done = TypeVar("Done")

EVERY, LONGEST_REST = 1.0, 15.0  # seconds between two rounds, at least and at most
REFRESH_EVERY = 5  # rounds
ENDS_EVERY = 60
TIDY_EVERY = 3600.0  # seconds
LONGEST_PAUSE = 60.0  # seconds, for a school whose database is away
SEALED_A_ROUND = 50  # files looked at, and sealed if they are from before that was done: each once, after a start


def once(parts: Parts, refresh: bool = True, ends: bool = True) -> None:
    """One round. `ends`: it also looks at everybody's permission to be matched, and at all keys."""
    with parts.work() as work:
        if refresh:
            clock.set_right(work)
        sweep.reissue(work)
        deliveries.reissue(work)
    if ends:
        _destroy_what_has_ended(parts)
    if refresh:
        _act_on_last_days(parts)
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


def _destroy_what_has_ended(parts: Parts) -> None:
    """Law 9: encodings go on the day on which the permission ends, and keys that nobody has."""
    if count := _when_due(parts, matching.ended, matching.destroy_ended):
        log.info("The permission to match of %d people has ended: their encodings were destroyed.", count)
    with parts.reading() as work:
        encodings.destroy_unclaimed_keys(work)


def _act_on_last_days(parts: Parts) -> None:
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
        retention.catch_up(work, parts.purged)
        retention.finish_deleting(work)
        apart.look_for_removed(work)
        for kept in (copies, outbox, canaries, throttling, known_devices, half_sign_ins, begun, waiting_uploads):
            kept.forget_old(work)
        import_files.forget_expired(work, SYSTEM)
    with parts.work() as work:
        retention.daily(work)
    with parts.reading() as work:
        purge_ledger.keep_copy(work, parts.purged)
        unnamed = unnamed_files.find(work, unnamed_files.share_of(work.now))
        names = people_found.out_of_step(work)
    if names:
        with parts.work() as work:
            people_found.note_words(work, names)
    if unnamed:
        with parts.work() as work:
            unnamed_files.remove(work, unnamed)


@dataclass
class Progress:
    """How far the rounds of one school have come. It stays when the school makes room for others."""

    rounds: int = 0
    tidied_at: float | None = None
    unlooked: Iterator[str] | None = None


class OneSchool:
    """The rounds of one school."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.parts, self.progress = wire(settings), progress

    def round(self) -> None:
        """Raises what databases and disks do."""
        its = self.progress
        self._seal(its)
        refresh, ends = its.rounds % REFRESH_EVERY == 0, its.rounds % ENDS_EVERY == 0
        its.rounds += 1
        once(self.parts, refresh, ends)
        if its.tidied_at is None or time.monotonic() >= its.tidied_at + TIDY_EVERY:
            its.tidied_at = time.monotonic()
            tidy(self.parts)

    def _seal(self, its: Progress) -> None:
        try:
            if its.unlooked is None:
                its.unlooked = self.parts.store.keys()
            for key in islice(its.unlooked, SEALED_A_ROUND):
                self.parts.store.seal(key)
        except MediaAway:
            its.unlooked = None  # from the beginning once they are back; the rest does not wait

    def end(self) -> None:
        self.parts.end()


class Rounds:
    """All schools in turn, again and again. One that broke is left alone for a while, longer each time."""

    def __init__(self, watched: Watched) -> None:
        self.kept = Kept(watched, self._opened, OneSchool.end)
        self._progress, self._seen = dict[str, Progress](), watched.now()
        self._due, self._pause = dict[str, float](), dict[str, float]()

    def _opened(self, settings: Settings) -> OneSchool:
        return OneSchool(settings, self._progress.setdefault(settings.key, Progress()))

    def go_round(self) -> None:
        trust = self.kept.tidy()
        if trust is not self._seen:  # one that was let go of may have been closed, put back from a backup and opened
            self._progress, self._seen = {}, trust
        for settings in trust.schools:
            if time.monotonic() >= self._due.get(settings.key, 0.0):
                self._at(settings)

    def _at(self, settings: Settings) -> None:
        try:
            with self.kept.of(settings, passing=True) as school:
                school.round()
            self._pause.pop(settings.key, None)
        except Exception as error:  # noqa: BLE001 (whatever it is, the others go on)
            log.error("this round of the sweep at %s broke: %s", settings.key or "the school", type(error).__name__)
            pause = min(2 * self._pause.get(settings.key, EVERY / 2), LONGEST_PAUSE if settings.key else EVERY)
            self._pause[settings.key], self._due[settings.key] = pause, time.monotonic() + pause


def run(trust: Trust) -> None:
    """Rounds without end. They take a quarter of a core's time, more of it where one lasts more than 5 seconds."""
    rounds = Rounds(Watched(trust))
    if trust.file is None:
        with rounds.kept.of(trust.machine):
            pass  # what is not set up is said at once
    while True:
        began = time.monotonic()
        rounds.go_round()
        time.sleep(max(EVERY, min(3 * (time.monotonic() - began), LONGEST_REST)))


if __name__ == "__main__":
    os.umask(0o077)
    trust = load_trust()
    logs.set_up(trust.machine.log_format)
    run(trust)
