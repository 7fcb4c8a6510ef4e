"""Tables of the checklist: its lines in the school's own words, and what an author ticked for one version of a post."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from moderation.db.base import Base, Moment, Word, refers_to
from moderation.rules.checklist import Line


class ChecklistLine(Base):
    """A line as it is worded; other words are another line, so that what was ticked stays as it was read."""

    __tablename__ = "checklist_lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column()
    sort: Mapped[Line] = mapped_column(Word(Line))
    wording: Mapped[str] = mapped_column(String(300))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class ChecklistTick(Base):
    __tablename__ = "checklist_ticks"
    post_id: Mapped[int] = refers_to("posts.id", primary_key=True)
    line_id: Mapped[int] = refers_to("checklist_lines.id", primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))  # of the words and photos that it was ticked for
    ticked_at: Mapped[datetime] = mapped_column(Moment)
    line: Mapped[ChecklistLine] = relationship()
