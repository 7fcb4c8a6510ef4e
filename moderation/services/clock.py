"""After the clock was set back: a claim or a bell of a time to come would keep what waits for it waiting until then."""

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
    Scan,
    ScanState,
)
from moderation.services import leases, lookback, outbox, reading_back
from moderation.services.work import Work

SKEW: Final = timedelta(minutes=1)  # by which the clocks of two machines may differ
_NOW: Final = timedelta(0)
_OPEN_SCANS = Scan.state.in_((ScanState.WAITING, ScanState.RUNNING))
# Each moment that only the program itself sets, how far ahead it may lie, and which rows are worth a look.
_MOMENTS: Final[tuple[tuple[InstrumentedAttribute[Any], timedelta, tuple[ColumnElement[bool], ...]], ...]] = (
    (Scan.rung_at, _NOW, (_OPEN_SCANS,)),
    (Scan.lease_until, leases.LEASE, (_OPEN_SCANS,)),
    (Message.rung_at, _NOW, (Message.sent_at.is_(None),)),
    (Message.lease_until, outbox.LEASE, (Message.sent_at.is_(None),)),
    (Delivery.rung_at, _NOW, ()),
    (Delivery.lease_until, leases.LEASE, ()),
    (LookBack.rung_at, _NOW, (LookBack.ended_at.is_(None),)),
    (LookBackPost.lease_until, lookback.LEASE, (LookBackPost.looked_at.is_(None),)),
    (FollowedLink.rung_at, _NOW, (FollowedLink.followed_at.is_(None),)),
    (Copy.rung_at, _NOW, ()),
    (CanaryRun.rung_at, _NOW, (CanaryRun.outcome.is_(None),)),
    (LiveLook.rung_at, _NOW, ()),
    (LiveLook.lease_until, reading_back.LEASE, ()),
)


def set_right(work: Work) -> None:
    """What lies too far ahead to be true has just passed: what was claimed is claimed anew, bells are rung again."""
    for moment, ahead, which in _MOMENTS:
        late = moment > work.now + ahead + SKEW
        work.session.execute(update(moment.class_).where(late, *which).values({moment.key: work.now}))
