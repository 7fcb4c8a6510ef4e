"""Finds what waits and rings again: the database is the truth, so losing the queue or a worker loses nothing."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from moderation.db.models import Post, Scan, ScanState
from moderation.db.posts import is_not_done
from moderation.rules.roles import SYSTEM
from moderation.rules.workflow import Action, State
from moderation.services import ahead, cases, checks, leases, route_changes, scanning
from moderation.services.work import Work

UNHEARD = timedelta(seconds=10)  # after which a bell that nobody answered is rung again
_OPEN = (State.CHECKING, State.IN_REVIEW, State.RELEASED)


def reissue(work: Work) -> int:
    """Scans whose holder died: back in the line under a new token, or parked after too many tries."""
    ended = select(Scan).where(is_not_done(), Scan.state == ScanState.RUNNING, Scan.lease_until < work.now)
    lost = work.session.scalars(ended).all()
    for scan in lost:
        scan.token = leases.new_token()
        if scan.runs >= scanning.MOST_RUNS:
            scanning.park(work, scan)
        else:
            scan.state = ScanState.WAITING
            checks.ring(work, scan)
    return len(lost)


def ring_again(work: Work) -> int:
    """Waiting scans whose bell was lost.

    What was ordered for an earlier list, roll or engine is left alone: `refresh` orders anew.
    """
    unheard = work.session.scalars(
        select(Scan).where(
            is_not_done(),
            Scan.state == ScanState.WAITING,
            leases.unheard(Scan.rung_at, work.now - UNHEARD),
            *checks.holding(work),
        )
    ).all()
    for scan in unheard:
        checks.ring(work, scan)
    return len(unheard)


def overdue(work: Work) -> list[int]:
    """Open posts that `refresh` would move: checks that no longer hold or have ended, approvals that have expired.

    The newest first: it is the likeliest to be looked at now.
    """
    together = (selectinload(Post.every_photo), selectinload(Post.accounts))
    question = select(Post).where(Post.state.in_(_OPEN)).order_by(Post.id.desc())
    posts = work.session.scalars(question.options(*together)).all()
    ahead.of_posts(work, posts)
    return [post.id for post in posts if _is_overdue(work, post)]


def _is_overdue(work: Work, post: Post) -> bool:
    case = cases.case_of(work, post)
    if post.state is State.CHECKING:
        return not case.checks_waiting  # while some wait, others may have to come after them
    return not case.checks_current or (post.state is State.RELEASED and not case.standing.is_complete)


def refresh(work: Work, post_id: int) -> None:
    """Check a post again whose list, roll or engine moved on; move it on if its checks ended, back if it expired."""
    post = cases.get(work, post_id)
    if post.state not in _OPEN:
        return
    case = cases.case_of(work, post)
    if post.state is not State.CHECKING and not case.checks_current:
        cases.move(work, post, Action.RECHECK, SYSTEM, case)
    elif post.state is State.RELEASED and case.approval_expired:
        cases.move(work, post, Action.EXPIRE, SYSTEM, case)
    elif post.state is State.RELEASED:
        route_changes.ask_again(work, post)
    if post.state is State.CHECKING:
        scanning.order(work, post)
