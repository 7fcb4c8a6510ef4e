"""The addresses at which calendars of people read what is planned."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, refers_to
from moderation.db.school import User


class CalendarFeed(Base):
    """At most one for each person. Its address cannot be guessed and is kept as a hash only."""

    __tablename__ = "calendar_feeds"
    user_id: Mapped[int] = refers_to("users.id", primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    user: Mapped[User] = relationship()
