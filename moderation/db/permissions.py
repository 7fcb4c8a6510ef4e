"""Tables of permission: who may appear where, who asked not to, who is in which post, what the school asks for."""

from datetime import date, datetime

from sqlalchemy import Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, WrappedKey, refers_to
from moderation.db.school import Account, Person
from moderation.rules import consent


class Group(Base):
    """People who belong together for a while and are no class: a choir, a club, those on a trip."""

    __tablename__ = "school_groups"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))  # of those that have not ended each has its own
    ended_on: Mapped[date | None] = mapped_column(Date)


class Membership(Base):
    """Somebody in a class or group, from one day to another; both days belong to it."""

    __tablename__ = "memberships"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = refers_to("people.id", index=True)
    group_name: Mapped[str] = mapped_column(String(40))
    group_id: Mapped[int | None] = refers_to("school_groups.id", index=True)  # None: a class
    starts: Mapped[date | None] = mapped_column(Date)  # None: before the register began
    until: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (Index("ix_memberships_group_name", "group_name"),)


class Permission(Base):
    """A permission or a refusal, as it was given. Never changed, only withdrawn: a later word is a row of its own."""

    __tablename__ = "permissions"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = refers_to("people.id", index=True)
    word: Mapped[consent.Word] = mapped_column(Word(consent.Word))
    giver: Mapped[consent.Giver] = mapped_column(Word(consent.Giver))
    purpose: Mapped[consent.Purpose | None] = mapped_column(Word(consent.Purpose))  # None: every purpose
    medium: Mapped[consent.Medium | None] = mapped_column(Word(consent.Medium))  # None: every kind of place
    account_id: Mapped[int | None] = refers_to("accounts.id")  # None: every account
    starts: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date, index=True)
    how: Mapped[str] = mapped_column(String(80), default="")  # paper form, online form, import
    evidence_key: Mapped[str | None] = mapped_column(String(64))  # of the sealed file in the media
    evidence_wrapped: Mapped[bytes | None] = mapped_column(WrappedKey)  # the file's own key
    recorded_by_id: Mapped[int | None] = refers_to("users.id")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_by_id: Mapped[int | None] = refers_to("users.id")
    account: Mapped[Account | None] = relationship()


class DayExclusion(Base):
    """Somebody asked not to be in it on that day."""

    __tablename__ = "day_exclusions"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = refers_to("people.id", index=True)
    day: Mapped[date] = mapped_column(Date)
    recorded_by_id: Mapped[int | None] = refers_to("users.id")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("person_id", "day"),)


class Tag(Base):
    """Who is in a post, as its author says."""

    __tablename__ = "tags"
    post_id: Mapped[int] = refers_to("posts.id", primary_key=True)
    person_id: Mapped[int] = refers_to("people.id", primary_key=True)
    person: Mapped[Person] = relationship()


class ConsentRule(Base):
    """What the school asks for on one kind of place. Without a row: a permission."""

    __tablename__ = "consent_rules"
    medium: Mapped[consent.Medium] = mapped_column(Word(consent.Medium), primary_key=True)
    pupils: Mapped[consent.Standard] = mapped_column(Word(consent.Standard))
    adults: Mapped[consent.Standard] = mapped_column(Word(consent.Standard))
