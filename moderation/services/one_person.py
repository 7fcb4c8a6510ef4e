"""What words and pictures are compared with when one person is looked for: their names, and their face if it may be."""

from collections.abc import Iterable

from sqlalchemy import select

from moderation.db.models import Person
from moderation.detect.gallery import Gallery
from moderation.rules.findings import Kind, Sighting
from moderation.rules.looking_back import Way
from moderation.rules.names import Roll, RollEntry
from moderation.rules.nicknames import with_own
from moderation.services import encodings, enrolment, matching
from moderation.services.looking import Lists
from moderation.services.work import Work

NAMED = frozenset({Kind.NAME_MATCH, Kind.NAME_POSSIBLE})
FACES = frozenset({Kind.FACE_MATCH, Kind.FACE_POSSIBLE})
_UNCLEAR = frozenset({Kind.FACE_UNCLEAR, Kind.TEXT_UNREADABLE})


def by_key(work: Work, key: str) -> Person | None:
    """Somebody by admission number or UPN, also after they left."""
    return work.session.scalars(select(Person).where(Person.key == key)).first()


def judged(seen: Iterable[Sighting], person: str) -> tuple[tuple[Way, ...], int]:
    """How they were found in one picture, and how many faces and pieces of writing only a person can judge."""
    seen = list(seen)
    ways = {_way(sighting, person) for sighting in seen}
    return tuple(way for way in Way if way in ways), sum(sighting.kind in _UNCLEAR for sighting in seen)


def _way(sighting: Sighting, person: str) -> Way | None:
    if sighting.kind is Kind.UNCHECKED:
        return Way.UNCHECKED
    if sighting.subject != person:
        return None
    return Way.FACE if sighting.kind in FACES else Way.WRITING if sighting.kind in NAMED else None


def lists(work: Work, person: Person, tagged: Iterable[Person], others: int) -> Lists:
    """For pictures that show those `tagged` and so many `others`. No gallery: faces may not be compared."""
    uncompared = matching.uncompared(work, tagged, others)
    gallery = None if uncompared else _gallery(work, person)
    said = "" if gallery else uncompared or "No face was compared: for this person nothing permits it."
    return Lists(_roll(work, person), gallery, enrolment.face_rules(work), said)


def _roll(work: Work, person: Person) -> Roll:
    """This person alone: a name that several share, or that the roll did not hold then, is found as theirs."""
    aliases = tuple(alias.strip() for alias in person.aliases.split(";") if alias.strip())
    names = (person.forename, person.surname, person.preferred_name, person.class_name, aliases)
    return Roll.build([RollEntry(str(person.id), *names)], with_own(work.own_nicknames())[0])


def _gallery(work: Work, person: Person) -> Gallery | None:
    """The encodings of this person, if they may be matched now (law 9)."""
    usable = encodings.usable(work, person) if matching.is_matched(work, person) else []
    return Gallery.build({str(person.id): encodings.opened(work, person, usable)}) if usable else None
