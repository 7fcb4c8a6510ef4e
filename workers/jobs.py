"""What the queue can ask for: each job takes ids, calls one service, and may run twice."""

from moderation.following import Follower
from moderation.services import canaries, copies, delivering, following, lookback, outbox, reading_back, scanning
from moderation.wiring import Parts

_parts: Parts | None = None


def use(parts: Parts | None) -> None:
    """The parts of the school whose job comes next, wired and warm; work-horses inherit them. None: there are none."""
    global _parts
    _parts = parts


def _wired() -> Parts:
    if _parts is None:
        raise RuntimeError("jobs run inside a worker: python -m workers")
    return _parts


def scan(scan_id: int, token: str) -> bool:
    """True if this run wrote the result; False if the scan was not waiting under this token any more."""
    parts = _wired()
    return scanning.scan(parts.work, parts.reading, parts.looker, scan_id, token)


def check_draft(scan_id: int, token: str) -> bool:
    """As `scan`, for a photo of a draft: nobody but its author waits."""
    return scan(scan_id, token)


def look_back(look_back_id: int) -> int:
    """How many posts this run looked at; it rings again for what is left."""
    parts = _wired()
    return lookback.run(parts.work, parts.reading, parts.looker, look_back_id)


def cover_others(copy_id: int) -> None:
    """Goes on with a copy of what is held about one person."""
    parts = _wired()
    copies.make(parts.work, parts.reading, parts.looker, copy_id)


def send(message_id: int) -> bool:
    """True if this run sent the message."""
    parts = _wired()
    return outbox.send(parts.work, parts.outlets, message_id)


def follow_links(post_id: int) -> int:
    """How many links of the post this run followed."""
    return following.follow(_wired().work, Follower(), post_id)


def deliver(delivery_id: int, token: str) -> bool:
    """True if this run posted to the account, or removed what was there."""
    parts = _wired()
    return delivering.deliver(parts.work, parts.open_connector, delivery_id, token)


def compare(look_id: int) -> bool:
    """True if this run wrote how a live post compares with what was approved."""
    parts = _wired()
    return reading_back.run(parts.work, parts.reading, parts.looker, parts.open_connector, look_id)


def try_check(run_id: int) -> bool:
    """True if this run wrote what became of the test picture."""
    parts = _wired()
    return canaries.run(parts.work, parts.reading, parts.looker, run_id)
