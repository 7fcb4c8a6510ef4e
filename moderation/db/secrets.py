"""The table of secrets that the school keeps whatever its master key is."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db.base import Base, WrappedKey


class KeptSecret(Base):
    """32 bytes for one purpose, sealed under a key of their own. Without a row they are derived from the master key."""

    __tablename__ = "kept_secrets"
    purpose: Mapped[str] = mapped_column(String(80), primary_key=True)
    wrapped_key: Mapped[bytes] = mapped_column(WrappedKey)
    sealed: Mapped[bytes] = mapped_column()
