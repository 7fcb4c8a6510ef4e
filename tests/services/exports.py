"""Exports as management systems write them, for tests of the import."""

import csv
import io

from moderation.db.models import ImportState, Person, RegisterImport
from moderation.rules.columns import Column
from moderation.rules.roles import Actor
from moderation.services import import_files, importing
from moderation.services.import_files import Choices
from moderation.services.importing import Preview
from tests.builders import School

HEADINGS = ("UPN", "Legal Forename", "Legal Surname", "Reg Group", "Consent - Website", "Consent - Social media")


def table(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode()


def pupils(count: int, *consents: str, first: int = 1) -> list[tuple[str, ...]]:
    return [(f"A{n:012d}", f"Ada{n}", f"Quill{n}", "4B", *consents) for n in range(first, first + count)]


def begin(school: School, data: bytes, actor: Actor | None = None, **choices: object) -> int:
    """A file handed in; `choices` that differ from what is guessed."""
    read = import_files.read(data)
    with school.parts.work() as work:
        row = import_files.begin(work, actor or school.data_lead, read)
        if choices:
            guessed = import_files.choices_of(row)
            import_files.choose(work, row, Choices(**{**vars(guessed), **choices}))  # type: ignore[arg-type]
        return row.id


def preview(school: School, import_id: int) -> Preview:
    with school.parts.reading() as work:
        return importing.preview(work, import_files.get(work, import_id))


def apply(school: School, import_id: int, actor: Actor | None = None) -> RegisterImport:
    seen = preview(school, import_id).digest
    with school.parts.work() as work:
        return importing.apply(work, actor or school.data_lead, import_id, seen)


def bring_in(school: School, data: bytes, **choices: object) -> int:
    """The whole way; a second person is there if one is needed."""
    import_id = begin(school, data, **choices)
    if apply(school, import_id).state is ImportState.ASKED:
        assert apply(school, import_id, school.head).state is ImportState.APPLIED
    return import_id


def person(school: School, key: str) -> Person:
    with school.parts.reading() as work:
        (found,) = work.session.query(Person).filter(Person.key == key)
        return found


def everybody_keys(school: School) -> set[str]:
    with school.parts.reading() as work:
        return {one.key for one in work.session.query(Person).filter(Person.left_at.is_(None))}


ALL = Column.EVERY_CHANNEL
