"""Tables of connected accounts: how Gatepost posts to one by itself, and how far each post has come there."""

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, refers_to
from moderation.db.posts import Post
from moderation.db.school import Account, User
from moderation.rules.connecting import OUT_THERE, Kind, Progress


class Connection(Base):
    """How one account is posted to. The row goes when it is disconnected, and the key of its secret with it."""

    __tablename__ = "connections"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = refers_to("accounts.id", unique=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    address: Mapped[str] = mapped_column(String(400), default="")
    login: Mapped[str] = mapped_column(String(200), default="")
    sealed_secret: Mapped[bytes | None] = mapped_column()  # None: a feed has none
    key_id: Mapped[str | None] = mapped_column(String(32))  # of the key that seals the secret
    feed_token: Mapped[str | None] = mapped_column(String(64), unique=True)  # who knows it reads the feed
    called: Mapped[str] = mapped_column(String(200), default="")  # the name under which it answered
    connected_by_id: Mapped[int] = refers_to("users.id")
    connected_at: Mapped[datetime] = mapped_column(Moment)
    ok_at: Mapped[datetime | None] = mapped_column(Moment)  # it did last what it was asked
    trouble: Mapped[str] = mapped_column(Text, default="")  # why not, since then
    account: Mapped[Account] = relationship()
    connected_by: Mapped[User] = relationship()


class Delivery(Base):
    """One post on one connected account: at most one row, whatever is tried and however often."""

    __tablename__ = "deliveries"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    account_id: Mapped[int] = refers_to("accounts.id")
    key: Mapped[str] = mapped_column(String(32), unique=True)  # the server knows the post by it; new after a removal
    digest: Mapped[str] = mapped_column(String(64))  # of exactly what is sent
    progress: Mapped[Progress] = mapped_column(Word(Progress), default=Progress.WAITING)
    token: Mapped[str] = mapped_column(String(32))  # of whoever may work on it
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    rung_at: Mapped[datetime | None] = mapped_column(Moment)
    next_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    remote: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # the server's own numbers
    link: Mapped[str] = mapped_column(String(2000), default="")
    trouble: Mapped[str] = mapped_column(Text, default="")  # a sentence: no secret, no address, no name
    asked_by_id: Mapped[int] = refers_to("users.id")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    there_at: Mapped[datetime | None] = mapped_column(Moment)
    removal_by_id: Mapped[int | None] = refers_to("users.id")  # None: by the program
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    post: Mapped[Post] = relationship()
    account: Mapped[Account] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    __table_args__ = (
        UniqueConstraint("post_id", "account_id"),
        Index("ix_deliveries_progress", "progress", "post_id"),
    )

    @property
    def may_be_there(self) -> bool:
        """Whether the public may see it: it is there, or part of it was put there before it failed."""
        return self.progress in OUT_THERE or (self.progress is Progress.FAILED and bool(self.remote))
