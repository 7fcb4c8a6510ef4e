"""What an import would change, in words and names, for the page that shows it before anything is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from moderation.db.models import Person
from moderation.rules.columns import Column
from moderation.rules.consent import Medium
from moderation.rules.import_changes import Change, Diff
from moderation.rules.language import N_, gettext
from moderation.services.work import Work

MOST = 50  # of each kind on the page; the numbers say how many there are
_FIELD_NAMES = {
    "forename": N_("forename"),
    "surname": N_("surname"),
    "preferred_name": N_("preferred name"),
    "aliases": N_("other names"),
    "class_name": N_("class"),
    "kind": N_("pupil or staff"),
    "protected_until": N_("protected until"),
}
_CHANNEL_NAMES = {
    Column.EVERY_CHANNEL: N_("every channel"),
    Column.WEBSITE: Medium.WEBSITE,
    Column.SOCIAL: Medium.SOCIAL,
    Column.NEWSLETTER: Medium.NEWSLETTER,
    Column.PRESS: Medium.PRESS,
}


@dataclass(frozen=True)
class Shown:
    name: str
    detail: str = ""
    person: int | None = None


@dataclass(frozen=True)
class Section:
    title: str  # in English
    count: int
    people: tuple[Shown, ...]


def sections(work: Work, diff: Diff) -> list[Section]:
    """What weighs most comes first; empty sections are left out."""
    changes = diff.changes
    left = N_("Would be taken off the register"), N_("No longer in the file: nothing happens to them")
    found = [
        _of_changes(work, N_("Would become allowed"), (one for one in changes if one.allows), _words),
        _of_changes(work, N_("Would go on the no-publish list"), (one for one in changes if one.lists), _class),
        _of_people(work, N_("On the no-publish list, and the file says yes: they stay on it"), diff.contradicted),
        _of_people(work, left[0] if diff.leaving else left[1], diff.missing),
        _of_people(work, N_("No longer in the file, but on the no-publish list: they stay"), diff.kept),
        _of_changes(work, N_("New"), (one for one in changes if one.is_new), _class),
        _of_changes(work, N_("Come back"), (one for one in changes if one.comes_back), _class),
        _of_changes(work, N_("Changed"), (one for one in changes if one.person and not one.comes_back), _changed),
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
    return ", ".join(gettext(_CHANNEL_NAMES[column]) for column, yes in change.words if yes)


def _changed(change: Change) -> str:
    before, after = change.before, change.after
    parts = [
        f"{gettext(said)}: {before[name] or gettext('none')} → {after[name]}"
        for name, said in _FIELD_NAMES.items()
        if name in after
    ]
    for column, yes in change.words:
        said = gettext("yes to {channel}") if yes else gettext("no to {channel}")
        parts.append(said.format(channel=gettext(_CHANNEL_NAMES[column])))
    return "; ".join(parts + ([gettext("must not appear")] if change.lists else []))


def _people(work: Work, ids: Iterable[int]) -> dict[int, Person]:
    question = select(Person).where(Person.id.in_(list(ids)))
    return {person.id: person for person in work.session.scalars(question)}
