"""Puts every wrapped key under the newest master key. What is there already is passed over, so it may be cut short."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Table, select, update

from moderation.db.base import WrappedKey
from moderation.db.models import Base
from moderation.media.vault import Unsealable
from moderation.rules.roles import SYSTEM
from moderation.services import audit, kept_secrets
from moderation.services.work import Work


@dataclass(frozen=True)
class Rotated:
    """How many keys are under the newest master key now, and how many no master key opens."""

    pictures: int
    people: int
    records: int
    locked: int


def rotate(work: Work) -> Rotated:
    """Everything, with a row in the audit trail; what no master key opens is left as it is and counted.

    The caller is alone with the keys, and destroys the old one after the commit only.
    """
    kept_secrets.keep(work)
    records = [_rewrap_record(work, *place) for place in _wrapped_columns()]
    people = [_rewrap_person(work, key_id) for key_id in work.keys.ids()]
    pictures = [_rewrap_file(work, key) for key in list(work.store.keys())]
    done = [one for column in records for one in column]
    locked = [*done, *people, *pictures].count(False)
    rotated = Rotated(pictures.count(True), people.count(True), done.count(True), locked)
    audit.append(work, SYSTEM, "master key rotated", **vars(rotated))
    return rotated


def _wrapped_columns() -> Iterator[tuple[Table, Column[bytes]]]:
    for table in Base.metadata.sorted_tables:
        yield from ((table, column) for column in table.columns if isinstance(column.type, WrappedKey))


def _rewrap_record(work: Work, table: Table, column: Column[bytes]) -> list[bool]:
    own = list(table.primary_key.columns)
    answers = []
    for *which, wrapped in work.session.execute(select(*own, column).where(column.is_not(None))).all():
        row = [one == value for one, value in zip(own, which, strict=True)]
        try:
            new = work.vault.rewrapped(wrapped)
        except Unsealable:
            answers.append(False)
            continue
        work.session.execute(update(table).where(*row).values({column: new}))
        answers.append(True)
    return answers


def _rewrap_person(work: Work, key_id: str) -> bool:
    wrapped = work.keys.get(key_id)
    try:
        if not work.vault.is_newest(wrapped):
            work.keys.replace(key_id, work.vault.rewrapped(wrapped))
    except Unsealable:
        return False
    return True


def _rewrap_file(work: Work, key: str) -> bool:
    work.store.seal(key)
    return work.store.rewrap(key)
