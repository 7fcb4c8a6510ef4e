"""How what is held is written down: tables that anybody can read, days and moments in the school's own way."""

from dataclasses import dataclass
from datetime import date, datetime

from moderation.rules.language import gettext
from moderation.services.work import Work

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One sort of record: headings, and rows with as many texts."""

    title: str
    headings: Row
    rows: tuple[Row, ...]


def when(work: Work, moment: datetime | None) -> str:
    return f"{moment.astimezone(work.zone):%Y-%m-%d %H:%M}" if moment else ""


def on(day: date | None) -> str:
    return day.isoformat() if day else ""


def yes(value: bool) -> str:
    return gettext("yes") if value else gettext("no")
