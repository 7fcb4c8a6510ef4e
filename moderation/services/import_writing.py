"""Writes an import in large steps, and keeps what was there, to put it back."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import bindparam, insert, select, update

from moderation.db.base import rows_of
from moderation.db.models import Person
from moderation.rules.columns import Column
from moderation.rules.consent import PersonKind
from moderation.rules.import_changes import Change, Diff, Words
from moderation.rules.looking_back import Cause
from moderation.rules.roles import Actor
from moderation.services import groups, import_words, people_found, register, withdrawal
from moderation.services.roster import moved_on
from moderation.services.work import Work

_STEP = 500  # people; databases limit the values of one statement
_EMPTY = {
    "forename": "",
    "surname": "",
    "preferred_name": "",
    "class_name": "",
    "no_publish": False,
    "protected_until": None,
}
_READ: dict[str, Callable[[str], Any]] = {
    "kind": PersonKind,
    "protected_until": lambda text: date.fromisoformat(text) if text else None,
}
T = TypeVar("T")


@dataclass(frozen=True)
class Undone:
    put_back: int
    left_alone: int  # somebody changed them since


@dataclass(frozen=True)
class Entry:
    """What the import did to one person, as it is kept. `what`: new, changed, back or left."""

    person: int
    what: str
    before: dict[str, Any]
    after: dict[str, Any]
    said: Words = ()
    withdrawn: Words = ()

    def line(self) -> bytes:
        words = [[[column.name, yes] for column, yes in some] for some in (self.said, self.withdrawn)]
        kept = [self.person, self.what, self.before, self.after, *words]
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def read(cls, line: bytes) -> "Entry":
        person, what, before, after, *words = json.loads(line)
        said, withdrawn = (tuple((Column[name], yes) for name, yes in some) for some in words)
        return cls(person, what, before, after, said, withdrawn)


def write(work: Work, actor: Actor, diff: Diff) -> bytes:
    """All of it. Returns what `undo` needs, to be sealed: it holds names."""
    kept, causes = [], {}
    for some in _steps(diff.changes):
        for entry, change in zip(_written(work, actor, some), some, strict=True):
            kept.append(entry.line())
            if change.refuses:
                causes[entry.person] = Cause.LISTED if change.lists else Cause.REFUSED
    for person_id in diff.leaving:
        register.leave(work, actor, person_id)
        kept.append(Entry(person_id, "left", {}, {}).line())
    listed = any(change.lists or change.comes_back for change in diff.changes)
    moved_on(work, list_too=listed, roll_too=any(change.fields or change.comes_back for change in diff.changes))
    work.session.expire_all()
    withdrawal.many_at_once(work, actor, causes)
    return b"\n".join(kept)


def _written(work: Work, actor: Actor, some: list[Change]) -> Iterator[Entry]:
    by_key = _add(work, [change for change in some if change.is_new])
    ids = [change.person or by_key[change.key] for change in some]
    groups.begin_anew(work, [change.person for change in some if change.person and change.comes_back])
    _update(work, [change for change in some if not change.is_new])
    together = list(zip(ids, some, strict=True))
    people_found.note_words(work, ids)
    _move(work, {person: change.after for person, change in together})
    words = {person: (change.kind, change.words) for person, change in together if change.words}
    withdrawn = import_words.write(work, actor, words)
    for person, change in together:
        what = "new" if change.is_new else "back" if change.comes_back else "changed"
        yield Entry(person, what, change.before, change.after, change.words, withdrawn.get(person, ()))


def _add(work: Work, new: list[Change]) -> dict[str, int]:
    """The new people's ids by key."""
    if not new:
        return {}
    work.session.execute(insert(rows_of(Person)), [_EMPTY | _values(change.after) for change in new])
    keys = [change.key for change in new]
    found = work.session.execute(select(Person.key, Person.id).where(Person.key.in_(keys)))
    return {one.key: one.id for one in found}


def _update(work: Work, changes: list[Change]) -> None:
    """People by id; those with the same fields go together."""
    by_fields: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for change in changes:
        back = {"left_at": None} if change.comes_back else {}
        row = {**_values(change.after), **back}
        if row:
            by_fields.setdefault(tuple(row), []).append({"of": change.person, **row})
    table = rows_of(Person)
    for fields, alike in by_fields.items():
        values: dict[str, Any] = {name: bindparam(name) for name in fields}
        work.session.execute(update(table).where(table.c.id == bindparam("of")).values(values), alike)


def _values(after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _READ[name](value) if name in _READ else value for name, value in after.items()}


def _move(work: Work, fields: Mapping[int, Mapping[str, Any]]) -> None:
    classes = {person: some["class_name"] for person, some in fields.items() if "class_name" in some}
    if classes:
        register.move_to_classes(work, classes)


def undo(work: Work, actor: Actor, kept: bytes) -> Undone:
    """Put back everybody who still is as the import left them."""
    put_back, left_alone, list_too = 0, 0, False
    for some in _steps(kept.splitlines()):
        entries = [Entry.read(line) for line in some]
        ids = [entry.person for entry in entries]
        people = {person.id: person for person in work.session.scalars(select(Person).where(Person.id.in_(ids)))}
        words = import_words.in_force(work, ids)
        unchanged = [one for one in entries if _is_as_left(people[one.person], one, words.get(one.person, ()))]
        _restore(work, actor, people, unchanged)
        put_back += len(unchanged)
        left_alone += len(entries) - len(unchanged)
        list_too = list_too or any(one.what != "changed" or "no_publish" in one.before for one in unchanged)
    moved_on(work, list_too=list_too, roll_too=bool(put_back))
    return Undone(put_back, left_alone)


def _is_as_left(person: Person, entry: Entry, words: Words) -> bool:
    """An encoding that was made since is a change too."""
    if entry.what == "left":
        return person.left_at is not None and person.erased_at is None
    if (entry.what == "new" or "no_publish" in entry.after) and person.key_id is not None:
        return False
    same = all(getattr(person, name) == value for name, value in _values(entry.after).items())
    return same and person.left_at is None and set(entry.said) <= set(words)


def _restore(work: Work, actor: Actor, people: Mapping[int, Person], entries: list[Entry]) -> None:
    for entry in entries:
        person = people[entry.person]
        for name, value in _values(entry.before).items():
            setattr(person, name, value)
        person.left_at = None if entry.what == "left" else work.now if entry.what in ("new", "back") else person.left_at
    work.session.flush()
    people_found.note_words(work, [entry.person for entry in entries])
    classes = {entry.person: people[entry.person] for entry in entries if _left_or_moved(entry)}
    register.move_to_classes(work, {one.id: "" if one.left_at else one.class_name for one in classes.values()})
    import_words.take_back(work, actor, {entry.person: entry.said for entry in entries})
    earlier = {one.person: (people[one.person].kind, one.withdrawn) for one in entries if one.withdrawn}
    import_words.write(work, actor, earlier)


def _left_or_moved(entry: Entry) -> bool:
    return entry.what in ("left", "new", "back") or "class_name" in entry.before


def _steps(things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while some := list(islice(rest, _STEP)):
        yield some
