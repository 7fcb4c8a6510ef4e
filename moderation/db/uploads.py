"""Tables of photos on their way in: what is sent part by part, until the last part makes a photo of it."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db.base import Base, Moment, refers_to


class PhotoUpload(Base):
    """One file that is sent to a draft. `digest`: SHA-256 of the whole; the same file goes on where it stopped."""

    __tablename__ = "photo_uploads"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id")
    photo_id: Mapped[int | None] = refers_to("photos.id", index=True)  # that came of it, once all of it was there
    digest: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str] = mapped_column(String(32))  # stands before each part, so that no two uploads share a file
    file_name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column()  # bytes of the whole
    received: Mapped[int] = mapped_column(default=0)  # bytes, from the beginning
    touched_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("post_id", "digest"),
        Index("ix_photo_uploads_touched_at", "touched_at"),
    )


class UploadPart(Base):
    """Some of its bytes, sealed in the media like any picture."""

    __tablename__ = "upload_parts"
    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = refers_to("photo_uploads.id")
    starts: Mapped[int] = mapped_column()  # the byte of the whole
    media_key: Mapped[str] = mapped_column(String(64))
    __table_args__ = (UniqueConstraint("upload_id", "starts"),)
