"""Tables of the school: who signs in, which accounts it has, who is on its register."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, Index, String, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, partial, refers_to
from moderation.rules.accounts import AccountStanding
from moderation.rules.consent import Medium, PersonKind
from moderation.rules.language import Language
from moderation.rules.networks import NETWORKS, Network
from moderation.rules.presets import Ages
from moderation.rules.roles import Actor, Role
from moderation.rules.sign_ins import How

if TYPE_CHECKING:
    from moderation.db.accounts import AccountCase, AccountCredentials
    from moderation.db.matching import MatchingPermission


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(Word(Role))
    password_hash: Mapped[str] = mapped_column(String(200))
    password_is_own: Mapped[bool] = mapped_column(default=False)  # chosen by this person, known to nobody else
    active: Mapped[bool] = mapped_column(default=True)
    leaves_on: Mapped[date | None] = mapped_column(Date)  # the last day; from the next one on nobody signs in as them
    created_at: Mapped[datetime] = mapped_column(Moment)
    language: Mapped[Language | None] = mapped_column(Word(Language))  # of pages and letters; None: as the browser asks

    def is_here(self, today: date) -> bool:
        """Whether they may do anything. `active` follows at the latest with the sweep's next round."""
        return self.active and (self.leaves_on is None or self.leaves_on >= today)

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.role)


class SignIn(Base):
    """A session on the server's side: ended here, it is over everywhere."""

    __tablename__ = "sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    shared: Mapped[bool] = mapped_column(default=False)  # on a computer that others use as well
    called: Mapped[str] = mapped_column(String(80), default="")  # "Chrome on Android"; empty: from before
    how: Mapped[How] = mapped_column(Word(How), default=How.PASSWORD)
    both_steps: Mapped[bool] = mapped_column(default=False)
    user: Mapped[User] = relationship()


class Account(Base):
    """An official social media account: the only places that a post can go."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(String(40))
    network_key: Mapped[str] = mapped_column(String(40), default="")  # of rules/networks.toml; empty: another network
    handle: Mapped[str] = mapped_column(String(120))
    medium: Mapped[Medium] = mapped_column(Word(Medium), default=Medium.SOCIAL)
    standing: Mapped[AccountStanding] = mapped_column(Word(AccountStanding), default=AccountStanding.APPLIED)
    standing_since: Mapped[datetime | None] = mapped_column(Moment)  # None: since before the register was kept
    reason: Mapped[str] = mapped_column(Text, default="")  # why it is blocked, was refused or closed
    left_on: Mapped[date | None] = mapped_column(Date)  # when somebody last left who knew the credentials
    looked_on: Mapped[date | None] = mapped_column(Date)  # when somebody last looked through what is on it
    people: Mapped[list[User]] = relationship(secondary="account_people", order_by=User.name)
    case: Mapped["AccountCase | None"] = relationship()
    credentials: Mapped["AccountCredentials | None"] = relationship()
    __table_args__ = (UniqueConstraint("network", "handle"),)

    @hybrid_property
    def in_use(self) -> bool:
        """Whether posts go there: the only standing in which an account is offered and its kits open."""
        return self.standing == AccountStanding.IN_USE

    @property
    def title(self) -> str:
        return f"{self.network}: {self.handle}"

    @property
    def rules(self) -> Network | None:
        """What its network takes; None: another one, whose limits nobody knows."""
        return NETWORKS.get(self.network_key)


class Sticker(Base):
    """At most one row: the school's own picture, drawn on what is covered."""

    __tablename__ = "stickers"
    id: Mapped[int] = mapped_column(primary_key=True)
    media_key: Mapped[str] = mapped_column(String(64))
    added_by_id: Mapped[int] = refers_to("users.id")
    added_at: Mapped[datetime] = mapped_column(Moment)


class SchoolLook(Base):
    """One row: the school's name, its colour, `#rrggbb`, and its logo, a JPEG; None where it has none of its own."""

    __tablename__ = "school_looks"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(80))  # None: as the settings have it
    colour: Mapped[str | None] = mapped_column(String(7))
    media_key: Mapped[str | None] = mapped_column(String(64))


class Person(Base):
    """Somebody on the register: their names are the roll, `no_publish` puts them on the no-publish list."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)  # UPN or admission number, never a name
    forename: Mapped[str] = mapped_column(String(80))
    surname: Mapped[str] = mapped_column(String(80))
    preferred_name: Mapped[str] = mapped_column(String(80), default="")
    aliases: Mapped[str] = mapped_column(String(400), default="")  # separated by ;
    class_name: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[PersonKind] = mapped_column(Word(PersonKind), default=PersonKind.PUPIL)
    protected_until: Mapped[date | None] = mapped_column(Date)  # leavers stay on the register until then
    no_publish: Mapped[bool] = mapped_column(default=False)
    key_id: Mapped[str | None] = mapped_column(String(32))  # of the key that seals this person's encodings
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)  # nothing but the number is left of the entry
    references: Mapped[list["ReferencePhoto"]] = relationship(back_populates="person", order_by="ReferencePhoto.id")
    matching_permissions: Mapped[list["MatchingPermission"]] = relationship(
        back_populates="person", order_by="MatchingPermission.id"
    )

    __table_args__ = (
        Index("ix_people_in_order", "class_name", "surname", "forename", "id", "left_at", "protected_until"),
        partial("ix_people_left", "protected_until", where="left_at IS NOT NULL"),
        Index("ix_people_no_publish", "no_publish", "left_at"),
        partial("ix_people_key_id", "key_id", where="key_id IS NOT NULL"),
    )

    @property
    def matching_permission(self) -> "MatchingPermission | None":
        """The record in force of who permits that this face is matched."""
        return next((one for one in self.matching_permissions if one.ended_at is None), None)

    @property
    def called(self) -> str:
        return f"{self.preferred_name or self.forename} {self.surname}".strip()


class ReferencePhoto(Base):
    __tablename__ = "reference_photos"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = refers_to("people.id", index=True)
    media_key: Mapped[str] = mapped_column(String(64))
    sealed_encoding: Mapped[bytes] = mapped_column()
    engine: Mapped[str] = mapped_column(String(80))
    added_by_id: Mapped[int] = refers_to("users.id")
    added_at: Mapped[datetime] = mapped_column(Moment)
    person: Mapped[Person] = relationship(back_populates="references")


class Device(Base):
    """A camera or phone that may be used for the school's photos, as its pictures name it."""

    __tablename__ = "devices"
    id: Mapped[int] = mapped_column(primary_key=True)
    camera: Mapped[str] = mapped_column(String(80), unique=True)
    whose: Mapped[str] = mapped_column(String(120))  # "School, office", or who was allowed to use an own one
    added_by_id: Mapped[int] = refers_to("users.id")
    added_at: Mapped[datetime] = mapped_column(Moment)


class RegisterVersion(Base):
    """One row: the version of the no-publish list and of the roll that checks and approvals are bound to."""

    __tablename__ = "register_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    list_version: Mapped[int] = mapped_column(default=1)
    roll_version: Mapped[int] = mapped_column(default=1)
    wider: Mapped[float] = mapped_column(default=0.0)  # the school's rules on faces go with the list
    largest_clear: Mapped[float | None] = mapped_column()
    protected_age: Mapped[int] = mapped_column(default=Ages.everybody)
    looked_after_age: Mapped[int] = mapped_column(default=Ages.looked_after)
    special_needs_age: Mapped[int] = mapped_column(default=Ages.special_needs)
    endings_until: Mapped[date | None] = mapped_column(Date)  # permissions that ended by then were acted on
    matches_by_two: Mapped[bool] = mapped_column(default=False)  # two approvers may let a match through together
    permission_months: Mapped[int | None] = mapped_column()  # so long a permission holds; None: until its own last day
    images_policy: Mapped[str] = mapped_column(String(200), default="")  # title and version, as people read it
    images_policy_link: Mapped[str] = mapped_column(String(400), default="")
