"""People on the register, and the versions that move on when they change."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from moderation.db.models import Person
from moderation.services.work import NotFound, Work


def everybody(work: Work) -> list[Person]:
    """All who are on the register, with their reference photos."""
    return list(
        work.session.scalars(
            select(Person)
            .where(Person.left_at.is_(None))
            .order_by(Person.class_name, Person.surname, Person.forename)
            .options(selectinload(Person.references))
        )
    )


def get(work: Work, person_id: int) -> Person:
    person = work.session.get(Person, person_id)
    if person is None or person.left_at is not None:
        raise NotFound
    return person


def moved_on(work: Work, list_too: bool = False, roll_too: bool = False) -> None:
    version = work.register_version
    version.list_version += list_too
    version.roll_version += roll_too
    work.session.flush()
