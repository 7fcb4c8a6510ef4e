"""When a post on a connected account is read back, and how often a look that did not succeed is tried."""

from datetime import datetime, timedelta

FIRST = timedelta(minutes=5)  # after it went out: networks take a moment with pictures
EVERY, FOR = timedelta(days=1), timedelta(days=30)
MOST_TRIES = 5
_FIRST_PAUSE = timedelta(minutes=2)


def next_look(there_at: datetime, now: datetime) -> datetime | None:
    """After that moment; None: it was looked at for long enough, and from now on only when somebody asks."""
    first = there_at + FIRST
    if now < first:
        return min(first, now + EVERY)  # a moment to come was set by a clock that was put right since
    coming = first + ((now - first) // EVERY + 1) * EVERY
    return coming if coming <= first + FOR else None


def pause(tries: int) -> timedelta:
    """Between a look that did not succeed and the next try: half an hour for all of them together."""
    return _FIRST_PAUSE * (1 << max(0, tries - 1))
