"""Tables of looking back: one row for each look-back, one for each live post in it, one for each thing to take down."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, partial, refers_to
from moderation.db.decisions import Publication
from moderation.db.posts import Post
from moderation.db.school import Person, User
from moderation.rules.looking_back import Cause, End, Reason, Way


class LookBack(Base):
    """A search through everything live for one person."""

    __tablename__ = "look_backs"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = refers_to("people.id", index=True)
    cause: Mapped[Cause] = mapped_column(Word(Cause))
    started_by_id: Mapped[int | None] = refers_to("users.id")
    started_at: Mapped[datetime] = mapped_column(Moment)
    rung_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    in_line: Mapped[bool] = mapped_column(default=False)  # waits until those before it have ended; it has no posts yet
    person: Mapped[Person] = relationship()
    __table_args__ = (
        Index(
            "ix_look_backs_open",
            "rung_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class LookBackPost(Base):
    """One live post of a look-back: waiting until it was looked at, then how the person was found in it, if at all."""

    __tablename__ = "look_back_posts"
    look_back_id: Mapped[int] = refers_to("look_backs.id", primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", primary_key=True)
    token: Mapped[str | None] = mapped_column(String(32))  # of whoever looks at it now
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    runs: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime | None] = mapped_column(Moment)
    found: Mapped[str] = mapped_column(String(200), default="")  # ways, separated by ;
    unclear: Mapped[int] = mapped_column(default=0)  # faces and writing that nobody but a person can judge
    uncompared: Mapped[bool] = mapped_column(default=False)  # it has pictures, and no face in them was compared
    post: Mapped[Post] = relationship()

    @property
    def ways(self) -> tuple[Way, ...]:
        return tuple(Way(way) for way in self.found.split(";") if way)


class Takedown(Base):
    """One thing to remove: a live post on one account, because of one person or because somebody asks for it."""

    __tablename__ = "takedowns"
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = refers_to("publications.id")
    person_id: Mapped[int | None] = refers_to("people.id", index=True)
    said: Mapped[str] = mapped_column(Text, default="")  # why, in the words of whoever asks for it
    reason: Mapped[Reason] = mapped_column(Word(Reason))
    found: Mapped[str] = mapped_column(String(200))
    opened_by_id: Mapped[int | None] = refers_to("users.id")  # None: by the program
    opened_at: Mapped[datetime] = mapped_column(Moment)
    taken_by_id: Mapped[int | None] = refers_to("users.id")  # who said “I’ll do it”
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    end: Mapped[End | None] = mapped_column(Word(End))
    ended_by_id: Mapped[int | None] = refers_to("users.id")
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    proof: Mapped[str] = mapped_column(Text, default="")
    publication: Mapped[Publication] = relationship()
    person: Mapped[Person | None] = relationship()
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])
    taken_by: Mapped[User | None] = relationship(foreign_keys=[taken_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])
    __table_args__ = (
        UniqueConstraint("publication_id", "person_id"),
        Index("ix_takedowns_ended_at", "ended_at"),
        partial("ix_takedowns_open", "opened_at", where='"end" IS NULL'),
    )

    @property
    def ways(self) -> tuple[Way, ...]:
        return tuple(Way(way) for way in self.found.split(";") if way)
