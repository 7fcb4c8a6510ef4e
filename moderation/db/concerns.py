"""Tables of concerns: what was reported, each step since, to whose desk it goes, and the public form's counter."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, refers_to
from moderation.db.posts import Post
from moderation.db.school import User
from moderation.rules.concerns import Desk, Kind, What


class Concern(Base):
    """Something that somebody reports. `name` and `contact`: of somebody outside, as they gave them."""

    __tablename__ = "concerns"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    what: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(2000), default="")  # where it was seen, as typed
    post_id: Mapped[int | None] = refers_to("posts.id", index=True)
    from_id: Mapped[int | None] = refers_to("users.id", index=True)  # None: from outside
    name: Mapped[str] = mapped_column(String(120), default="")
    contact: Mapped[str] = mapped_column(String(254), default="")
    desk: Mapped[Desk] = mapped_column(Word(Desk))
    at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    met_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    apart: Mapped[bool] = mapped_column(default=False)  # the pictures of its post are kept from everybody else
    crowded: Mapped[bool] = mapped_column(default=False)  # came from outside in an hour in which very many did
    purged_at: Mapped[datetime | None] = mapped_column(Moment)  # nothing but kind, desk and moments is left
    post: Mapped[Post | None] = relationship()
    sender: Mapped[User | None] = relationship(foreign_keys=[from_id])
    steps: Mapped[list["ConcernStep"]] = relationship(order_by="ConcernStep.id", back_populates="concern")
    __table_args__ = (
        Index(
            "ix_concerns_open",
            "due_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class ConcernStep(Base):
    __tablename__ = "concern_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    concern_id: Mapped[int] = refers_to("concerns.id", index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    user_id: Mapped[int] = refers_to("users.id")
    what: Mapped[What] = mapped_column(Word(What))
    said: Mapped[str] = mapped_column(Text)
    desk: Mapped[Desk | None] = mapped_column(Word(Desk))  # to which it was passed on
    concern: Mapped[Concern] = relationship(back_populates="steps")
    user: Mapped[User] = relationship()


class ConcernSettings(Base):
    """One row: what the school has set. `routes`: the name of a ready setting."""

    __tablename__ = "concern_settings"
    id: Mapped[int] = mapped_column(primary_key=True)
    routes: Mapped[str] = mapped_column(String(40), default="recommended")
    lead_id: Mapped[int | None] = refers_to("users.id")  # the designated safeguarding lead
    deputy_id: Mapped[int | None] = refers_to("users.id")
    takedown_days: Mapped[int] = mapped_column(default=1)  # school days that a takedown may take
    public: Mapped[bool] = mapped_column(default=False)  # the form without sign-in is open


class ConcernRoute(Base):
    """Where the school differs from its ready setting: this kind goes to that desk."""

    __tablename__ = "concern_routes"
    kind: Mapped[Kind] = mapped_column(Word(Kind), primary_key=True)
    desk: Mapped[Desk] = mapped_column(Word(Desk))


class ConcernTry(Base):
    """One sending of the public form, counted by a keyed digest of where it came from; gone after a day."""

    __tablename__ = "concern_tries"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    sender: Mapped[str] = mapped_column(String(64))
