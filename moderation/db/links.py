"""Table of where the links in a post's words end."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db.base import Base, Moment, refers_to


class FollowedLink(Base):
    """One address in a post. `trouble` says why its end is not known; empty once it was reached."""

    __tablename__ = "followed_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id")
    address: Mapped[str] = mapped_column(Text)
    rung_at: Mapped[datetime] = mapped_column(Moment)
    followed_at: Mapped[datetime | None] = mapped_column(Moment)
    end: Mapped[str] = mapped_column(Text, default="")
    trouble: Mapped[str] = mapped_column(String(80), default="")
    __table_args__ = (
        UniqueConstraint("post_id", "address"),
        Index(
            "ix_followed_links_waiting",
            "rung_at",
            sqlite_where=text("followed_at IS NULL"),
            postgresql_where=text("followed_at IS NULL"),
        ),
    )
