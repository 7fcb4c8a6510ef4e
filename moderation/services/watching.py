"""How the checking itself stands: what a monitor counts, and what is wrong in the words of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from moderation.db.models import CanaryRun, Message, Post, Scan, ScanState, SweepRound, Takedown
from moderation.db.posts import is_not_done
from moderation.queue import Standing
from moderation.rules.watching import Canary, Facts, Outcome, Trouble, troubles
from moderation.rules.workflow import State
from moderation.services import backups, checks
from moderation.services.work import Work

SAYS_SO_EVERY = timedelta(seconds=30)
_UNDER_WAY = (ScanState.WAITING, ScanState.RUNNING)


@dataclass(frozen=True)
class Last:
    """The newest test of one check that has come back."""

    canary: Canary
    outcome: Outcome
    at: datetime


@dataclass(frozen=True)
class Figures:
    """Counts and moments, for monitors: never a name, and no number of a person or post."""

    checks: Mapping[ScanState, int]  # of today's engine, list and roll, but for those that are done
    oldest_waiting: datetime | None
    oldest_in_review: datetime | None
    messages_waiting: int
    messages_parked: int
    takedowns: int
    oldest_takedown: datetime | None
    sweep_at: datetime
    canaries: tuple[Last, ...]
    backup_at: datetime | None


def note_round(work: Work) -> None:
    """The sweep is at work. Written twice a minute: each write costs the disk a breath."""
    row = work.session.get_one(SweepRound, 1)
    if abs(work.now - row.at) >= SAYS_SO_EVERY:  # also after the clock was set back: a moment to come hides an end
        row.at = work.now


def wrong(work: Work, queue: Standing) -> tuple[Trouble, ...]:
    """What is wrong now, the worst first."""
    return troubles(
        Facts(
            now=work.now,
            queue_is_there=queue.is_there,
            workers=queue.workers,
            sweep_at=_sweep_at(work),
            oldest_waiting=_oldest_waiting(work),
            parked=_parked(work),
            outcomes={last.canary: last.outcome for last in last_canaries(work)},
            canary_waits_since=work.session.scalar(
                select(func.min(CanaryRun.sent_at)).where(CanaryRun.outcome.is_(None))
            ),
        )
    )


def figures(work: Work) -> Figures:
    """Nine small questions to the database, whichever process is asked."""
    scans = work.session.execute(
        select(Scan.state, func.count()).where(is_not_done(), *checks.holding(work)).group_by(Scan.state)
    ).all()
    waiting = (Message.sent_at.is_(None), Message.parked_at.is_(None), Message.dropped_at.is_(None))
    takedowns, oldest = work.session.execute(
        select(func.count(), func.min(Takedown.opened_at)).where(Takedown.ended_at.is_(None))
    ).one()
    return Figures(
        checks=dict(scans),
        oldest_waiting=_oldest_waiting(work),
        oldest_in_review=work.session.scalar(select(func.min(Post.state_since)).where(Post.state == State.IN_REVIEW)),
        messages_waiting=_count(work, *waiting),
        messages_parked=_count(work, Message.parked_at.is_not(None)),
        takedowns=takedowns,
        oldest_takedown=oldest,
        sweep_at=_sweep_at(work),
        canaries=last_canaries(work),
        backup_at=backups.last(work).at,
    )


def posts(work: Work) -> dict[State, int]:
    """How many there are in each state: the one figure that reads an entry of each post there ever was."""
    return dict(work.session.execute(select(Post.state, func.count()).group_by(Post.state)).all())


def last_canaries(work: Work) -> tuple[Last, ...]:
    """The last test of each check that has come back."""
    newest = select(func.max(CanaryRun.id)).where(CanaryRun.outcome.is_not(None)).group_by(CanaryRun.canary)
    rows = work.session.scalars(select(CanaryRun).where(CanaryRun.id.in_(newest)).order_by(CanaryRun.canary))
    return tuple(Last(row.canary, row.outcome, row.ended_at) for row in rows if row.outcome and row.ended_at)


def _sweep_at(work: Work) -> datetime:
    return work.session.get_one(SweepRound, 1).at


def _oldest_waiting(work: Work) -> datetime | None:
    """Since when the oldest check that somebody waits for has not ended: checks of drafts may wait."""
    return work.session.scalar(
        select(func.min(Scan.created_at))
        .join(Post, Post.id == Scan.post_id)
        .where(is_not_done(), Scan.state.in_(_UNDER_WAY), Post.state == State.CHECKING, *checks.holding(work))
    )


def _parked(work: Work) -> int:
    question = (
        select(func.count())
        .select_from(Scan)
        .join(Post, Post.id == Scan.post_id)
        .where(is_not_done(), Scan.state == ScanState.PARKED, Post.state == State.IN_REVIEW, *checks.holding(work))
    )
    return work.session.scalar(question) or 0


def _count(work: Work, *which: object) -> int:
    return work.session.scalar(select(func.count()).select_from(Message).where(*which)) or 0  # type: ignore[arg-type]
