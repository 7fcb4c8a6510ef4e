"""What is held about one person, in tables that anybody can read; other people's names do not stand in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from moderation.db.models import Person
from moderation.services import held_posts, held_register
from moderation.services.held_words import Table, when
from moderation.services.hiding import Names
from moderation.services.work import NotFound, Work


@dataclass(frozen=True)
class Held:
    """Everything in words of the language spoken. Times are in the school's own zone."""

    person_id: int
    as_of: str
    tables: tuple[Table, ...]

    def as_json(self) -> dict[str, object]:
        tables = {
            table.title: [dict(zip(table.headings, row, strict=True)) for row in table.rows] for table in self.tables
        }
        return {"format": 1, "person": self.person_id, "as_of": self.as_of, "held": tables}


def get(work: Work, person_id: int) -> Person:
    """The person, also after they left; not once they are erased."""
    person = work.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        raise NotFound
    return person


def leavers(work: Work) -> list[Person]:
    """Whoever has left and is still held: they may ask too."""
    gone = select(Person).where(Person.left_at.is_not(None), Person.erased_at.is_(None))
    return list(work.session.scalars(gone.order_by(Person.surname, Person.forename, Person.id)))


def about(work: Work, person_id: int) -> Held:
    """What the database holds about this person."""
    person = get(work, person_id)
    names = Names(work, person.id)
    parts: Sequence[Callable[[Work, Person, Names], Table]] = (
        held_register.entry, held_register.classes, held_register.permissions, held_register.days,
        held_register.matching, held_register.references, held_register.ledger,
        held_posts.posts, held_posts.findings, held_posts.takedowns, held_posts.history,
    )  # fmt: skip
    return Held(person.id, when(work, work.now), tuple(part(work, person, names) for part in parts))
