"""Lines of an export → what each says about one person. An empty cell says nothing; nothing is guessed."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from moderation.rules.columns import CHANNELS, CONSENTS, Column
from moderation.rules.consent import PersonKind
from moderation.rules.import_cells import Unclear, checked, day_of, folded, tidy
from moderation.rules.language import gettext
from moderation.rules.yes_and_no import NOTHING, PUPILS, YES

Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """What a line says. "" and an empty tuple say nothing. `words`: what each consent says that is there."""

    line: int
    key: str
    forename: str = ""
    surname: str = ""
    preferred_name: str = ""
    other_names: tuple[str, ...] = ()
    class_name: str = ""
    kind: PersonKind | None = None
    born: date | None = None
    looked_after: bool = False
    special_needs: bool = False
    must_not_appear: bool = False
    words: tuple[tuple[Column, bool], ...] = ()

    @property
    def refuses_everything(self) -> bool:
        """A no for every channel, or for photos as such, is a no to appearing at all."""
        said = dict(self.words)
        whole = (Column.PHOTOS, Column.EVERY_CHANNEL)
        return any(said.get(column) is False for column in whole) or all(said.get(c) is False for c in CHANNELS)


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is left out, and why. `shown` quotes the cell, so it is for the page and the mending file alone."""

    line: int
    reason: str
    shown: str = ""

    @property
    def said(self) -> str:
        return self.shown or self.reason


def read_rows(
    lines: Iterable[Line], columns: Sequence[Column | None], headings: Sequence[str] = ()
) -> tuple[list[Row], list[Bad]]:
    """The good rows in order, one a person, and the bad lines. `lines` begin after the headings."""
    names = headings or [""] * len(columns)
    named = [(column, heading or str(column)) for column, heading in zip(columns, names, strict=True)]
    rows: dict[str, Row] = {}
    bad: list[Bad] = []
    again: dict[str, list[Row]] = {}
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(number, cells, named)
        except Unclear as unclear:
            bad.append(Bad(number, str(unclear), unclear.shown))
            continue
        folded = row.key.casefold()
        earlier = rows.setdefault(folded, row)
        if earlier is not row:
            again.setdefault(folded, [earlier]).append(row)
    for folded, alike in again.items():
        if len({_said(row) for row in alike}) == 1:
            continue
        del rows[folded]
        numbers = [row.line for row in alike]
        together = f" {gettext('and')} ".join(map(str, numbers[:5]))
        why = gettext("Lines {numbers} have the same number and say different things.").format(numbers=together)
        bad += [Bad(n, why) for n in numbers]
    return list(rows.values()), sorted(bad, key=lambda one: one.line)


def _said(row: Row) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in Row.__slots__ if name != "line")


def _row(number: int, cells: list[str], columns: Sequence[tuple[Column | None, str]]) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise Unclear(gettext("It has more cells than there are headings: a separator or a quotation mark too many?"))
    said: dict[Column, list[str]] = {}
    for (column, heading), cell in zip(columns, cells, strict=False):
        text = tidy(cell) if column else ""
        if column and text:
            if "\n" in cell.strip():
                raise Unclear(
                    gettext("“{heading}” has a line break in it: a quotation mark too many?").format(heading=heading)
                )
            said.setdefault(column, []).append(checked(column, heading, text))
    one = {column: texts[0] for column, texts in said.items()}
    forename, surname = _names(one)
    return Row(
        number,
        _key(one.get(Column.KEY, "")),
        forename,
        surname,
        one.get(Column.PREFERRED_NAME, ""),
        tuple(said.get(Column.OTHER_NAME, ())),
        sys.intern(one.get(Column.CLASS_NAME, "")),
        _kind(one.get(Column.KIND, "")),
        day_of(one.get(Column.BORN, "")),
        _word(said.get(Column.LOOKED_AFTER, []), loudest=True) is True,
        _word(said.get(Column.SPECIAL_NEEDS, []), loudest=True) is True,
        _word(said.get(Column.MUST_NOT_APPEAR, []), loudest=True) is True,
        _shared(tuple(_words(said))),
    )


def _key(text: str) -> str:
    if not text:
        raise Unclear(gettext("It has no UPN or admission number."))
    if not any(sign.isdigit() for sign in text):
        raise Unclear(gettext("Its UPN or admission number has no digit in it. A name cannot stand for a number."))
    if re.fullmatch(r"\d+([.,]\d+)?[eE]\+\d+", text):
        raise Unclear(gettext("A spreadsheet has shortened its number. Format that column as text and export again."))
    return text


def _names(one: dict[Column, str]) -> tuple[str, str]:
    forename, surname = one.get(Column.FORENAME, ""), one.get(Column.SURNAME, "")
    whole = one.get(Column.FULL_NAME, "")
    if whole and not (forename or surname):
        surname, comma, forename = (part.strip() for part in whole.partition(","))
        if not comma or not surname or not forename or "," in forename:
            raise Unclear(gettext("Its whole name is not written “Surname, Forename”."))
    for text in (forename, surname, one.get(Column.PREFERRED_NAME, "")):
        if text and not any(sign.isalpha() for sign in text):
            raise Unclear(gettext("A name in it has no letter."))
    return forename, surname


def _kind(text: str) -> PersonKind | None:
    if not text:
        return None
    return PersonKind.PUPIL if folded(text) in PUPILS else PersonKind.STAFF


@cache
def _shared(words: tuple[tuple[Column, bool], ...]) -> tuple[tuple[Column, bool], ...]:
    """One of a kind: thousands of people say the same."""
    return words


def _words(said: dict[Column, list[str]]) -> Iterator[tuple[Column, bool]]:
    for column in CONSENTS:
        word = _word(said[column], loudest=False) if column in said else None
        if word is not None:
            yield column, word


def _word(texts: list[str], loudest: bool) -> bool | None:
    """A yes, a no or nothing. Of several columns (both parents) the `loudest` word counts: for consents, a no."""
    words = {text in YES for text in map(folded, texts) if text not in NOTHING}
    return None if not words else loudest if loudest in words else not loudest
