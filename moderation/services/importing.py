"""An import of the register: a preview as a diff, a second person where much would change, then all at once."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from moderation.db.models import AuditRow, ImportState, Person, RegisterImport
from moderation.media.tables import Table
from moderation.rules.columns import Column
from moderation.rules.import_cells import mendable
from moderation.rules.import_changes import Diff, Known
from moderation.rules.import_diff import compare
from moderation.rules.import_rows import Bad, read_rows
from moderation.rules.language import N_, gettext
from moderation.rules.roles import IMPORT_CONFIRMERS, Actor, Role
from moderation.rules.telling import News
from moderation.rules.workflow import NotYours, Stale
from moderation.services import audit, import_files, import_words, import_writing, standards, telling
from moderation.services.import_files import Choices
from moderation.services.work import Mistake, NotFound, Work

OVERTAKEN = N_("The register has changed since this preview was made. Look at the new one.")


@dataclass(frozen=True)
class Preview:
    """What an import would change, and the digest that says so to the one who applies it."""

    diff: Diff
    digest: str
    of: tuple[object, ...]  # the state of things that it is a preview of


def preview(work: Work, row: RegisterImport) -> Preview:
    """Raises Mistake while no column is the number."""
    of, choices = _state(work, row), import_files.choices_of(row)
    diff = compared(work, import_files.table_of(work, row), choices)
    return Preview(diff, diff.digest(), of)


def _state(work: Work, row: RegisterImport) -> tuple[object, ...]:
    """The same while a preview holds: file, columns, day, and the last thing that the trail tells of no post.

    Nothing of the register changes without a row in the trail. Read first: what comes later is another state.
    """
    last = select(func.max(AuditRow.number)).where(AuditRow.post_id.is_(None))
    return row.id, row.file_key, import_files.choices_of(row), work.today, work.session.scalar(last)


def prepared(work: Work, actor: Actor, import_id: int) -> Preview:
    """A preview made before anything is locked: reading and comparing 50,000 lines takes seconds."""
    return preview(work, seen_by(work, actor, import_id))


def compared(work: Work, table: Table, choices: Choices) -> Diff:
    """A file against the register as it is. Raises Mistake while no column is the number."""
    if Column.KEY not in choices.columns:
        raise Mistake(
            gettext("Say which column is the UPN or admission number: people are known by it, never by their name.")
        )
    rows, bad = read_rows(import_files.people_lines(table), choices.columns, import_files.headings_of(table))
    return compare(rows, bad, known(work), choices.kind, choices.take_off, standards.ages(work))


def known(work: Work) -> Iterator[Known]:
    """Columns alone: 50,000 people with all that hangs on them would take many times the memory."""
    names = (Person.forename, Person.surname, Person.preferred_name, Person.aliases, Person.class_name)
    others = (Person.no_publish, Person.left_at, Person.kind, Person.protected_until)
    words, refused = import_words.in_force(work), import_words.refused_everything(work)
    question = select(Person.id, Person.key, *names, *others).order_by(Person.id)
    for one in work.session.execute(question).yield_per(1000):
        yield Known(
            *(one.id, one.key, one.forename, one.surname, one.preferred_name, one.aliases, one.class_name),
            no_publish=one.no_publish,
            left=one.left_at is not None,
            kind=one.kind,
            words=words.get(one.id, ()),
            protected_until=one.protected_until.isoformat() if one.protected_until else "",
            refused=one.id in refused,
        )


def seen_by(work: Work, actor: Actor, import_id: int) -> RegisterImport:
    """A waiting import. People who are asked as second ones see it from then on. Raises NotFound."""
    row = import_files.get(work, import_id)
    if row.state is ImportState.OPEN and actor.role not in (Role.DATA_LEAD, Role.SYSTEM):
        raise NotFound
    return row


def apply(work: Work, actor: Actor, import_id: int, seen: str, ready: Preview | None = None) -> RegisterImport:
    """Write what was seen, all of it or nothing; where much would change, ask for a second person instead.

    `ready`: what `prepared` made; compared anew if anything has changed since. Raises Stale if the register or the
    columns are no longer those of the preview.
    """
    row = seen_by(work, actor, import_id)
    shown = ready if ready and ready.of == _state(work, row) else preview(work, row)
    if shown.digest != seen:
        raise Stale(OVERTAKEN)
    if not shown.diff.does_something:
        raise Mistake(gettext("This file changes nothing: all of it is on the register already. Choose a newer one."))
    if not shown.diff.asks_for_two:
        return _write(work, actor, row, shown.diff)
    if row.state is ImportState.ASKED and row.asked_digest == seen:
        return _second(work, actor, row, shown.diff)
    row.state, row.asked_by_id, row.asked_digest = ImportState.ASKED, actor.id, seen
    row.counts = json.dumps(shown.diff.counts)
    work.session.flush()
    audit.append(work, actor, "import asks for a second person", register_import=row.id, **_named(shown.diff))
    telling.tell(work, News.IMPORT_WAITS, about=row.id, but=(actor.id, row.begun_by_id))
    return row


def _second(work: Work, actor: Actor, row: RegisterImport, diff: Diff) -> RegisterImport:
    if actor.id in (row.asked_by_id, row.begun_by_id) or actor.roles.isdisjoint(IMPORT_CONFIRMERS):
        raise NotYours(gettext("So much at once needs a second person: somebody else has to look at it and apply it."))
    return _write(work, actor, row, diff)


def _write(work: Work, actor: Actor, row: RegisterImport, diff: Diff) -> RegisterImport:
    undo = import_writing.write(work, actor, diff)
    if row.file_key:
        work.delete_media(row.file_key)
    row.file_key, row.undo_key = None, import_files.seal(work, row, undo, "undo")
    row.state, row.applied_by_id, row.applied_at = ImportState.APPLIED, actor.id, work.now
    row.expires_at = work.now + import_files.UNDO_FOR
    row.counts = json.dumps(diff.counts)
    work.session.flush()
    audit.append(work, actor, "register imported", register_import=row.id, asked_by=row.asked_by_id, **_named(diff))
    return row


def _named(diff: Diff) -> dict[str, int]:
    return {name.replace(" ", "_"): count for name, count in diff.counts.items()}


def last(work: Work) -> RegisterImport | None:
    """The one import that can be undone: the last that was applied, while its days are not over."""
    question = select(RegisterImport).where(RegisterImport.applied_at.is_not(None))
    row = work.session.scalars(question.order_by(RegisterImport.applied_at.desc(), RegisterImport.id.desc())).first()
    return row if row and row.state is ImportState.APPLIED and row.undo_key else None


def undo(work: Work, actor: Actor, import_id: int) -> int:
    """Put back what the last import changed; returns how many people were left alone, because they changed since."""
    row = import_files.get(work, import_id, ImportState.APPLIED)
    if last(work) is not row:
        raise Mistake(gettext("Only the last import can be undone, and within 30 days."))
    done = import_writing.undo(work, actor, import_files.opened(work, row, row.undo_key, "undo"))
    row.state = ImportState.UNDONE
    import_files.forget(work, row)
    audit.append(
        work, actor, "import undone", register_import=row.id, put_back=done.put_back, left_alone=done.left_alone
    )
    return done.left_alone


def to_mend(table: Table, bad: Iterable[Bad]) -> Iterator[list[str]]:
    """The bad lines as they are in the file, with line and reason before them, safe to open in a spreadsheet."""
    reasons = {one.line: mendable(one.said) for one in bad}
    yield ["Line", "What to mend", *map(mendable, import_files.headings_of(table))]
    for number, cells in import_files.people_lines(table):
        if number in reasons:
            yield [str(number), reasons[number], *map(mendable, cells)]
