"""What a worker has taken is its own until its lease ends. A killed worker extends it no more: another one takes it."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from moderation.services.work import OpenWork, Work

log = logging.getLogger(__name__)
Moments = InstrumentedAttribute[datetime | None]

LEASE = timedelta(seconds=20)
HEARTBEAT = 5.0  # seconds between extensions


def new_token() -> str:
    """Names one claim: whoever comes with another one has lost it."""
    return secrets.token_hex(16)


def free(lease_until: Moments, now: datetime) -> ColumnElement[bool]:
    """Rows that nobody has taken, or whose lease has ended."""
    return or_(lease_until.is_(None), lease_until < now)


def unheard(rung_at: Moments, since: datetime) -> ColumnElement[bool]:
    """Rows whose bell never rang, or that nobody has answered since."""
    return or_(rung_at.is_(None), rung_at < since)


@contextmanager
def extended(open_work: OpenWork, extend: Callable[[Work], object], longest: float, job_id: int) -> Iterator[None]:
    """Meanwhile a thread calls `extend`, each time in a transaction of its own; after `longest` seconds no more."""
    ended, deadline = threading.Event(), time.monotonic() + longest

    def beat() -> None:
        while not ended.wait(HEARTBEAT) and time.monotonic() < deadline:
            try:
                with open_work() as work:
                    extend(work)
            except Exception as error:  # noqa: BLE001 (the next one may succeed; else the lease runs out)
                log.warning("the lease of job %d was not extended: %s", job_id, type(error).__name__)

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
