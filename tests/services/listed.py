"""People on the no-publish list with made-up encodings: quick, where the encoder is not what a test is about."""

from datetime import timedelta
from functools import cache

import numpy as np
from sqlalchemy import select

from moderation.db.models import LedgerRow, Person, ReferencePhoto
from moderation.media.photo import Photo, ingest
from moderation.services import enrolment
from tests.builders import School
from tests.services.moments import small_photo


@cache
def picture(shade: int) -> Photo:
    return ingest(small_photo(shade))


def encoding(number: int) -> np.ndarray:
    """Near enough to the others to be of one person, and found nowhere else."""
    return np.random.default_rng(number).normal(scale=0.01, size=128)


def listed(school: School, key: str = "A1", photos: int = 1, **permission: object) -> Person:
    """Somebody with permission to match and so many reference photos."""
    person = school.person(key, "Ada", "Quill", no_publish=True, class_name="4B")
    with school.parts.work() as work:
        school.permit(work, person, **permission)
        for number in range(photos):
            judged = enrolment.Enrolment(picture(100 + number), encoding(number))
            enrolment.add_reference(work, school.data_lead, person.id, judged)
    return person


def references(school: School) -> list[ReferencePhoto]:
    with school.parts.reading() as work:
        return list(work.session.scalars(select(ReferencePhoto).order_by(ReferencePhoto.id)))


def key_of(school: School, person: Person) -> str | None:
    with school.parts.reading() as work:
        return work.session.get_one(Person, person.id).key_id


def ledger(school: School) -> list[LedgerRow]:
    with school.parts.reading() as work:
        return list(work.session.scalars(select(LedgerRow).order_by(LedgerRow.number)))


DAY = timedelta(days=1)
