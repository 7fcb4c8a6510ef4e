"""Table of the register's imports: what waits to be looked at, what was applied and can be undone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db.base import Base, Moment, Word, WrappedKey, refers_to
from moderation.rules.consent import PersonKind


class ImportState(StrEnum):
    OPEN = "open"  # columns and preview are being looked at
    ASKED = "asked"  # waits for a second person
    APPLIED = "applied"
    UNDONE = "undone"
    DROPPED = "dropped"  # thrown away, or its days were over


class RegisterImport(Base):
    """One file. Names stand in the sealed files alone; when `wrapped_key` goes, so do they."""

    __tablename__ = "register_imports"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ImportState] = mapped_column(Word(ImportState), default=ImportState.OPEN, index=True)
    understood: Mapped[str] = mapped_column(String(80))  # "CSV, UTF-8, separated by commas"
    wrapped_key: Mapped[bytes | None] = mapped_column(WrappedKey)
    file_key: Mapped[str | None] = mapped_column(String(64))  # the file, sealed, until it is applied or dropped
    undo_key: Mapped[str | None] = mapped_column(String(64))  # what was there before, sealed
    columns: Mapped[str] = mapped_column(Text)  # JSON: what each column of the file is, in order
    headings: Mapped[str] = mapped_column(Text)  # JSON: a digest of each heading, to know it again next time
    kind: Mapped[PersonKind] = mapped_column(Word(PersonKind), default=PersonKind.PUPIL)  # whom the file lists
    take_off: Mapped[bool] = mapped_column(default=False)
    begun_by_id: Mapped[int | None] = refers_to("users.id")  # None: at the command line
    begun_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)  # when its sealed files are destroyed
    asked_by_id: Mapped[int | None] = refers_to("users.id")
    asked_digest: Mapped[str | None] = mapped_column(String(64))
    applied_by_id: Mapped[int | None] = refers_to("users.id")
    applied_at: Mapped[datetime | None] = mapped_column(Moment)
    counts: Mapped[str] = mapped_column(Text, default="{}")  # JSON
