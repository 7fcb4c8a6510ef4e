"""Tables of rights and time: how long what is kept, what was purged, and copies of what is held about one person."""

from datetime import date, datetime

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, WrappedKey, refers_to
from moderation.db.school import Person
from moderation.rules.retention import Rule, Schedule, Sort


class RetentionRule(Base):
    """The months that one rule waits. Without a row the rule is off."""

    __tablename__ = "retention_rules"
    rule: Mapped[Rule] = mapped_column(Word(Rule), primary_key=True)
    months: Mapped[int] = mapped_column()


class RetentionSwitch(Base):
    """One row: whether the program follows the rules by itself, and the last day on which it did."""

    __tablename__ = "retention_switch"
    id: Mapped[int] = mapped_column(primary_key=True)
    by_itself: Mapped[bool] = mapped_column(default=False)
    last_on: Mapped[date | None] = mapped_column(Date)

    def schedule(self, rules: list[RetentionRule]) -> Schedule:
        return Schedule({row.rule: row.months for row in rules}, self.by_itself)


class PurgeEntry(Base):
    """The purge ledger: append-only (triggers refuse UPDATE and DELETE). One thing that is gone; ids and digests."""

    __tablename__ = "purge_ledger"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    certificate: Mapped[int] = mapped_column(index=True)  # what was done in one stroke
    sort: Mapped[Sort] = mapped_column(Word(Sort))
    item_id: Mapped[int] = mapped_column()  # no foreign key: some of these rows are gone
    rule: Mapped[Rule] = mapped_column(Word(Rule))
    months: Mapped[int] = mapped_column()
    before: Mapped[date] = mapped_column(Date)  # what was older than this day was due
    media: Mapped[str] = mapped_column(Text)  # SHA-256 of each file, separated by spaces
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = refers_to("users.id")  # None: the program

    @property
    def keys(self) -> list[str]:
        return self.media.split()


class Copy(Base):
    """A copy of what is held about one person, being made or ready to be taken away for some days."""

    __tablename__ = "copies"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = refers_to("people.id", index=True)
    asked_by_id: Mapped[int] = refers_to("users.id")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    wrapped_key: Mapped[bytes] = mapped_column(WrappedKey)  # seals the pictures of this copy
    rung_at: Mapped[datetime | None] = mapped_column(Moment)
    person: Mapped[Person] = relationship()
    pictures: Mapped[list["CopyPicture"]] = relationship(order_by="CopyPicture.id", back_populates="copy")

    @property
    def done(self) -> int:
        return sum(picture.made for picture in self.pictures)

    @property
    def is_ready(self) -> bool:
        return self.done == len(self.pictures)


class CopyPicture(Base):
    """One picture of a copy: with others covered, or a sentence that says why it is left out."""

    __tablename__ = "copy_pictures"
    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[int] = refers_to("copies.id", index=True)
    source_key: Mapped[str] = mapped_column(String(64))  # the picture that it is made from
    post_id: Mapped[int | None] = refers_to("posts.id")  # None: a reference photo
    runs: Mapped[int] = mapped_column(default=0)
    made: Mapped[bool] = mapped_column(default=False)
    media_key: Mapped[str | None] = mapped_column(String(64))  # of the sealed file; None: left out
    words: Mapped[str] = mapped_column(Text, default="")
    copy: Mapped[Copy] = relationship(back_populates="pictures")
