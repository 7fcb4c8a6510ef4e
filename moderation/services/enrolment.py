"""Faces on the no-publish list: reference photos judged and sealed, compared with, destroyed."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from moderation.db.models import Person, ReferencePhoto
from moderation.detect import faces
from moderation.detect.gallery import Gallery
from moderation.media import photo as pictures
from moderation.rules.faces import UNLIKE, WIDEST, FaceRules
from moderation.rules.roles import Actor
from moderation.services import audit
from moderation.services.looking import Looker
from moderation.services.roster import get, moved_on, on_register
from moderation.services.work import Mistake, NotFound, Work


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
    moved_on(work, list_too=True)
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
    moved_on(work, list_too=True)
    audit.append(work, actor, "reference photo removed", person=person.id, reference=reference_id)


def forget_face(work: Work, actor: Actor, person: Person) -> None:
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


def _context(person: Person) -> bytes:
    return f"encoding of person {person.id}".encode()


def gallery(work: Work) -> Gallery:
    """The encodings of everybody who may be matched, opened for this one look."""
    return Gallery.build({str(person.id): _encodings(work, person) for person in _listed(work) if _usable(person)})


def _listed(work: Work) -> list[Person]:
    return list(
        work.session.scalars(
            select(Person).where(Person.no_publish, on_register(work)).options(selectinload(Person.references))
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


def cannot_be_recognised(work: Work) -> list[Person]:
    """People on the no-publish list whom the program has no usable encoding of: eyes have to look for them."""
    return [person for person in _listed(work) if not _usable(person)]


def lookalikes(work: Work, person: Person) -> list[Person]:
    """Others on the list whom the program could take for this person: both are named on every hit."""
    everybody_listed = gallery(work)
    if str(person.id) not in everybody_listed.people:
        return []
    return [get(work, int(other)) for other in everybody_listed.like(str(person.id))]


def face_rules(work: Work) -> FaceRules:
    """The school's numbers in force."""
    version = work.register_version
    return FaceRules(version.wider, version.largest_clear)


def set_face_rules(work: Work, actor: Actor, rules: FaceRules) -> None:
    """Other numbers from now on; every face that is waiting, approved or in an open kit is compared again."""
    if not -WIDEST <= rules.wider <= WIDEST or not 0 < (rules.largest_clear or 1) <= 1:
        raise Mistake("These numbers are outside what can be set.")
    if rules == face_rules(work):
        return
    version = work.register_version
    version.wider, version.largest_clear = rules.wider, rules.largest_clear
    moved_on(work, list_too=True)
    audit.append(work, actor, "face rules set", wider=rules.wider, largest_clear=rules.largest_clear)
