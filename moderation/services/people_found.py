"""The register as the data lead looks through it: by name, class and what is known, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, false, func, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from moderation.db.base import rows_of
from moderation.db.models import Group, Membership, Permission, Person, PersonWord
from moderation.rules.consent import PersonKind, Word
from moderation.rules.name_pieces import LONGEST_SEARCHED, fold, search_words
from moderation.services import roster
from moderation.services.work import Work

PAGE = 50  # people
_LAST = "\U0010ffff"  # no letter comes behind it
_STEP = 1000
_NOBODY: tuple[int, Iterable[Any]] = (0, ())
_NAMES = (Person.forename, Person.preferred_name, Person.surname, Person.aliases)
_IN_ORDER = (Person.class_name, Person.surname, Person.forename, Person.id)


@dataclass(frozen=True)
class Wanted:
    """Whom to show. What is not said leaves nobody out."""

    words: str = ""  # beginnings of names, or of an admission number
    group: str = ""
    kind: PersonKind | None = None
    listed: bool = False
    left: bool = False
    unrecorded: bool = False  # no permission in force


@dataclass(frozen=True)
class Found:
    people: Sequence[Person]
    count: int
    page: int  # from 1
    pages: int


def search(work: Work, wanted: Wanted, page: int = 1) -> Found:
    """One page of those who are wanted, class by class, in a constant number of queries."""
    conditions = [*_conditions(work, wanted), *_called(wanted.words)]
    count = _count(work, wanted, conditions)
    pages = max(1, -(-count // PAGE))
    page = min(max(1, page), pages)
    ids = select(Person.id).where(*conditions).order_by(*_IN_ORDER).offset((page - 1) * PAGE).limit(PAGE)
    question = select(Person).where(Person.id.in_(ids.scalar_subquery())).order_by(*_IN_ORDER)
    together = (selectinload(Person.references), selectinload(Person.matching_permissions))
    return Found(work.session.scalars(question.options(*together)).all(), count, page, pages)


def _count(work: Work, wanted: Wanted, conditions: Sequence[ColumnElement[bool]]) -> int:
    """Everybody who is here is counted once for each version of the roll: whoever comes or goes moves that on."""
    if wanted != Wanted():
        return _counted(work, *conditions)
    version = work.register_version.roll_version
    here = work.while_same("people here", version, lambda: _counted(work, Person.left_at.is_(None)))
    return here + _counted(work, Person.left_at.is_not(None), Person.protected_until >= work.today)


def _counted(work: Work, *conditions: ColumnElement[bool]) -> int:
    return work.session.scalar(select(func.count(Person.id)).where(*conditions)) or 0


def called(work: Work, words: str, most: int) -> list[Person]:
    """People whose names, or admission number, begin with each of these words; class by class, the first `most`."""
    conditions = _called(words)
    if not conditions:
        return []
    question = select(Person).where(roster.on_register(work), *conditions).order_by(*_IN_ORDER)
    return list(work.session.scalars(question.limit(most)))


def _called(words: str) -> list[ColumnElement[bool]]:
    """Accents aside, so the words that people are found by are kept folded. Nothing that folds: nobody is meant."""
    wanted = [begins[:LONGEST_SEARCHED] for word in words.split() if (begins := fold(word))]
    if words.split() and not wanted:
        return [false()]
    return [Person.id.in_(select(PersonWord.person_id).where(_begins(PersonWord.word, word))) for word in wanted]


def _begins(column: InstrumentedAttribute[str], beginning: str) -> ColumnElement[bool]:
    return column.between(beginning, beginning + _LAST)


def note_words(work: Work, ids: Iterable[int]) -> None:
    """Their names are other ones now, or gone: what these people are found by is written anew."""
    rest = iter(ids)
    while some := list(islice(rest, _STEP)):
        work.session.execute(delete(PersonWord).where(PersonWord.person_id.in_(some)))
        people = select(Person.id, Person.key, *_NAMES).where(Person.id.in_(some), Person.erased_at.is_(None))
        found = [(one, search_words(key, " ".join(names))) for one, key, *names in work.session.execute(people)]
        rows = [{"person_id": one, "word": word} for one, words in found for word in sorted(words)]
        if rows:
            work.session.execute(insert(rows_of(PersonWord)), rows)


def out_of_step(work: Work) -> list[int]:
    """Whose words are not those of their name: somebody wrote it who knew nothing of them, as the version before does
    while this one is put in its place."""
    rows = work.session.execute(
        select(PersonWord.person_id, PersonWord.word).order_by(PersonWord.person_id).execution_options(yield_per=_STEP)
    )
    kept = groupby(rows, key=lambda row: int(row[0]))
    people = select(Person.id, Person.erased_at, Person.key, *_NAMES).order_by(Person.id)
    one, words = next(kept, _NOBODY)
    found = []
    for number, erased_at, key, *names in work.session.execute(people.execution_options(yield_per=_STEP)):
        there: frozenset[str] = frozenset()
        if one == number:
            there = frozenset(word for _, word in words)
            one, words = next(kept, _NOBODY)
        if there != (frozenset() if erased_at else search_words(key, " ".join(names))):
            found.append(number)
    return found


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [roster.on_register(work)]
    if wanted.group:
        of_class = Person.class_name == wanted.group
        # Most names are of a class alone: that comes in order from an index, however many there are.
        is_group = work.session.scalars(select(Group.id).where(Group.name == wanted.group).limit(1)).first()
        conditions.append(or_(of_class, Person.id.in_(_members(work, wanted.group))) if is_group else of_class)
    if wanted.kind:
        conditions.append(Person.kind == wanted.kind)
    if wanted.listed:
        conditions.append(Person.no_publish.is_(True))
    if wanted.left:
        conditions.append(Person.left_at.is_not(None))
    if wanted.unrecorded:
        conditions.append(~_has_permission(work))
    return conditions


def _members(work: Work, group: str) -> Select[int]:
    of_it = (Membership.group_name == group, Membership.group_id.is_not(None))
    today = (
        or_(Membership.starts.is_(None), Membership.starts <= work.today),
        or_(Membership.until.is_(None), Membership.until >= work.today),
    )
    return select(Membership.person_id).where(*of_it, *today)


def _has_permission(work: Work) -> ColumnElement[bool]:
    holds = (Permission.withdrawn_on.is_(None), or_(Permission.until.is_(None), Permission.until >= work.today))
    of_them = (Permission.person_id == Person.id, Permission.word == Word.GRANTED)
    return select(Permission.id).where(*of_them, *holds).exists()
