"""The register as the data lead looks through it: by name, class and what is known, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from moderation.db.models import Membership, Permission, Person
from moderation.rules.consent import PersonKind, Word
from moderation.rules.names import fold
from moderation.services import roster
from moderation.services.work import Work

PAGE = 50  # people
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
    conditions = _conditions(work, wanted)
    ids = called(work, wanted.words, *conditions) if wanted.words.split() else None
    count = len(ids) if ids is not None else work.session.scalar(select(func.count(Person.id)).where(*conditions)) or 0
    pages = max(1, -(-count // PAGE))
    page = min(max(1, page), pages)
    first = (page - 1) * PAGE
    question = select(Person).where(*conditions).order_by(*_IN_ORDER).offset(first).limit(PAGE)
    if ids is not None:
        question = select(Person).where(Person.id.in_(ids[first : first + PAGE])).order_by(*_IN_ORDER)
    together = (selectinload(Person.references), selectinload(Person.matching_permissions))
    return Found(work.session.scalars(question.options(*together)).all(), count, page, pages)


def called(work: Work, words: str, *conditions: ColumnElement[bool]) -> list[int]:
    """The ids of people whose names, or admission number, begin with each of these words; class by class.

    Accents aside, so no database can do it: columns alone, since 50,000 people with all that is theirs take seconds.
    """
    wanted = [plain for word in words.split() if (plain := _plain(word))]
    question = select(Person.id, Person.key, *_NAMES).where(roster.on_register(work), *conditions).order_by(*_IN_ORDER)
    rows = work.session.execute(question) if wanted else ()
    return [one for one, key, *names in rows if _is_called(key, " ".join(names), wanted)]


def _is_called(key: str, names: str, wanted: Sequence[str]) -> bool:
    pieces = [_plain(key), *map(_plain, names.replace("-", " ").replace(";", " ").split())]
    return all(any(piece.startswith(word) for piece in pieces) for word in wanted)


def _plain(word: str) -> str:
    return word.lower() if word.isascii() and word.isalnum() else fold(word)


def _conditions(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [roster.on_register(work)]
    if wanted.group:
        conditions.append(or_(Person.class_name == wanted.group, _is_in(work, wanted.group)))
    if wanted.kind:
        conditions.append(Person.kind == wanted.kind)
    if wanted.listed:
        conditions.append(Person.no_publish.is_(True))
    if wanted.left:
        conditions.append(Person.left_at.is_not(None))
    if wanted.unrecorded:
        conditions.append(~_has_permission(work))
    return conditions


def _is_in(work: Work, group: str) -> ColumnElement[bool]:
    of_it = (Membership.person_id == Person.id, Membership.group_name == group, Membership.group_id.is_not(None))
    today = (
        or_(Membership.starts.is_(None), Membership.starts <= work.today),
        or_(Membership.until.is_(None), Membership.until >= work.today),
    )
    return select(Membership.id).where(*of_it, *today).exists()


def _has_permission(work: Work) -> ColumnElement[bool]:
    holds = (Permission.withdrawn_on.is_(None), or_(Permission.until.is_(None), Permission.until >= work.today))
    of_them = (Permission.person_id == Person.id, Permission.word == Word.GRANTED)
    return select(Permission.id).where(*of_them, *holds).exists()
