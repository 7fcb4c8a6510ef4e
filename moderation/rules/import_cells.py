"""One cell of an export: tidied, and checked for what its column can say."""

import re
import unicodedata
from datetime import date
from functools import cache

from moderation.rules.columns import CONSENTS, Column
from moderation.rules.language import N_, gettext
from moderation.rules.yes_and_no import NO, NOTHING, PUPILS, STAFF, YES

LONGEST = {Column.KEY: 40, Column.CLASS_NAME: 40, Column.FULL_NAME: 160} | dict.fromkeys(
    (Column.FORENAME, Column.SURNAME, Column.PREFERRED_NAME, Column.OTHER_NAME), 80
)
_BROKEN = frozenset(("#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!"))
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_ANSWERS = frozenset({Column.MUST_NOT_APPEAR, Column.LOOKED_AFTER, Column.SPECIAL_NEEDS, *CONSENTS})
_TIME = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"  # a spreadsheet's day has an hour
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_TIME}")
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-](?P<year>\d{{4}}){_TIME}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # wide ones count in Japanese settings


# Without what stands in the cell, and with it.
_NO_ANSWER = (
    N_("“{heading}” says neither yes nor no."),
    N_("column “{heading}”: “{text}” is neither yes nor no."),
)
_NO_KIND = (
    N_("“{heading}” says neither pupil nor staff."),
    N_("column “{heading}”: “{text}” is neither pupil nor staff."),
)
_NO_DAY = (
    N_("“{heading}” says no day like 2014-08-31 or 31/08/2014."),
    N_("column “{heading}”: “{text}” is no day like 2014-08-31 or 31/08/2014."),
)


class Unclear(Exception):
    """What a line says cannot be used: the reason and, where it is one cell, the same with what stands in it."""

    def __init__(self, reason: str, shown: str = "") -> None:
        super().__init__(reason)
        self.shown = shown


def tidy(cell: str) -> str:
    """One line, composed letters, nothing invisible; what spreadsheets put round a cell to keep its zeros is undone."""
    text = cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        text = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    text = " ".join(text.split())
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    return text if text.isalnum() or any(sign.isalnum() or sign in "✓✔✗✘" for sign in text) else ""


def checked(column: Column, heading: str, text: str) -> str:
    if text.casefold() in _BROKEN:
        raise Unclear(
            gettext("“{heading}” holds the error {text} of a spreadsheet.").format(heading=heading, text=text)
        )
    if len(text) > LONGEST.get(column, 400):
        raise Unclear(
            gettext("“{heading}” is longer than {longest} characters.").format(
                heading=heading, longest=LONGEST.get(column, 400)
            )
        )
    wrong = None
    if column in _ANSWERS and folded(text) not in YES | NO | NOTHING:
        wrong = _NO_ANSWER
    elif column is Column.KIND and folded(text) not in PUPILS | STAFF:
        wrong = _NO_KIND
    elif column is Column.BORN and day_of(text) is None:
        wrong = _NO_DAY
    if wrong:
        reason, shown = wrong
        raise Unclear(gettext(reason).format(heading=heading), gettext(shown).format(heading=heading, text=text))
    return text


def folded(text: str) -> str:
    return text.casefold().rstrip(".")


@cache
def day_of(text: str) -> date | None:
    """A day as exports write it, the year first or the day first; None for what is none, or is nobody's birthday."""
    found = _YEAR_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    try:
        day = date(*(int(found[part]) for part in ("year", "month", "day"))) if found else None
    except ValueError:
        return None
    return day if day and 1900 <= day.year < 2100 else None


def mendable(cell: str) -> str:
    """A cell for a file that a spreadsheet opens: what would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
