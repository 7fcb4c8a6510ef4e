"""Tables of watching over the checks themselves: the sweep's last round, and what each test picture came to."""

from datetime import date, datetime

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db.base import Base, Moment, Word
from moderation.rules.watching import Canary, Outcome


class SweepRound(Base):
    """One row: when the sweep was last at work."""

    __tablename__ = "sweep_rounds"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class CanaryRun(Base):
    """One test of one check. It is no post, and stands in no list of posts."""

    __tablename__ = "canary_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    canary: Mapped[Canary] = mapped_column(Word(Canary))
    day: Mapped[date] = mapped_column(Date)  # at the school
    sent_at: Mapped[datetime] = mapped_column(Moment)
    rung_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    runs: Mapped[int] = mapped_column(default=0)
