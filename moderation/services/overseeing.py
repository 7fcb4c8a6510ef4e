"""What is late at a school, for whoever oversees several: counts by the school's own times, and nothing of anybody."""

from collections.abc import Callable
from datetime import datetime
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from moderation.db.models import Post, Takedown
from moderation.rules.incident import down_by
from moderation.rules.overseeing import Late
from moderation.rules.workflow import State
from moderation.services import backups, incidents, safeguarding, telling
from moderation.services.work import Work


def late(work: Work) -> Late:
    times, freeze = telling.school_times(work), incidents.standing(work)
    stopped, days = freeze.opened_at if freeze else None, safeguarding.settings(work).takedown_days
    return Late(
        takedowns=_over(
            work, Takedown.opened_at, Takedown.ended_at.is_(None), lambda at: down_by(at, days, times, stopped)
        ),
        decisions=_over(
            work, Post.state_since, Post.state == State.IN_REVIEW, lambda at: times.after(at, times.late_after)
        ),
        stopped_since=stopped,
        backup=backups.last(work).late,
    )


def _over(
    work: Work, since: InstrumentedAttribute[datetime], which: object, due: Callable[[datetime], datetime]
) -> int:
    """How many are due by now. What began earlier is due no later, so the first that is not ends the count."""
    moments = work.session.scalars(select(since).where(which).order_by(since))  # type: ignore[arg-type]
    return sum(1 for _ in takewhile(lambda at: due(at) <= work.now, moments))
