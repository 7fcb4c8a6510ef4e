"""Tables of signing in: the school's rules, wrong tries, known devices, second steps, passkeys, links."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, WrappedKey, refers_to
from moderation.db.school import User
from moderation.rules.sign_ins import Begun, How
from moderation.rules.throttling import Tried


class SignInRules(Base):
    """One row: how long sign-ins hold."""

    __tablename__ = "sign_in_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    idle_hours: Mapped[int] = mapped_column()
    days: Mapped[int] = mapped_column()
    shared_minutes: Mapped[int] = mapped_column()
    second_step: Mapped[str] = mapped_column(String(200), default="")  # roles that need one, separated by ;
    shared_first: Mapped[bool] = mapped_column(default=False)  # every device is a shared one unless its user says no


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


class Invitation(Base):
    """A link with which somebody chooses their password. It is worked out from this row and a key of the school."""

    __tablename__ = "invitations"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)  # used, or another one took its place
    user: Mapped[User] = relationship()


class HalfSignIn(Base):
    """The password was right, the second step is still to come. No sign-in: it opens nothing else."""

    __tablename__ = "half_sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[datetime] = mapped_column(Moment)
    shared: Mapped[bool] = mapped_column()
    how: Mapped[How] = mapped_column(Word(How), default=How.PASSWORD)
    user: Mapped[User] = relationship()


class Passkey(Base):
    """A public key of somebody's phone, computer or security key. The other half never leaves it."""

    __tablename__ = "passkeys"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column()
    sign_count: Mapped[int] = mapped_column(BigInteger)  # of its last use; 0: it does not count
    called: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    user: Mapped[User] = relationship()


class LinkedAccount(Base):
    """Who somebody is at the school's provider: by its own number for them, never by an e-mail address."""

    __tablename__ = "linked_accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = refers_to("users.id", index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    user: Mapped[User] = relationship()
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))


class BegunSignIn(Base):
    """Begun in one browser, to be ended there, once. From the secret come a challenge, a state, a nonce."""

    __tablename__ = "begun_sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    what: Mapped[Begun] = mapped_column(Word(Begun))
    secret: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime] = mapped_column(Moment)
    shared: Mapped[bool] = mapped_column()
    user_id: Mapped[int | None] = refers_to("users.id", index=True)  # who asked; None: nobody is signed in yet
