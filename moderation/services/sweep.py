"""Finds what waits and rings again: the database is the truth, so losing the queue or a worker loses nothing."""

from datetime import timedelta

from sqlalchemy import or_, select

from moderation.db.models import Post, Scan, ScanState
from moderation.rules.roles import SYSTEM
from moderation.rules.workflow import Action, State
from moderation.services import cases, checks, scanning
from moderation.services.work import Work

UNHEARD = timedelta(seconds=10)  # after which a bell that nobody answered is rung again


def reissue(work: Work) -> int:
    """Scans whose holder died: back in the line under a new token, or parked after too many tries."""
    lost = work.session.scalars(select(Scan).where(Scan.state == ScanState.RUNNING, Scan.lease_until < work.now)).all()
    for scan in lost:
        scan.token = checks.new_token()
        if scan.runs >= scanning.MOST_RUNS:
            scanning.park(work, scan)
        else:
            scan.state = ScanState.WAITING
            checks.ring(work, scan)
    return len(lost)


def ring_again(work: Work, queue_is_empty: bool) -> int:
    """Waiting scans whose bell was lost. While the queue still holds jobs, theirs are among them.

    What was ordered for an earlier list, roll or engine is left alone: `refresh` orders anew.
    """
    if not queue_is_empty:
        return 0
    unheard = work.session.scalars(
        select(Scan).where(
            Scan.state == ScanState.WAITING,
            or_(Scan.rung_at.is_(None), Scan.rung_at < work.now - UNHEARD),
            *checks.holding(work),
        )
    ).all()
    for scan in unheard:
        checks.ring(work, scan)
    return len(unheard)


def refresh(work: Work) -> int:
    """Posts whose checks no longer hold (list, roll or engine moved on) are checked again; ended ones move on.

    Returns how many posts changed their state.
    """
    moved = 0
    open_states = [State.CHECKING, State.IN_REVIEW, State.RELEASED]
    for post in work.session.scalars(select(Post).where(Post.state.in_(open_states)).order_by(Post.id.desc())):
        case, before = cases.case_of(work, post), post.state
        if before is State.CHECKING:
            if not case.checks_current:
                checks.order(work, post)
            scanning.finish(work, post)
        elif not case.checks_current:
            cases.move(work, post, Action.RECHECK, SYSTEM, case)
            checks.order(work, post)
        elif before is State.RELEASED and case.approval_expired:
            cases.move(work, post, Action.EXPIRE, SYSTEM, case)
        moved += post.state is not before
    return moved
