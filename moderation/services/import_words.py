"""Yes and no from a file, as permissions and refusals of the register: written down, never changed, only withdrawn."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from sqlalchemy import insert, or_, select, update

from moderation.db.base import rows_of
from moderation.db.models import Permission
from moderation.rules.columns import Column
from moderation.rules.consent import Giver, Medium, PersonKind, Word
from moderation.rules.import_changes import Words
from moderation.rules.language import N_
from moderation.rules.roles import Actor
from moderation.services.work import Work

HOW = N_("import from the management system")
MEDIA: dict[Column, Medium | None] = {
    Column.EVERY_CHANNEL: None,
    Column.WEBSITE: Medium.WEBSITE,
    Column.SOCIAL: Medium.SOCIAL,
    Column.NEWSLETTER: Medium.NEWSLETTER,
    Column.PRESS: Medium.PRESS,
}
_COLUMNS = {medium: column for column, medium in MEDIA.items()}
_WORDS = {True: Word.GRANTED, False: Word.REFUSED}
_FROM_IMPORTS = (Permission.how == HOW, Permission.withdrawn_on.is_(None))


@cache
def _shared(words: Words) -> Words:
    """One of a kind: thousands of people have said the same."""
    return words


def in_force(work: Work, person_ids: Iterable[int] | None = None) -> dict[int, Words]:
    """By person, what imports wrote down and nobody withdrew."""
    question = select(Permission.person_id, Permission.medium, Permission.word).where(*_FROM_IMPORTS)
    if person_ids is not None:
        question = question.where(Permission.person_id.in_(list(person_ids)))
    found: dict[int, Words] = {}
    for person, medium, word in work.session.execute(question.order_by(Permission.id)).yield_per(1000):
        found[person] = _shared((*found.get(person, ()), (_COLUMNS[medium], word is Word.GRANTED)))
    return found


def refused_everything(work: Work) -> set[int]:
    """Whose refusal of every channel is in force, written down by a person."""
    holds = (Permission.withdrawn_on.is_(None), or_(Permission.until.is_(None), Permission.until >= work.today))
    whole = (Permission.medium.is_(None), Permission.account_id.is_(None), Permission.purpose.is_(None))
    question = select(Permission.person_id).where(Permission.word == Word.REFUSED, Permission.how != HOW)
    return set(work.session.scalars(question.where(*holds, *whole)))


def write(work: Work, actor: Actor, words: Mapping[int, tuple[PersonKind, Words]]) -> dict[int, Words]:
    """New words by person; what an import had written down for the same channel is withdrawn, and returned."""
    before = in_force(work, words)
    withdrawn = {
        person: tuple(old for old in before.get(person, ()) if old[0] in dict(new))
        for person, (_, new) in words.items()
    }
    take_back(work, actor, withdrawn)
    rows = [_row(work, actor, person, kind, word) for person, (kind, new) in words.items() for word in new]
    if rows:
        work.session.execute(insert(rows_of(Permission)), rows)
    return {person: old for person, old in withdrawn.items() if old}


def take_back(work: Work, actor: Actor, words: Mapping[int, Words]) -> None:
    """Withdraw what imports wrote down: from today on it does not hold."""
    by_channel: dict[Medium | None, list[int]] = defaultdict(list)
    for person, some in words.items():
        for column, _ in some:
            by_channel[MEDIA[column]].append(person)
    for medium, people in by_channel.items():
        where = (*_FROM_IMPORTS, Permission.person_id.in_(people), Permission.medium.is_not_distinct_from(medium))
        values = {"withdrawn_on": work.today, "withdrawn_by_id": actor.id}
        work.session.execute(update(Permission).where(*where).values(values))


def _row(work: Work, actor: Actor, person: int, kind: PersonKind, word: tuple[Column, bool]) -> dict[str, object]:
    column, yes = word
    return {
        "person_id": person,
        "word": _WORDS[yes],
        "giver": Giver.PARENT_1 if kind is PersonKind.PUPIL else Giver.ADULT,
        "medium": MEDIA[column],
        "starts": work.today,
        "how": HOW,
        "recorded_by_id": actor.id,
        "recorded_at": work.now,
    }
