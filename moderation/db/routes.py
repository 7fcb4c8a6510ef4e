"""Tables of who approves: routes with their steps, words of sensitive topics, and deputies with their days."""

from datetime import date, datetime

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, refers_to
from moderation.db.school import User
from moderation.rules.roles import Role
from moderation.rules.route import Route, Step


class ApprovalRoute(Base):
    """A route that the school has set. The newest is in force; the others show what was asked for when."""

    __tablename__ = "approval_routes"
    id: Mapped[int] = mapped_column(primary_key=True)
    in_order: Mapped[bool] = mapped_column()
    reminders: Mapped[str] = mapped_column(String(40), default="office")  # the ready route of reminders, by its name
    set_by_id: Mapped[int | None] = refers_to("users.id")  # None: what an installation begins with
    set_at: Mapped[datetime] = mapped_column(Moment)
    steps: Mapped[list["ApprovalStep"]] = relationship(order_by="ApprovalStep.position")

    @property
    def route(self) -> Route:
        return Route(tuple(step.step for step in self.steps if not step.sensitive), self.in_order)

    @property
    def extra(self) -> Step | None:
        """What a sensitive topic adds."""
        return next((step.step for step in self.steps if step.sensitive), None)


class ApprovalStep(Base):
    __tablename__ = "approval_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    route_id: Mapped[int] = refers_to("approval_routes.id", index=True)
    position: Mapped[int] = mapped_column()
    how_many: Mapped[int | None] = mapped_column()  # None: each of its members
    sensitive: Mapped[bool] = mapped_column(default=False)  # asked for only where a topic is sensitive
    members: Mapped[list["ApprovalMember"]] = relationship()

    @property
    def step(self) -> Step:
        return Step(frozenset(member.member for member in self.members), self.how_many)


class ApprovalMember(Base):
    """Who can give an approval of a step: whoever holds a role, or one person."""

    __tablename__ = "approval_members"
    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = refers_to("approval_steps.id", index=True)
    role: Mapped[Role | None] = mapped_column(Word(Role))
    user_id: Mapped[int | None] = refers_to("users.id")

    @property
    def member(self) -> Role | int:
        return self.role or self.user_id or 0  # one of both is there; nobody is number 0


class SensitiveWord(Base):
    """One word or phrase that asks for one more person."""

    __tablename__ = "sensitive_words"
    word: Mapped[str] = mapped_column(String(80), primary_key=True)


class Deputy(Base):
    """A member of the staff who holds a role for some days, both days included."""

    __tablename__ = "deputies"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    starts: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    named_by_id: Mapped[int | None] = refers_to("users.id")
    named_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)  # before its time
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    named_by: Mapped[User | None] = relationship(foreign_keys=[named_by_id])
