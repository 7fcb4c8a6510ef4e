"""Tables of acceptance: the policy's versions, who signed which, who was trained, and whom the school asks for it."""

from datetime import date, datetime

from sqlalchemy import Date, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, refers_to
from moderation.db.school import User
from moderation.rules.acceptance import Trained


class Policy(Base):
    """One version of the school's policy: append-only (triggers refuse UPDATE and DELETE)."""

    __tablename__ = "policies"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)  # Markdown
    sha256: Mapped[str] = mapped_column(String(64))  # of the text
    told_on: Mapped[date] = mapped_column(Date)  # everybody sees it from this day on
    holds_from: Mapped[date] = mapped_column(Date)
    urgent_reason: Mapped[str] = mapped_column(Text, default="")  # why it holds sooner than after a month's notice
    written_by_id: Mapped[int] = refers_to("users.id")
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by: Mapped[User] = relationship()


class Signature(Base):
    """One person's name under one version: append-only too."""

    __tablename__ = "signatures"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    policy_number: Mapped[int] = refers_to("policies.number")
    user_id: Mapped[int] = refers_to("users.id", index=True)
    name: Mapped[str] = mapped_column(String(120))  # in full, as typed
    signed_on: Mapped[date] = mapped_column(Date)  # at the school
    signed_at: Mapped[datetime] = mapped_column(Moment)
    policy: Mapped[Policy] = relationship()
    user: Mapped[User] = relationship()
    __table_args__ = (UniqueConstraint("policy_number", "user_id"),)


class Training(Base):
    """A training that somebody had, and how long it is good for."""

    __tablename__ = "trainings"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    kind: Mapped[str] = mapped_column(String(120))
    had_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)  # that day counts; None: it does not run out
    recorded_by_id: Mapped[int] = refers_to("users.id")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    struck_at: Mapped[datetime | None] = mapped_column(Moment)  # recorded by mistake
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])


class TrainingRule(Base):
    """One row: whom the school asks for training."""

    __tablename__ = "training_rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    asked: Mapped[Trained] = mapped_column(Word(Trained), default=Trained.NOBODY)
