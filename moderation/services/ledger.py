"""The biometric ledger: every encoding made and destroyed, and the certificate that a parent can be given."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from moderation.db.models import LedgerRow, Person, ReferencePhoto
from moderation.rules.matching import Why
from moderation.rules.roles import Actor
from moderation.services.work import NotFound, Work


@dataclass(frozen=True)
class Certificate:
    """That encodings were destroyed, with what was verified while the page was made."""

    row: LedgerRow
    person: Person
    key_is_gone: bool  # nothing that was sealed under it, wherever a copy lies, can be opened
    left: int  # encodings of this person that the school holds now

    @property
    def encodings(self) -> int:
        return -self.row.change


def made(work: Work, actor: Actor, person: Person, engines: Collection[str], why: Why) -> None:
    """One row for each engine: `engines` has one name for every encoding."""
    _append(work, actor, person, engines, 1, why)


def destroyed(work: Work, actor: Actor, person: Person, engines: Collection[str], why: Why) -> None:
    """To be called while the person still has the key."""
    _append(work, actor, person, engines, -1, why)


def _append(work: Work, actor: Actor, person: Person, engines: Collection[str], sign: int, why: Why) -> None:
    for engine in sorted(set(engines)):
        last = work.session.scalar(select(func.max(LedgerRow.number))) or 0
        row = LedgerRow(
            number=last + 1,
            at=work.now,
            actor_id=actor.id,
            person_id=person.id,
            change=sign * list(engines).count(engine),
            engine=engine,
            why=why,
            key_id=person.key_id or "",
        )
        work.session.add(row)
        work.session.flush()


def rows(work: Work) -> list[tuple[LedgerRow, Person | None]]:
    """Newest first, each with the person if the register still knows them."""
    found = work.session.execute(
        select(LedgerRow, Person).outerjoin(Person, Person.id == LedgerRow.person_id).order_by(LedgerRow.number.desc())
    )
    return [(row, person) for row, person in found]


def held(work: Work) -> int:
    """How many encodings the school holds now."""
    return work.session.scalar(select(func.count()).select_from(ReferencePhoto)) or 0


def certificate(work: Work, number: int) -> Certificate:
    """Raises NotFound for a row that is not about a destruction, or whose person or key is not known."""
    row = work.session.get(LedgerRow, number)
    person = work.session.get(Person, row.person_id) if row else None
    if row is None or row.change >= 0 or not row.key_id or person is None:
        raise NotFound
    return Certificate(row, person, not work.keys.exists(row.key_id), len(person.references))
