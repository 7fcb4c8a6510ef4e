"""Files that wait to be imported: sealed, with what each column is, destroyed after some days."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from moderation.db.models import ImportState, RegisterImport
from moderation.media import tables
from moderation.media.tables import Line, Table
from moderation.rules.columns import SHARED, STAFF_HEADINGS, Column, guess, headings_at, plain
from moderation.rules.consent import PersonKind
from moderation.rules.language import gettext
from moderation.rules.roles import Actor
from moderation.services import audit
from moderation.services.work import Mistake, NotFound, Work

WAITS = timedelta(days=7)  # a second person may be away for some days
UNDO_FOR = timedelta(days=30)  # a wrong column is noticed within weeks
_WAITING = (ImportState.OPEN, ImportState.ASKED)
_FIRST_LINES = 20
_LOOKED_AT = 5_000  # lines


def read(upload: bytes) -> Table:
    """Judge a file, with no transaction open (a spreadsheet takes a second). Raises Mistake."""
    try:
        return tables.read(upload)
    except tables.NotATable as error:
        raise Mistake(str(error)) from error


@dataclass(frozen=True)
class Choices:
    """What somebody chose for a file: its columns in order, whom it lists, whether the missing leave."""

    columns: tuple[Column | None, ...]
    kind: PersonKind = PersonKind.PUPIL
    take_off: bool = False


def guessed(work: Work, table: Table) -> Choices:
    """What the columns were last time, or seem to be. Raises Mistake if there is no line below the headings."""
    at, headings = _headings(table)
    if sum(1 for _ in islice(table.lines(), at + 2)) < at + 2:
        raise Mistake(gettext("The file has one line at most: headings and people are needed."))
    staff = not STAFF_HEADINGS.isdisjoint(map(plain, headings))
    return Choices(tuple(guess(headings, _remembered(work, headings))), PersonKind.STAFF if staff else PersonKind.PUPIL)


def begin(work: Work, actor: Actor, table: Table, choices: Choices | None = None) -> RegisterImport:
    """Keep a file, sealed, with what is chosen or guessed for it. Raises Mistake as `guessed` and `choose` do."""
    guess_of_all = guessed(work, table)
    row = RegisterImport(
        understood=table.understood,
        wrapped_key=work.vault.new_key(),
        columns=_written(guess_of_all.columns),
        kind=guess_of_all.kind,
        headings=json.dumps([_mark(heading) for heading in headings_of(table)]),
        begun_by_id=actor.id,
        begun_at=work.now,
        expires_at=work.now + WAITS,
    )
    if choices is not None:
        choose(work, row, choices)
    work.session.add(row)
    work.session.flush()
    row.file_key = seal(work, row, table.text, "file")
    work.session.flush()
    return row


def get(work: Work, import_id: int, *states: ImportState) -> RegisterImport:
    """An import that is in one of these states (waiting, if none is named). Raises NotFound."""
    row = work.session.get(RegisterImport, import_id)
    if row is None or row.state not in (states or _WAITING):
        raise NotFound
    return row


def table_of(work: Work, row: RegisterImport) -> Table:
    return Table(row.understood, opened(work, row, row.file_key, "file"))


def headings_of(table: Table) -> list[str]:
    return _headings(table)[1]


def accents(table: Table) -> list[str]:
    """Some cells with letters beyond plain English ones, to see whether they were read rightly."""
    cells = (cell for _, line in islice(table.lines(), _LOOKED_AT) for cell in line if not cell.isascii())
    return list(islice(dict.fromkeys(cell for cell in cells if len(cell) < 40), 5))


def people_lines(table: Table) -> Iterator[Line]:
    """The lines below the headings."""
    return islice(table.lines(), _headings(table)[0] + 1, None)


def columns_of(row: RegisterImport) -> list[Column | None]:
    return [Column[name] if name else None for name in json.loads(row.columns)]


def choices_of(row: RegisterImport) -> Choices:
    return Choices(tuple(columns_of(row)), row.kind, row.take_off)


def choose(work: Work, row: RegisterImport, choices: Choices) -> None:
    """What somebody chose; a request for a second person ends with it. Raises Mistake."""
    chosen = [column for column in choices.columns if column]
    twice = {column for column in chosen if column not in SHARED and chosen.count(column) > 1}
    if len(choices.columns) != len(json.loads(row.columns)):
        raise Mistake(gettext("The file has other columns than this page. Load the page again."))
    if twice:
        raise Mistake(gettext("Only one column can be “{column}”.").format(column=gettext(min(twice))))
    if Column.KEY not in chosen:
        raise Mistake(
            gettext("Say which column is the UPN or admission number: people are known by it, never by their name.")
        )
    row.columns, row.kind, row.take_off = _written(choices.columns), choices.kind, choices.take_off
    row.state, row.asked_by_id, row.asked_digest = ImportState.OPEN, None, None
    work.session.flush()


def drop(work: Work, actor: Actor, row: RegisterImport) -> None:
    """Throw a waiting import away; its file is destroyed."""
    row.state = ImportState.DROPPED
    forget(work, row)
    audit.append(work, actor, "import dropped", register_import=row.id)


def forget_expired(work: Work, actor: Actor) -> int:
    """Destroy what has waited too long, and what can no longer be undone."""
    question = select(RegisterImport).where(RegisterImport.expires_at <= work.now)
    rows = list(work.session.scalars(question))
    for row in rows:
        if row.state in _WAITING:
            drop(work, actor, row)
        else:
            forget(work, row)
    return len(rows)


def forget(work: Work, row: RegisterImport) -> None:
    """Destroy the key and all that it sealed."""
    for key in (row.file_key, row.undo_key):
        if key:
            work.delete_media(key)
    row.wrapped_key = row.file_key = row.undo_key = row.expires_at = None
    work.session.flush()


def waiting(work: Work) -> list[RegisterImport]:
    """Imports that somebody began and nobody ended, the newest first."""
    question = select(RegisterImport).where(RegisterImport.state.in_(_WAITING))
    return list(work.session.scalars(question.order_by(RegisterImport.id.desc())))


def asking(work: Work) -> list[int]:
    """Imports that wait for a second person."""
    return [row.id for row in waiting(work) if row.state is ImportState.ASKED]


def seal(work: Work, row: RegisterImport, data: bytes, what: str) -> str:
    """Keep bytes for this import in the media store; returns their key."""
    return work.store.put(work.vault.seal(row.wrapped_key or b"", data, _context(row, what)))


def opened(work: Work, row: RegisterImport, key: str | None, what: str) -> bytes:
    if key is None or row.wrapped_key is None:
        raise NotFound
    return work.vault.open(row.wrapped_key, work.store.get(key), _context(row, what))


def _context(row: RegisterImport, what: str) -> bytes:
    return f"{what} of import {row.id}".encode()


def _headings(table: Table) -> tuple[int, list[str]]:
    """The index of the line with the headings, and that line without empty cells at its end."""
    first = [cells for _, cells in islice(table.lines(), _FIRST_LINES)]
    at = headings_at(first)
    headings = [" ".join(cell.split()) for cell in first[at]]
    while headings and not headings[-1]:
        headings.pop()
    return at, headings


def _written(columns: Sequence[Column | None]) -> str:
    return json.dumps([column.name if column else "" for column in columns])


def _mark(heading: str) -> str:
    """A digest: a file without headings has a person's details where they should be."""
    return hashlib.sha256(plain(heading).encode()).hexdigest()[:16]


def _remembered(work: Work, headings: Sequence[str]) -> dict[str, Column | None]:
    """What the columns were the last time that an import was applied, by heading as `plain` leaves it."""
    done = select(RegisterImport).where(RegisterImport.state == ImportState.APPLIED)
    last = work.session.scalars(done.order_by(RegisterImport.applied_at.desc()).limit(1)).first()
    if last is None:
        return {}
    by_mark = dict(zip(json.loads(last.headings), columns_of(last), strict=True))
    return {plain(heading): by_mark[_mark(heading)] for heading in headings if _mark(heading) in by_mark}
