"""The register: people, their names for the roll, their faces for the no-publish list."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from moderation.db.models import Person, ReferencePhoto
from moderation.detect import faces
from moderation.detect.gallery import Gallery
from moderation.media import photo as pictures
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


def everybody(work: Work) -> list[Person]:
    return list(
        work.session.scalars(
            select(Person).where(Person.left_at.is_(None)).order_by(Person.class_name, Person.surname, Person.forename)
        )
    )


def get(work: Work, person_id: int) -> Person:
    person = work.session.get(Person, person_id)
    if person is None or person.left_at is not None:
        raise NotFound
    return person


def save(work: Work, actor: Actor, form: PersonForm, person_id: int | None = None) -> Person:
    """Add a person or change one. Both versions move on, so everything that is waiting is checked again."""
    if not form.key or not (form.forename or form.surname):
        raise Mistake("A person needs an admission number or UPN, and a forename or a surname.")
    same_key = work.session.scalars(select(Person).where(Person.key == form.key)).first()
    if same_key and same_key.id != person_id:
        raise Mistake("Somebody with this admission number or UPN is already on the register.")
    person = get(work, person_id) if person_id else Person(key=form.key)
    for name in form.__dataclass_fields__:
        setattr(person, name, getattr(form, name))
    work.session.add(person)
    work.session.flush()
    if not (person.no_publish and person.may_match):
        _forget_face(work, actor, person)
    _moved_on(work)
    audit.append(work, actor, "register saved", person=person.id, no_publish=form.no_publish, may_match=form.may_match)
    return person


def leave(work: Work, actor: Actor, person_id: int) -> None:
    """Take a person off the register; their encodings are destroyed."""
    person = get(work, person_id)
    _forget_face(work, actor, person)
    person.left_at = work.now
    _moved_on(work)
    audit.append(work, actor, "register left", person=person.id)


def add_reference(work: Work, looker: Looker, actor: Actor, person_id: int, upload: bytes) -> ReferencePhoto:
    """Enrol a face. Law 9: only for a person on the list with a recorded permission to match. Raises Mistake."""
    person = get(work, person_id)
    if not (person.no_publish and person.may_match):
        raise Mistake("Reference photos are kept only for people on the no-publish list with permission to match.")
    try:
        picture = pictures.ingest(upload)
        enrolled = faces.enrol(looker.faces, pictures.pixels(picture.jpeg))
    except (pictures.NotUsable, faces.NotUsable) as error:
        raise Mistake(str(error)) from error
    person.wrapped_key = person.wrapped_key or work.vault.new_key()
    encoding = np.asarray(enrolled.encoding, dtype=np.float64).tobytes()
    reference = ReferencePhoto(
        person_id=person.id,
        media_key=work.store.put(picture.jpeg),
        sealed_encoding=work.vault.seal(person.wrapped_key, encoding, _context(person)),
        engine=faces.ENGINE,
        added_by_id=actor.id,
        added_at=work.now,
    )
    work.session.add(reference)
    work.session.flush()
    _moved_on(work)
    audit.append(work, actor, "reference photo added", person=person.id, reference=reference.id)
    return reference


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


def _moved_on(work: Work) -> None:
    version = work.register_version
    version.list_version += 1
    version.roll_version += 1
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
    encodings: dict[str, np.ndarray] = {}
    for person in everybody(work):
        usable = [reference for reference in person.references if reference.engine == faces.ENGINE]
        if person.no_publish and person.may_match and person.wrapped_key and usable:
            rows = [
                np.frombuffer(work.vault.open(person.wrapped_key, reference.sealed_encoding, _context(person)))
                for reference in usable
            ]
            encodings[str(person.id)] = np.stack(rows)
    return Gallery.build(encodings)


def lists(work: Work) -> Lists:
    return Lists(roll(work), gallery(work))


def cannot_be_recognised(work: Work) -> int:
    """How many people on the no-publish list the program has no usable encoding of: eyes have to do it."""
    return sum(
        person.no_publish and not any(reference.engine == faces.ENGINE for reference in person.references)
        for person in everybody(work)
    )
