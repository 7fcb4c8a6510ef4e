"""Tables of decisions: what was decided about, by whom, kits, what is live, and the audit trail."""

import json
from datetime import datetime

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, refers_to
from moderation.db.school import Account, User
from moderation.rules.consent import Purpose
from moderation.rules.roles import Role
from moderation.rules.route import Given


class Version(Base):
    """What a post was when somebody decided about it, or when its author took it back."""

    __tablename__ = "versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    digest: Mapped[str] = mapped_column(String(64))
    form: Mapped[str | None] = mapped_column(Text)  # the text whose SHA-256 the digest is; None: not kept then
    caption: Mapped[str] = mapped_column(Text)
    photos: Mapped[list[list[str]]] = mapped_column(JSON)  # media key and alt text of each, in order
    accounts: Mapped[list[str]] = mapped_column(JSON)  # their titles
    people: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))  # who was tagged; None: not kept then
    others: Mapped[int | None] = mapped_column()  # people who were not on the register; None: nothing was said
    purpose: Mapped[Purpose | None] = mapped_column(Word(Purpose))  # None: neither of these two was kept then
    flags: Mapped[list[int]] = mapped_column(JSON)  # findings that were open then, by id
    because_of: Mapped[list[int]] = mapped_column(JSON)  # those of them that it was sent back for


class Claim(Base):
    """Who has a post open to decide about it. It bars nobody, and lapses."""

    __tablename__ = "claims"
    post_id: Mapped[int] = refers_to("posts.id", primary_key=True)
    user_id: Mapped[int] = refers_to("users.id")
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    user: Mapped[User] = relationship()


class Approval(Base):
    """One approver's yes to exactly one digest."""

    __tablename__ = "approvals"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    user_id: Mapped[int] = refers_to("users.id")
    as_roles: Mapped[str] = mapped_column(String(120))  # held by the approver then, also as a deputy; commas between
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    not_before: Mapped[datetime | None] = mapped_column(Moment)  # from when it may go out, as its approver knew it
    void_at: Mapped[datetime | None] = mapped_column(Moment)
    user: Mapped[User] = relationship()

    @property
    def given(self) -> Given:
        return Given(self.user_id, frozenset(map(Role, self.as_roles.split(","))))


class Kit(Base):
    """One opening of the publish kit."""

    __tablename__ = "kits"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    approval_id: Mapped[int] = refers_to("approvals.id", index=True)
    user_id: Mapped[int] = refers_to("users.id")
    digest: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(Moment)


class PhoneLink(Base):
    """One kit on one phone: a link that opens once, then a session of its own. Neither secret is kept, only hashes."""

    __tablename__ = "phone_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    approval_id: Mapped[int] = refers_to("approvals.id")
    user_id: Mapped[int] = refers_to("users.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    session_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    user: Mapped[User] = relationship()


class Publication(Base):
    """A post live on one account."""

    __tablename__ = "publications"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    account_id: Mapped[int] = refers_to("accounts.id")
    link: Mapped[str] = mapped_column(String(2000))
    user_id: Mapped[int] = refers_to("users.id")
    at: Mapped[datetime] = mapped_column(Moment, index=True)
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
    __table_args__ = (
        Index("ix_audit_action", "action", "number"),  # when something was done last
        Index("ix_audit_action_at", "action", "at"),  # what was done in some weeks
    )

    @property
    def reason(self) -> str:
        """What the person gave as a reason, if the action took one."""
        return str(json.loads(self.detail).get("reason", ""))

    @property
    def acting_as(self) -> list[str]:
        """The roles whose deputy the person was that day."""
        return list(json.loads(self.detail).get("acting_as", []))
