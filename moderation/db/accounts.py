"""Tables of the register of accounts: the case of each, who keeps its credentials, who may publish. No passwords."""

from datetime import date, datetime

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, refers_to
from moderation.db.school import User


class AccountPerson(Base):
    """A member of staff who is named for an account."""

    __tablename__ = "account_people"
    account_id: Mapped[int] = refers_to("accounts.id", primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", primary_key=True)


class AccountCase(Base):
    """What an account is for, as it was applied for, and the headteacher's written consent."""

    __tablename__ = "account_cases"
    account_id: Mapped[int] = refers_to("accounts.id", primary_key=True)
    aim: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    promotion: Mapped[str] = mapped_column(Text)  # how people learn of it
    is_open: Mapped[bool] = mapped_column()  # to everybody, or to whom the school lets in
    minimum_age: Mapped[int] = mapped_column()  # in years, as the network's terms ask for
    uses_logo: Mapped[bool] = mapped_column()
    applicant_id: Mapped[int] = refers_to("users.id")
    applied_at: Mapped[datetime] = mapped_column(Moment)
    consent_by_id: Mapped[int | None] = refers_to("users.id")
    consent_on: Mapped[date | None] = mapped_column(Date)
    consent_kept: Mapped[str] = mapped_column(String(200), default="")  # where the paper is; empty: given here
    logo_allowed: Mapped[bool] = mapped_column(default=False)
    applicant: Mapped[User] = relationship(foreign_keys=[applicant_id])
    consent_by: Mapped[User | None] = relationship(foreign_keys=[consent_by_id])


class AccountCredentials(Base):
    """Where the credentials are kept and who holds them; never the password itself."""

    __tablename__ = "account_credentials"
    account_id: Mapped[int] = refers_to("accounts.id", primary_key=True)
    kept: Mapped[str] = mapped_column(String(200))
    holder_id: Mapped[int] = refers_to("users.id")
    changed_on: Mapped[date] = mapped_column(Date)
    second_factor: Mapped[bool] = mapped_column()
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    holder: Mapped[User] = relationship()


class PublisherConsent(Base):
    """The headteacher's written consent that somebody uses the accounts from the school's computers."""

    __tablename__ = "publisher_consents"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    given_on: Mapped[date] = mapped_column(Date)
    kept: Mapped[str] = mapped_column(String(200), default="")  # where the paper is; empty: given here
    given_by_id: Mapped[int] = refers_to("users.id")
    given_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    given_by: Mapped[User] = relationship(foreign_keys=[given_by_id])


class AccountRule(Base):
    """One row: whether publishers need that consent."""

    __tablename__ = "account_rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    consent_asked: Mapped[bool] = mapped_column(default=False)
