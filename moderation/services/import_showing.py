"""What an import would change, in words and names, for the page that shows it before anything is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from moderation.db.models import Person
from moderation.rules.columns import Column
from moderation.rules.import_changes import Change, Diff
from moderation.services.work import Work

MOST = 50  # of each kind on the page; the numbers say how many there are
_FIELD_NAMES = {
    "forename": "forename",
    "surname": "surname",
    "preferred_name": "preferred name",
    "aliases": "other names",
    "class_name": "class",
    "kind": "pupil or staff",
    "protected_until": "protected until",
}
_CHANNEL_NAMES = {
    Column.EVERY_CHANNEL: "every channel",
    Column.WEBSITE: "website",
    Column.SOCIAL: "social media",
    Column.NEWSLETTER: "newsletter",
    Column.PRESS: "press",
}


@dataclass(frozen=True)
class Shown:
    name: str
    detail: str = ""
    person: int | None = None


@dataclass(frozen=True)
class Section:
    title: str
    count: int
    people: tuple[Shown, ...]


def sections(work: Work, diff: Diff) -> list[Section]:
    """What weighs most comes first; empty sections are left out."""
    changes = diff.changes
    leave = "Would be taken off the register" if diff.leaving else "No longer in the file: nothing happens to them"
    found = [
        _of_changes(work, "Would become allowed", (one for one in changes if one.allows), _words),
        _of_changes(work, "Would go on the no-publish list", (one for one in changes if one.lists), _class),
        _of_people(work, "On the no-publish list, and the file says yes: they stay on it", diff.contradicted),
        _of_people(work, leave, diff.missing),
        _of_people(work, "No longer in the file, but on the no-publish list: they stay", diff.kept),
        _of_changes(work, "New", (one for one in changes if one.is_new), _class),
        _of_changes(work, "Come back", (one for one in changes if one.comes_back), _class),
        _of_changes(work, "Changed", (one for one in changes if one.person and not one.comes_back), _changed),
    ]
    return [section for section in found if section.count]


def _of_people(work: Work, title: str, ids: list[int]) -> Section:
    people = _people(work, ids[:MOST])
    shown = tuple(Shown(people[one].called, people[one].class_name, one) for one in ids[:MOST])
    return Section(title, len(ids), shown)


def _of_changes(work: Work, title: str, changes: Iterable[Change], say: Callable[[Change], str]) -> Section:
    all_of_them = list(changes)
    first = all_of_them[:MOST]
    people = _people(work, [one.person for one in first if one.person])
    shown = tuple(Shown(_name(one, people), say(one), one.person) for one in first)
    return Section(title, len(all_of_them), shown)


def _name(change: Change, people: dict[int, Person]) -> str:
    if change.person:
        return people[change.person].called
    after = change.after
    return f"{after.get('preferred_name') or after.get('forename', '')} {after.get('surname', '')}".strip()


def _class(change: Change) -> str:
    return str(change.after.get("class_name", ""))


def _words(change: Change) -> str:
    return ", ".join(_CHANNEL_NAMES[column] for column, yes in change.words if yes)


def _changed(change: Change) -> str:
    before, after = change.before, change.after
    parts = [
        f"{_FIELD_NAMES[name]}: {before[name] or 'none'} → {after[name]}" for name in _FIELD_NAMES if name in after
    ]
    parts += [f"{'yes' if yes else 'no'} to {_CHANNEL_NAMES[column]}" for column, yes in change.words]
    return "; ".join(parts + (["must not appear"] if change.lists else []))


def _people(work: Work, ids: Iterable[int]) -> dict[int, Person]:
    question = select(Person).where(Person.id.in_(list(ids)))
    return {person.id: person for person in work.session.scalars(question)}
