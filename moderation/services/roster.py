"""People on the register, and the versions that move on when they change."""

from sqlalchemy import ColumnElement, or_, select

from moderation.db.models import Person
from moderation.services.work import NotFound, Work


def on_register(work: Work) -> ColumnElement[bool]:
    """Who is on the register: those who are here, and leavers until their protection ends."""
    return or_(Person.left_at.is_(None), Person.protected_until >= work.today)


def is_on_register(work: Work, person: Person) -> bool:
    return person.left_at is None or (person.protected_until is not None and person.protected_until >= work.today)


def named(work: Work) -> list[Person]:
    """All who are on the register, class by class."""
    in_order = select(Person).order_by(Person.class_name, Person.surname, Person.forename)
    return list(work.session.scalars(in_order.where(on_register(work))))


def get(work: Work, person_id: int) -> Person:
    person = work.session.get(Person, person_id)
    if person is None or not is_on_register(work, person):
        raise NotFound
    return person


def moved_on(work: Work, list_too: bool = False, roll_too: bool = False) -> None:
    version = work.register_version
    version.list_version += list_too
    version.roll_version += roll_too
    work.session.flush()
