"""The register: people, their names for the roll, their faces for the no-publish list."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from moderation.db.models import Person, ReferencePhoto
from moderation.detect import faces
from moderation.detect.gallery import Gallery
from moderation.media import photo as pictures
from moderation.rules.faces import UNLIKE
from moderation.rules.names import Roll, RollEntry
from moderation.rules.roles import Actor
from moderation.services import audit
from moderation.services.looking import Lists, Looker
from moderation.services.work import Mistake, NotFound, Work


@dataclass(frozen=True)
class PersonForm:
    """A person as typed. `key` is the UPN or admission number."""

    key: str
    forename: str
    surname: str
    preferred_name: str = ""
    aliases: str = ""
    class_name: str = ""
    no_publish: bool = False
    may_match: bool = False


_FIELDS = tuple(PersonForm.__dataclass_fields__)
_LIST_FIELDS = {"no_publish", "may_match"}
_ROLL_FIELDS = {"forename", "surname", "preferred_name", "aliases", "class_name"}


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


def save(work: Work, actor: Actor, form: PersonForm, person_id: int | None = None) -> Person:
    """Add a person or change one. Only what differs moves a version on, and with it what has to be checked again."""
    if not form.key or not (form.forename or form.surname):
        raise Mistake("A person needs an admission number or UPN, and a forename or a surname.")
    person = _to_save(work, form, person_id)
    changed = {name for name in _FIELDS if getattr(person, name) != getattr(form, name)}
    if person.left_at is not None:
        person.left_at, changed = None, set(_FIELDS)
    for name in changed:
        setattr(person, name, getattr(form, name))
    work.session.add(person)
    work.session.flush()
    if not person.is_matched:
        _forget_face(work, actor, person)
    _moved_on(work, list_too=bool(changed & _LIST_FIELDS), roll_too=bool(changed & _ROLL_FIELDS))
    if changed:
        audit.append(
            work, actor, "register saved", person=person.id, no_publish=form.no_publish, may_match=form.may_match
        )
    return person


def _to_save(work: Work, form: PersonForm, person_id: int | None) -> Person:
    """The person with this id or, coming back, with this number; otherwise a new one."""
    same_key = work.session.scalars(select(Person).where(Person.key == form.key)).first()
    if same_key and same_key.id != person_id and (person_id or same_key.left_at is None):
        raise Mistake("Somebody with this admission number or UPN is already on the register.")
    if person_id:
        return get(work, person_id)
    return same_key or Person(key=form.key, no_publish=False, may_match=False)


def leave(work: Work, actor: Actor, person_id: int) -> None:
    """Take a person off the register; their encodings are destroyed."""
    person = get(work, person_id)
    _forget_face(work, actor, person)
    person.left_at = work.now
    _moved_on(work, list_too=person.no_publish, roll_too=True)
    audit.append(work, actor, "register left", person=person.id)


class Unlike(Mistake):
    """Asked again: this may be a photo of somebody else."""


@dataclass(frozen=True)
class Enrolment:
    """A reference photo and the encoding of the one face in it."""

    picture: pictures.Photo
    encoding: np.ndarray


def enrol(looker: Looker, upload: bytes) -> Enrolment:
    """Judge a reference photo, with no transaction open (it takes a second). Raises Mistake with the reason."""
    try:
        picture = pictures.ingest(upload)
        return Enrolment(picture, faces.enrol(looker.faces, pictures.pixels(picture.jpeg)).encoding)
    except (pictures.NotUsable, faces.NotUsable) as error:
        raise Mistake(str(error)) from error


def may_enrol(work: Work, person_id: int) -> Person:
    """Law 9: only a person on the list with a recorded permission to match. Raises Mistake."""
    person = get(work, person_id)
    if not person.is_matched:
        raise Mistake("Reference photos are kept only for people on the no-publish list with permission to match.")
    return person


def add_reference(
    work: Work, actor: Actor, person_id: int, enrolment: Enrolment, surely: bool = False
) -> ReferencePhoto:
    """Keep a reference photo and its encoding, sealed under the person's own key.

    Raises Unlike, once, for a face unlike the person's other references; `surely` keeps it all the same.
    """
    person = may_enrol(work, person_id)
    if _usable(person) and not surely:
        distance = float(np.linalg.norm(_encodings(work, person) - enrolment.encoding, axis=1).min())
        if distance > UNLIKE:
            raise Unlike("This face is unlike the other reference photos of this person. Is it the right one?")
    person.wrapped_key = person.wrapped_key or work.vault.new_key()
    encoding = np.asarray(enrolment.encoding, dtype=np.float64).tobytes()
    reference = ReferencePhoto(
        person_id=person.id,
        media_key=work.store.put(enrolment.picture.jpeg),
        sealed_encoding=work.vault.seal(person.wrapped_key, encoding, _context(person)),
        engine=faces.ENGINE,
        added_by_id=actor.id,
        added_at=work.now,
    )
    work.session.add(reference)
    work.session.flush()
    _moved_on(work, list_too=True)
    audit.append(work, actor, "reference photo added", person=person.id, reference=reference.id)
    return reference


def remove_reference(work: Work, actor: Actor, person_id: int, reference_id: int) -> None:
    """Take one reference photo away, with its encoding."""
    person = get(work, person_id)
    reference = next((reference for reference in person.references if reference.id == reference_id), None)
    if reference is None:
        raise NotFound
    work.session.delete(reference)
    work.session.flush()
    work.delete_media(reference.media_key)
    _moved_on(work, list_too=True)
    audit.append(work, actor, "reference photo removed", person=person.id, reference=reference_id)


def _forget_face(work: Work, actor: Actor, person: Person) -> None:
    """Destroy the key and everything that it sealed."""
    if not person.references and person.wrapped_key is None:
        return
    keys = {reference.media_key for reference in person.references}
    for reference in list(person.references):
        work.session.delete(reference)
    person.wrapped_key = None
    work.session.flush()
    for key in keys:
        work.delete_media(key)
    work.session.expire(person, ["references"])
    audit.append(work, actor, "encodings destroyed", person=person.id)


def _moved_on(work: Work, list_too: bool = False, roll_too: bool = False) -> None:
    version = work.register_version
    version.list_version += list_too
    version.roll_version += roll_too
    work.session.flush()


def _context(person: Person) -> bytes:
    return f"encoding of person {person.id}".encode()


def roll(work: Work) -> Roll:
    return Roll.build(
        RollEntry(
            id=str(person.id),
            forename=person.forename,
            surname=person.surname,
            preferred_name=person.preferred_name,
            class_name=person.class_name,
            aliases=tuple(alias.strip() for alias in person.aliases.split(";") if alias.strip()),
        )
        for person in everybody(work)
    )


def gallery(work: Work) -> Gallery:
    """The encodings of everybody who may be matched, opened for this one look."""
    return Gallery.build({str(person.id): _encodings(work, person) for person in _listed(work) if _usable(person)})


def _listed(work: Work) -> list[Person]:
    return list(
        work.session.scalars(
            select(Person).where(Person.no_publish, Person.left_at.is_(None)).options(selectinload(Person.references))
        )
    )


def _usable(person: Person) -> list[ReferencePhoto]:
    """The references that today's engine can compare with; none without permission."""
    return [r for r in person.references if person.is_matched and person.wrapped_key and r.engine == faces.ENGINE]


def _encodings(work: Work, person: Person) -> np.ndarray:
    opened = [
        work.vault.open(person.wrapped_key or b"", reference.sealed_encoding, _context(person))
        for reference in _usable(person)
    ]
    return np.stack([np.frombuffer(encoding) for encoding in opened])


def lists(work: Work) -> Lists:
    return Lists(roll(work), gallery(work))


def cannot_be_recognised(work: Work) -> int:
    """How many people on the no-publish list the program has no usable encoding of: eyes have to do it."""
    return sum(not _usable(person) for person in _listed(work))


def lookalikes(work: Work, person: Person) -> list[Person]:
    """Others on the list whom the program could take for this person: both are named on every hit."""
    everybody_listed = gallery(work)
    if str(person.id) not in everybody_listed.people:
        return []
    return [get(work, int(other)) for other in everybody_listed.like(str(person.id))]


def is_empty(work: Work) -> bool:
    """Nobody is on the register, so no check knows a name or a face to look for."""
    return work.session.scalars(select(Person.id).where(Person.left_at.is_(None)).limit(1)).first() is None
