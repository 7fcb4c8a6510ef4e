"""Tables of lawful matching: what the school rests on, who permitted what, and the biometric ledger."""

from datetime import date, datetime

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, partial, refers_to
from moderation.db.school import Person, User
from moderation.rules.matching import Answer, Excuse, Permission, Why


class LawfulMatching(Base):
    """What recognition rests on. The row without an end is in force; with none, recognition is locked."""

    __tablename__ = "lawful_matching"
    id: Mapped[int] = mapped_column(primary_key=True)
    dpia_reference: Mapped[str] = mapped_column(String(120))
    dpia_on: Mapped[date] = mapped_column(Date)
    lawful_basis: Mapped[str] = mapped_column(String(200))  # UK GDPR, article 6
    condition: Mapped[str] = mapped_column(String(200))  # article 9
    wording: Mapped[str] = mapped_column(Text)  # given to parents
    strict: Mapped[bool] = mapped_column(default=False)
    recorded_by_id: Mapped[int] = refers_to("users.id")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    ended_by_id: Mapped[int | None] = refers_to("users.id")
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])


class MatchingPermission(Base):
    """One record of the answers about one person. A newer record, or a withdrawal, ends it; none is changed."""

    __tablename__ = "matching_permissions"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = refers_to("people.id", index=True)
    lawful_id: Mapped[int] = refers_to("lawful_matching.id")  # the wording that the parents were given
    refused_on: Mapped[date | None] = mapped_column(Date)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    recorded_by_id: Mapped[int] = refers_to("users.id")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    person: Mapped[Person] = relationship(back_populates="matching_permissions")
    recorded_by: Mapped[User] = relationship()
    lawful: Mapped[LawfulMatching] = relationship()
    answers: Mapped[list["MatchingAnswer"]] = relationship(order_by="MatchingAnswer.id", lazy="selectin")
    __table_args__ = (partial("ix_matching_permissions_in_force", "ends_on", where="ended_at IS NULL"),)

    @property
    def as_rule(self) -> Permission:
        answers = tuple(Answer(one.told_on, one.agreed_on, one.objected_on, one.excused_on) for one in self.answers)
        return Permission(answers, self.refused_on, self.starts_on, self.ends_on)


class MatchingAnswer(Base):
    """One parent's answer, or an adult's own."""

    __tablename__ = "matching_answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    permission_id: Mapped[int] = refers_to("matching_permissions.id", index=True)
    who: Mapped[str] = mapped_column(String(120))
    told_on: Mapped[date | None] = mapped_column(Date)
    agreed_on: Mapped[date | None] = mapped_column(Date)
    how: Mapped[str] = mapped_column(String(200), default="")  # the writing in which they agreed
    objected_on: Mapped[date | None] = mapped_column(Date)
    excuse: Mapped[Excuse | None] = mapped_column(Word(Excuse))  # why this parent was not told
    excused_on: Mapped[date | None] = mapped_column(Date)
    excused_by: Mapped[str] = mapped_column(String(120), default="")  # who decided that


class LedgerRow(Base):
    """Append-only, as the audit trail: encodings made (`change` above 0) or destroyed (below).

    Person and key are plain numbers, not references: the row outlives both.
    """

    __tablename__ = "biometric_ledger"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = refers_to("users.id")  # none: by itself, on the day
    person_id: Mapped[int] = mapped_column(index=True)
    change: Mapped[int] = mapped_column()
    engine: Mapped[str] = mapped_column(String(200))
    why: Mapped[Why] = mapped_column(Word(Why))
    key_id: Mapped[str] = mapped_column(String(32))  # under which they were sealed
    actor: Mapped[User | None] = relationship()
