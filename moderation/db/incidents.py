"""Tables of incidents: when everything was stopped from going out, and whom the school calls."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, refers_to
from moderation.db.school import User


class Freeze(Base):
    """From one moment to another nothing goes out. At most one is open."""

    __tablename__ = "freezes"
    id: Mapped[int] = mapped_column(primary_key=True)
    opened_by_id: Mapped[int] = refers_to("users.id")
    opened_at: Mapped[datetime] = mapped_column(Moment)
    why: Mapped[str] = mapped_column(Text)
    ended_by_id: Mapped[int | None] = refers_to("users.id")
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_why: Mapped[str] = mapped_column(Text, default="")
    stands: Mapped[bool | None] = mapped_column(unique=True)  # True or nothing, so that there is one at most
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])


class CallList(Base):
    """One row, once the school has written its own: whom to call, a line each."""

    __tablename__ = "call_list"
    id: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[str] = mapped_column(Text)
