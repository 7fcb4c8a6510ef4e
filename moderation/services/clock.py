"""After the clock was set back: what waits for a moment of a time to come would wait until then."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import InstrumentedAttribute

from moderation.db.models import (
    CanaryRun,
    Copy,
    Delivery,
    FollowedLink,
    LiveLook,
    LookBack,
    LookBackPost,
    Message,
    NewsRow,
    RegisterVersion,
    Scan,
    ScanState,
)
from moderation.db.posts import is_not_done
from moderation.rules import live_looks
from moderation.rules.connecting import Progress
from moderation.rules.telling import Pace
from moderation.services import deliveries, leases, lookback, outbox, reading_back, telling
from moderation.services.work import Work

# By which the clocks of two machines may differ. A claim that is taken for lapsed too soon is done twice, so it gets
# more: a clock that was set back by less keeps what a dead worker held waiting for that long at most.
SKEW: Final = timedelta(minutes=1)
SKEW_OF_CLAIMS: Final = timedelta(minutes=10)
_NOW: Final = timedelta(0)
_OPEN_SCANS = is_not_done() & Scan.state.in_((ScanState.WAITING, ScanState.RUNNING))
_NOT_OVER = Delivery.progress.in_([one for one in Progress if one not in (Progress.THERE, Progress.REMOVED)])
_UNSENT = Message.sent_at.is_(None)
_Moment = tuple[InstrumentedAttribute[Any], timedelta, tuple[ColumnElement[bool], ...]]
# Each moment that only the program itself sets, how far ahead it may lie, and which rows are worth a look.
_BELLS: Final[tuple[_Moment, ...]] = (
    (Scan.rung_at, _NOW, (_OPEN_SCANS,)),
    (Message.rung_at, _NOW, (_UNSENT,)),
    (Delivery.rung_at, _NOW, (_NOT_OVER,)),
    (LookBack.rung_at, _NOW, (LookBack.ended_at.is_(None),)),
    (FollowedLink.rung_at, _NOW, (FollowedLink.followed_at.is_(None),)),
    (Copy.rung_at, _NOW, ()),
    (CanaryRun.rung_at, _NOW, (CanaryRun.outcome.is_(None),)),
    (LiveLook.rung_at, _NOW, ()),
    (LiveLook.due_at, live_looks.EVERY, ()),
    (Delivery.next_at, deliveries.LONGEST_PAUSE, (_NOT_OVER,)),
)
_CLAIMS: Final[tuple[_Moment, ...]] = (
    (Scan.lease_until, leases.LEASE, (_OPEN_SCANS,)),
    (Message.lease_until, outbox.LEASE, (_UNSENT,)),
    (Delivery.lease_until, leases.LEASE, (_NOT_OVER,)),
    (LookBackPost.lease_until, lookback.LEASE, (LookBackPost.looked_at.is_(None),)),
    (LiveLook.lease_until, reading_back.LEASE, ()),
)


def set_right(work: Work) -> None:
    """What lies too far ahead to be true has just passed: what was claimed is claimed anew, bells are rung again."""
    for moments, skew in ((_BELLS, SKEW), (_messages(work), SKEW), (_CLAIMS, SKEW_OF_CLAIMS)):
        for moment, ahead, which in moments:
            late = moment > work.now + ahead + skew
            work.session.execute(update(moment.class_).where(late, *which).values({moment.key: work.now}))
    yesterday = work.today - timedelta(days=1)
    acted = RegisterVersion.endings_until  # no ending of a day to come was acted on
    work.session.execute(update(RegisterVersion).where(acted > yesterday).values({acted.key: yesterday}))


def _messages(work: Work) -> Iterator[_Moment]:
    """News and letters wait for the school's own hours, which may be weeks ahead."""
    hours = telling.school_times(work)
    digest = (hours.due(Pace.DIGEST, work.now) or work.now) - work.now
    yield NewsRow.due_at, digest, (NewsRow.message_id.is_(None),)
    yield Message.next_at, max(outbox.LONGEST_PAUSE, hours.opens(work.now) - work.now), (_UNSENT,)
