"""Moves a school to another database, another place for its media, or both: copied, compared, and only then in use."""

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from moderation.db import snapshot
from moderation.db.copying import CannotHold, copy_database, same_rows
from moderation.db.models import AuditRow, Base
from moderation.media import books
from moderation.media.books import Book
from moderation.media.places import Folder, Gone, Place
from moderation.media.store import MediaDamaged, MediaMissing, MediaStore
from moderation.services import audit
from moderation.services.whole import School
from moderation.services.work import Mistake

_OF_DRAFTS: Final = ("posts", "post_accounts", "photos", "tags", "checklist_ticks")


@dataclass(frozen=True)
class Moved:
    rows: int
    files: int  # pictures and others
    keys: int  # of people
    head: int  # the newest row of the audit trail


def move(old: School, new: School) -> Moved:
    """Everything of `old` into `new`, which holds nothing yet; cut short, it may be done again. Nobody else runs.

    `old` stays as it is. Raises Mistake, and then nothing may use `new`.
    """
    database_too = old.settings.database_url != new.settings.database_url
    if database_too and not snapshot.is_empty(new.engine):
        raise Mistake("The new database is not empty: give Gatepost one of its own, or empty it.")
    files = keys = 0
    if old.settings.media_url != new.settings.media_url:
        _must_be_two(old.store.place, new.store.place)
        files = _copy_place(old.store.place, new.store.place)
        if not _share_keys(old, new):
            keys = _copy_place(old.keys.place, new.keys.place)
            _copy_book(old.trail, new.trail)
            _copy_book(old.purged, new.purged)
    with old.engine.connect() as connection:
        named = snapshot.files_named(connection)
    _check_files(new.store, named)
    if database_too:  # last: it says that the school is here
        try:
            copy_database(old.engine, new.engine)
        except CannotHold as why:
            raise Mistake(f"The new database does not take it all. {why}") from None
    with new.engine.connect() as connection:
        rows = sum(snapshot.rows(connection).values())
    with new.reading() as work:
        if (bad := audit.verify(work.session)) is not None:
            raise Mistake(f"The audit trail does not fit at row {bad}.")
    return Moved(rows, files, keys, head(new))


def _share_keys(old: School, new: School) -> bool:
    """From one folder to another the keys of people and the books stay where they are: in the instance folder."""
    return isinstance(old.keys.place, Folder) and isinstance(new.keys.place, Folder)


def head(school: School) -> int:
    """The newest row of the audit trail."""
    with school.reading() as work:
        return work.session.scalar(select(AuditRow.number).order_by(AuditRow.number.desc()).limit(1)) or 0


def drafts_went_on(old: School, new: School) -> bool:
    """Whether somebody put words, pictures or people into a draft since the move: that is no step of the trail."""
    with old.engine.connect() as one, new.engine.connect() as other:
        return any(not same_rows(one, other, Base.metadata.tables[name]) for name in _OF_DRAFTS)


def _names(place: Place) -> list[str]:
    return list(place.names())


def _must_be_two(old: Place, new: Place) -> None:
    """Two addresses may lead to one place, and what is destroyed in the old one would be the school's only copy.

    Raises Mistake.
    """
    name = secrets.token_hex(32)
    new.write(name, b"Written by a move, to see where it lies.")
    try:
        old.read(name)
    except Gone:
        return
    finally:
        new.remove(name)
    raise Mistake("The old and the new address of the media lead to one place: there is nothing to move.")


def _copy_place(old: Place, new: Place) -> int:
    """Sealed as they lie, read back and compared. Raises Mistake if there is anything else in the new place."""
    names = _names(old)
    if strange := set(new.names()) - set(names):
        raise Mistake(f"The new place is not empty: {len(strange):,} files in it are not of this school.")
    there = set(new.names())
    for name in names:
        data = old.read(name)
        if name not in there:
            new.write(name, data)
        if new.read(name) != data:
            new.write(name, data)  # half of it, from a time before
            if new.read(name) != data:
                raise Mistake(f"What was written for {name[:12]}… is read back otherwise.")
    return len(names)


def _copy_book(old: Book, new: Book) -> None:
    """Every line, read back and compared. Raises Mistake if there are others in the new one."""
    lines, there = books.in_order(old), books.in_order(new)
    if there != lines[: len(there)]:
        raise Mistake("The new place is not empty: what is kept outside a database lies there, and not of this school.")
    new.append(lines[len(there) :])
    if books.in_order(new) != lines:
        raise Mistake("What was written outside the database is read back otherwise.")


def _check_files(store: MediaStore, named: set[str]) -> None:
    """Every file that a row names is there and opens. Raises Mistake."""
    wrong = 0
    for key in sorted(named):
        try:
            store.get(key)
        except (MediaMissing, MediaDamaged):
            wrong += 1
    if wrong:
        raise Mistake(f"{wrong:,} pictures are missing or damaged. Put them back from a backup, then move.")


def destroy_media(old: School, new: School) -> None:
    """What lies in the old place, once the school has settled in the new one. Raises Mistake if the two are one."""
    if old.settings.media_url == new.settings.media_url:
        return
    _must_be_two(old.store.place, new.store.place)
    for key in _names(old.store.place):
        old.store.delete(key)
    if not _share_keys(old, new):
        for key_id in _names(old.keys.place):
            old.keys.destroy(key_id)
        for book in (old.trail, old.purged):
            book.clear()
