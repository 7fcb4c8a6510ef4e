"""Tables of signing in: the school's rules, wrong tries, known devices, the second step."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, WrappedKey, refers_to
from moderation.db.school import User
from moderation.rules.throttling import Tried


class SignInRules(Base):
    """One row: how long sign-ins hold."""

    __tablename__ = "sign_in_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    idle_hours: Mapped[int] = mapped_column()
    days: Mapped[int] = mapped_column()
    shared_minutes: Mapped[int] = mapped_column()
    second_step: Mapped[str] = mapped_column(String(200), default="")  # roles that need one, separated by ;


class WrongTries(Base):
    """How often something was tried wrongly. The key is a hash: it tells neither whose account nor which address."""

    __tablename__ = "wrong_tries"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tried: Mapped[Tried] = mapped_column(Word(Tried))
    failures: Mapped[int] = mapped_column()
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)


class KnownDevice(Base):
    """A browser in which somebody has signed in: wrong tries of others elsewhere do not keep it waiting."""

    __tablename__ = "known_devices"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    called: Mapped[str] = mapped_column(String(80))  # "Chrome on Android"
    known_since: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    user: Mapped[User] = relationship()
    __table_args__ = (UniqueConstraint("user_id", "token_hash"),)


class AuthenticatorApp(Base):
    """The app whose codes are somebody's second step. Its secret is sealed under a key of its own."""

    __tablename__ = "authenticator_apps"
    user_id: Mapped[int] = refers_to("users.id", primary_key=True)
    wrapped_key: Mapped[bytes] = mapped_column(WrappedKey)
    sealed: Mapped[bytes] = mapped_column()
    started_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)  # None: nobody has shown yet that it works
    last_step: Mapped[int | None] = mapped_column()  # the half minute of the newest code that was used


class RecoveryCode(Base):
    """Stands in once for the second step. Only a hash is kept."""

    __tablename__ = "recovery_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class HalfSignIn(Base):
    """The password was right, the second step is still to come. No sign-in: it opens nothing else."""

    __tablename__ = "half_sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[datetime] = mapped_column(Moment)
    shared: Mapped[bool] = mapped_column()
    user: Mapped[User] = relationship()
