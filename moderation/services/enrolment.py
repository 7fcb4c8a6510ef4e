"""Faces on the no-publish list: reference photos judged and sealed, compared with, destroyed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import and_, exists, select
from sqlalchemy.orm import selectinload

from moderation.db.models import Person, ReferencePhoto
from moderation.detect import faces
from moderation.detect.gallery import Gallery
from moderation.media import photo as pictures
from moderation.rules.faces import UNLIKE, WIDEST, FaceRules
from moderation.rules.language import gettext
from moderation.rules.looking_back import Cause
from moderation.rules.matching import Why
from moderation.rules.roles import Actor
from moderation.services import audit, encodings, matching, withdrawal
from moderation.services.looking import Looker
from moderation.services.roster import get, moved_on, on_register
from moderation.services.work import Mistake, NotFound, Work

_CLASS_BY_CLASS = (Person.class_name, Person.surname, Person.forename)
_STEP = 10_000  # people; databases limit the values of one statement


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
    if matching.in_force(work) is None:
        raise Mistake(gettext(matching.LOCKED))
    if not matching.is_matched(work, person):
        raise Mistake(
            gettext("Reference photos are kept only for people on the no-publish list with permission to match.")
        )
    return person


def add_reference(
    work: Work, actor: Actor, person_id: int, enrolment: Enrolment, surely: bool = False
) -> ReferencePhoto:
    """Keep a reference photo and its encoding, sealed under the person's own key.

    Raises Unlike, once, for a face unlike the person's other references; `surely` keeps it all the same.
    """
    person = may_enrol(work, person_id)
    if (others := encodings.usable(work, person)) and not surely:
        distance = float(np.linalg.norm(encodings.opened(work, person, others) - enrolment.encoding, axis=1).min())
        if distance > UNLIKE:
            raise Unlike(gettext("This face is unlike the other reference photos of this person. Is it the right one?"))
    reference = encodings.keep(work, actor, person, work.store.put(enrolment.picture.jpeg), enrolment.encoding)
    moved_on(work, list_too=True)
    audit.append(work, actor, "reference photo added", person=person.id, reference=reference.id)
    if not others:
        withdrawal.start(work, actor, person.id, Cause.COMPARABLE)  # what is live was not compared with them yet
    return reference


def remove_reference(work: Work, actor: Actor, person_id: int, reference_id: int) -> None:
    """Take one reference photo away, with its encoding."""
    person = get(work, person_id)
    reference = next((reference for reference in person.references if reference.id == reference_id), None)
    if reference is None:
        raise NotFound
    encodings.destroy(work, actor, person, Why.REFERENCE_REMOVED, [reference])
    moved_on(work, list_too=True)
    audit.append(work, actor, "reference photo removed", person=person.id, reference=reference_id)


def to_make_again(work: Work, person_id: int) -> dict[int, bytes]:
    """By reference id the kept photos whose encodings an earlier engine made, or whose key was lost."""
    person = may_enrol(work, person_id)
    fine = encodings.usable(work, person)
    return {one.id: work.store.get(one.media_key) for one in person.references if one not in fine}


def encode_again(looker: Looker, photos: Mapping[int, bytes]) -> dict[int, np.ndarray]:
    """Today's encodings of kept photos, with no transaction open. Raises Mistake if a photo is of no use any more."""
    try:
        return {number: faces.enrol(looker.faces, pictures.pixels(jpeg)).encoding for number, jpeg in photos.items()}
    except faces.NotUsable as error:
        raise Mistake(
            gettext("{error} Remove the photo that cannot be used, and add another.").format(error=error)
        ) from error


def make_again(work: Work, actor: Actor, person_id: int, taken: Mapping[int, np.ndarray]) -> None:
    """Put encodings of today's engine in the place of those that cannot be compared."""
    person = may_enrol(work, person_id)
    encodings.replace(work, actor, person, taken)
    moved_on(work, list_too=True)
    audit.append(work, actor, "encodings made again", person=person.id, encodings=len(taken))


def gallery(work: Work) -> Gallery:
    """The encodings of everybody who may be matched today, opened for this one look."""
    question = (
        select(Person.id, Person.key_id, ReferencePhoto.sealed_encoding)
        .join(ReferencePhoto, ReferencePhoto.person_id == Person.id)
        .where(on_register(work), matching.may_be_matched(work), ReferencePhoto.engine == faces.ENGINE)
        .order_by(*_CLASS_BY_CLASS, Person.id, ReferencePhoto.id)
    )
    rows: dict[tuple[int, str | None], list[bytes]] = defaultdict(list)
    for person_id, key_id, sealed in work.session.execute(question):
        rows[person_id, key_id].append(sealed)
    opened = {str(one): encodings.opened_of(work, one, key, some) for (one, key), some in rows.items()}
    return Gallery.build({person: found for person, found in opened.items() if found is not None})


def listed(work: Work) -> list[Person]:
    """Who is on the no-publish list, class by class."""
    return list(
        work.session.scalars(
            select(Person)
            .where(Person.no_publish, on_register(work))
            .order_by(*_CLASS_BY_CLASS)
            .options(selectinload(Person.references), selectinload(Person.matching_permissions))
        )
    )


def cannot_be_recognised(work: Work) -> list[Person]:
    """People on the no-publish list whom the program has no usable encoding of: eyes have to look for them.

    Asked with every post that is decided about; of who is here it moves on with the list, the roll, the day and keys.
    """
    version = work.register_version
    moment = version.list_version, version.roll_version, work.today, work.keys.state
    here = work.while_same("cannot be recognised", moment, lambda: _not_recognised(work))
    left = list(work.session.scalars(_LEFT.where(on_register(work))))
    people = [*_these(work, here), *left]
    return sorted(people, key=lambda one: (one.class_name, one.surname, one.forename)) if left else people


_LEFT = select(Person).where(Person.no_publish, Person.left_at.is_not(None))  # nobody who left is compared any more


def _not_recognised(work: Work) -> tuple[int, ...]:
    """The ids of those who are here, class by class."""
    usable = exists().where(ReferencePhoto.person_id == Person.id, ReferencePhoto.engine == faces.ENGINE)
    known = and_(matching.may_be_matched(work), usable)
    question = select(Person.id, Person.key_id, known).where(Person.no_publish, Person.left_at.is_(None))
    rows, keys = work.session.execute(question.order_by(*_CLASS_BY_CLASS)), set(work.keys.ids())
    return tuple(person_id for person_id, key_id, fine in rows if not fine or key_id not in keys)


def _these(work: Work, ids: Sequence[int]) -> list[Person]:
    found: dict[int, Person] = {}
    for first in range(0, len(ids), _STEP):
        some = select(Person).where(Person.id.in_(ids[first : first + _STEP]))
        found.update({person.id: person for person in work.session.scalars(some)})
    return [found[one] for one in ids]


def must_be_made_again(work: Work) -> list[Person]:
    """People with a reference photo that today's engine cannot compare with."""
    people = matching.matched(work, listed(work))
    return [person for person in people if len(encodings.usable(work, person)) < len(person.references)]


def lookalikes(work: Work, person: Person) -> list[Person]:
    """Others on the list whom the program could take for this person: both are named on every hit."""
    as_it_is = get(work, person.id)  # the caller's may be from before a photo was added
    if not (matching.is_matched(work, as_it_is) and encodings.usable(work, as_it_is)):
        return []  # nobody's encoding is opened for somebody who is not compared
    version = work.register_version.list_version, work.today, work.keys.state
    known: dict[int, tuple[int, ...]] = work.while_same("lookalikes", version, dict)  # numbers, no encodings
    if person.id not in known:
        known[person.id] = _like(gallery(work), str(person.id))
    return [get(work, other) for other in known[person.id]]


def _like(everybody_listed: Gallery, person: str) -> tuple[int, ...]:
    return tuple(map(int, everybody_listed.like(person))) if person in everybody_listed.people else ()


def face_rules(work: Work) -> FaceRules:
    """The school's numbers in force."""
    version = work.register_version
    return FaceRules(version.wider, version.largest_clear)


def set_face_rules(work: Work, actor: Actor, rules: FaceRules) -> None:
    """Other numbers from now on; every face that is waiting, approved or in an open kit is compared again."""
    if not -WIDEST <= rules.wider <= WIDEST or not 0 < (rules.largest_clear or 1) <= 1:
        raise Mistake(gettext("These numbers are outside what can be set."))
    if rules == face_rules(work):
        return
    version = work.register_version
    version.wider, version.largest_clear = rules.wider, rules.largest_clear
    moved_on(work, list_too=True)
    audit.append(work, actor, "face rules set", wider=rules.wider, largest_clear=rules.largest_clear)
