"""Tables of comparisons: what a live post was found to be, held against what was approved; and the looks to come."""

from datetime import datetime

from sqlalchemy import JSON, ColumnElement, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, as_it_stands, partial, refers_to
from moderation.db.posts import Post
from moderation.db.school import Account, User
from moderation.rules.as_approved import How, Judged, Result


class LiveCheck(Base):
    """One look at one account's post, and one person's word on it if it was not as approved."""

    __tablename__ = "live_checks"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    account_id: Mapped[int] = refers_to("accounts.id")
    at: Mapped[datetime] = mapped_column(Moment)
    again_at: Mapped[datetime | None] = mapped_column(Moment)  # when exactly the same was found last
    by_id: Mapped[int | None] = refers_to("users.id")  # None: the program
    how: Mapped[How] = mapped_column(Word(How))
    result: Mapped[Result] = mapped_column(Word(Result))
    details: Mapped[list[list[str]]] = mapped_column(JSON)  # what, result, then sentences
    shot: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of what was looked at, which is not kept
    settled_by_id: Mapped[int | None] = refers_to("users.id")
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    post: Mapped[Post] = relationship()
    account: Mapped[Account] = relationship()
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])
    __table_args__ = (
        partial("ix_live_checks_open", "post_id", where="settled_at IS NULL AND result != 'as approved'"),
    )

    @property
    def last_at(self) -> datetime:
        return self.again_at or self.at

    @property
    def judged(self) -> list[Judged]:
        return [Judged(what, Result(result), tuple(said)) for what, result, *said in self.details]


def is_unsettled() -> ColumnElement[bool]:
    """What was not as approved, or could not be compared, and nobody has said a word about."""
    return LiveCheck.settled_at.is_(None) & (LiveCheck.result != as_it_stands(LiveCheck.result, Result.SAME))


class LiveLook(Base):
    """A look at one account's post that is to come or under way. The row goes once its LiveCheck is written."""

    __tablename__ = "live_looks"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    account_id: Mapped[int] = refers_to("accounts.id")
    how: Mapped[How] = mapped_column(Word(How))
    due_at: Mapped[datetime] = mapped_column(Moment)
    rung_at: Mapped[datetime | None] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    asked_by_id: Mapped[int | None] = refers_to("users.id")  # None: it is time
    words: Mapped[str] = mapped_column(Text, default="")  # copied from the page by whoever took the screenshot
    shot: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the screenshot as it came
    media_key: Mapped[str | None] = mapped_column(String(64))  # of its pixels, sealed, until they are compared
