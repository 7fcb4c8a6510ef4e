"""Tables of being told: what is new for whom, its messages, what each person chose, the school's times."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db.base import Base, Moment, Word, refers_to
from moderation.rules.roles import Role
from moderation.rules.telling import News, Pace, Topic


class Message(Base):
    """One e-mail to one person, or one message to a role's channel. What it says is read from its news when it goes."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = refers_to("users.id", index=True)
    role: Mapped[Role | None] = mapped_column(Word(Role))
    key: Mapped[str] = mapped_column(String(32))  # stays the same however often it is tried
    made_at: Mapped[datetime] = mapped_column(Moment)
    next_at: Mapped[datetime] = mapped_column(Moment)
    rung_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    trouble: Mapped[str] = mapped_column(String(80), default="")  # why the last try failed; never an address
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    parked_at: Mapped[datetime | None] = mapped_column(Moment)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)  # nothing of it was true any more, or nobody was there
    __table_args__ = (
        Index(
            "ix_messages_open",
            "next_at",
            sqlite_where=text("sent_at IS NULL AND parked_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND parked_at IS NULL AND dropped_at IS NULL"),
        ),
    )


class NewsRow(Base):
    """One thing that is new for one person, or for the channel of a role. Numbers and kinds only (law 10)."""

    __tablename__ = "news"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = refers_to("users.id", index=True)
    role: Mapped[Role | None] = mapped_column(Word(Role))
    news: Mapped[News] = mapped_column(Word(News))
    post_id: Mapped[int | None] = refers_to("posts.id", index=True)
    about: Mapped[int] = mapped_column()  # the number that its page has
    at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)  # None: on the page alone
    message_id: Mapped[int | None] = refers_to("messages.id", index=True)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    over_at: Mapped[datetime | None] = mapped_column(Moment)  # from when on it was no longer true
    __table_args__ = (
        Index(
            "ix_news_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL AND message_id IS NULL"),
            postgresql_where=text("due_at IS NOT NULL AND message_id IS NULL"),
        ),
    )


class TellingChoice(Base):
    """What a person chose for a topic. Without a row each line of the table holds as it is."""

    __tablename__ = "telling_choices"
    user_id: Mapped[int] = refers_to("users.id", primary_key=True)
    topic: Mapped[Topic] = mapped_column(Word(Topic), primary_key=True)
    pace: Mapped[Pace] = mapped_column(Word(Pace))


class SchoolTimesRow(Base):
    """One row, once the administrator has saved the page: as `rules.school_times` writes and reads them."""

    __tablename__ = "school_times"
    id: Mapped[int] = mapped_column(primary_key=True)
    digests: Mapped[str] = mapped_column(Text)
    quiet_from: Mapped[str] = mapped_column(String(5))
    quiet_until: Mapped[str] = mapped_column(String(5))
    terms: Mapped[str] = mapped_column(Text)
    days_off: Mapped[str] = mapped_column(Text)
    late_after: Mapped[int] = mapped_column()
