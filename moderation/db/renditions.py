"""Tables of the pictures that networks get instead of the post's own: where each crop stands, and what was made."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db.base import Base, Moment, refers_to


class Crop(Base):
    """Where the part of a photo stands that an account gets: 0 at the left or top, 100 at the right or bottom."""

    __tablename__ = "crops"
    photo_id: Mapped[int] = refers_to("photos.id", primary_key=True)
    account_id: Mapped[int] = refers_to("accounts.id", primary_key=True)
    at: Mapped[int] = mapped_column()


class Rendition(Base):
    """A picture made from one of a post's own: cropped, scaled down, or both; accounts share it."""

    __tablename__ = "renditions"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = refers_to("posts.id", index=True)
    recipe: Mapped[str] = mapped_column(String(64))
    source_key: Mapped[str] = mapped_column(String(64))  # of the picture that it was made from
    media_key: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    made_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("post_id", "recipe"),)
