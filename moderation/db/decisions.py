"""Tables of decisions: approvals, kits, what is live, and the audit trail."""

import json
from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, refers_to
from moderation.db.school import Account, User


class Approval(Base):
    """One approver's yes to exactly one digest."""

    __tablename__ = "approvals"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    user_id: Mapped[int] = refers_to("users.id")
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    void_at: Mapped[datetime | None] = mapped_column(Moment)
    user: Mapped[User] = relationship()


class Kit(Base):
    """One opening of the publish kit."""

    __tablename__ = "kits"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    approval_id: Mapped[int] = refers_to("approvals.id")
    user_id: Mapped[int] = refers_to("users.id")
    digest: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(Moment)


class Publication(Base):
    """A post live on one account."""

    __tablename__ = "publications"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    account_id: Mapped[int] = refers_to("accounts.id")
    link: Mapped[str] = mapped_column(String(2000))
    user_id: Mapped[int] = refers_to("users.id")
    at: Mapped[datetime] = mapped_column(Moment)
    account: Mapped[Account] = relationship()
    __table_args__ = (UniqueConstraint("post_id", "account_id"),)


class AuditRow(Base):
    """Append-only (triggers refuse UPDATE and DELETE), each row bound to the one before it by hash."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = refers_to("users.id")
    action: Mapped[str] = mapped_column(String(60))
    post_id: Mapped[int | None] = refers_to("posts.id", index=True)
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    actor: Mapped[User | None] = relationship()

    @property
    def reason(self) -> str:
        """What the person gave as a reason, if the action took one."""
        return str(json.loads(self.detail).get("reason", ""))
