"""What runs without anybody asking: each part of the sweep, and what a job asks of the database before it looks."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import func, select

from moderation.db.models import Photo, Post
from moderation.media.books import FileBook, Line
from moderation.rules.workflow import State
from moderation.services import (
    apart,
    canaries,
    clock,
    copies,
    deliveries,
    encodings,
    endings,
    escalation,
    following,
    live_looks,
    lookback,
    matching,
    outbox,
    purge_ledger,
    register,
    retention,
    scanning,
    staff,
    sweep,
    unnamed_files,
    watching,
)
from moderation.services.work import Work
from moderation.wiring import Parts

Open = Callable[[], AbstractContextManager[Work]]
Round = Callable[[Parts], None]


def _asks(*questions: Callable[[Work], object]) -> Round:
    def act(parts: Parts) -> None:
        for question in questions:
            with parts.reading() as work:
                question(work)

    return act


def _writes(*deeds: Callable[[Work], object]) -> Round:
    """Undone at the end, so that the next time finds the same."""

    def act(parts: Parts) -> None:
        with parts.work() as work:
            for deed in deeds:
                deed(work)

    return act


def _lists(work: Work) -> object:
    post = work.session.scalars(select(Post).where(Post.state == State.CHECKING).limit(1)).one()
    return register.lists(work, post)


def _order(work: Work) -> None:
    post = work.session.scalars(select(Post).where(Post.state == State.CHECKING).limit(1)).one()
    scanning.order(work, post)


def _unnamed(work: Work) -> object:
    """An hour's share. Keys of real pictures are spread over all digits; those here are numbers, in order."""
    last = work.session.scalars(select(func.max(Photo.media_key))).one() or "0"
    return unnamed_files.find(work, ("", f"{int(last) // unnamed_files.SHARES:064d}"))


_RINGING = (sweep, outbox, lookback, copies, following, deliveries, live_looks, canaries)


class _Nowhere(FileBook):
    """Where nothing was ever written, and nothing is kept."""

    def append(self, lines: Iterable[Line]) -> None:
        list(lines)


EVERY_SECOND: dict[str, Round] = {
    "scans and deliveries whose holder died": _writes(sweep.reissue, deliveries.reissue),
    "bells that were lost": _writes(*(one.ring_again for one in _RINGING)),
    "messages to gather": _asks(outbox.is_due),
}
EVERY_FIFTH: dict[str, Round] = {
    "clocks that were set back": _writes(clock.set_right),
    "people whose last day is over": _asks(endings.due, staff.gone),
    "posts to move on": _asks(sweep.overdue),
    "what waits too long": _asks(escalation.due),
    "test pictures": _asks(canaries.are_due),
    "that the sweep is well": _writes(watching.note_round),
}
EVERY_MINUTE: dict[str, Round] = {
    "permissions to be matched that have ended": _asks(matching.ended),
    "keys that nobody has": _asks(encodings.destroy_unclaimed_keys),
}
HOURLY: dict[str, Round] = {
    "what retention would purge": _asks(retention.preview),
    "files to finish deleting, pictures that came back": _writes(retention.finish_deleting, apart.look_for_removed),
    "files that nothing names": _asks(_unnamed),
    "the copy of the purge ledger": _asks(lambda work: purge_ledger.keep_copy(work, _Nowhere(Path("/dev/null")))),
}
JOBS: dict[str, Round] = {
    "a post sent to its checks": _writes(_order),
    "what a check of a photo compares with": _asks(_lists),
}
EVERY: dict[str, dict[str, Round]] = {
    "every second": EVERY_SECOND,
    "every five seconds": EVERY_FIFTH,
    "every minute": EVERY_MINUTE,
    "every hour": HOURLY,
    "a job": JOBS,
}
