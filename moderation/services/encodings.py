"""Encodings at rest: sealed under a key of the person's own, opened for one comparison, destroyed with the key."""

from collections.abc import Collection, Mapping

import numpy as np
from sqlalchemy import select

from moderation.db.models import Connection, Person, ReferencePhoto
from moderation.detect import faces
from moderation.media.keys import KeyDestroyed
from moderation.rules.matching import Why
from moderation.rules.roles import Actor
from moderation.services import audit, ledger
from moderation.services.work import Work

_NO_KEY = "0" * 32  # the id of none
_NUMBERS = 128  # of one encoding
UNCLAIMED = 600.0  # seconds after which a key that nobody has belongs to a change that was never kept


def usable(work: Work, person: Person) -> list[ReferencePhoto]:
    """The references whose encodings can be opened, and compared by today's engine."""
    if not work.keys.exists(person.key_id):
        return []
    return [reference for reference in person.references if reference.engine == faces.ENGINE]


def opened(work: Work, person: Person, references: Collection[ReferencePhoto]) -> np.ndarray:
    """Their encodings, (n, 128), for usable references. Raises KeyDestroyed, Unsealable."""
    return np.stack([np.frombuffer(plain) for plain in _opened(work, person, references)])


def opened_of(work: Work, person_id: int, key_id: str | None, sealed: Collection[bytes]) -> np.ndarray | None:
    """Their encodings, (n, 128), by the columns alone; None if their key is gone. Raises Unsealable."""
    try:
        wrapped = work.keys.get(key_id or _NO_KEY)
    except KeyDestroyed:
        return None
    context = _context_of(person_id)
    return np.frombuffer(b"".join([work.vault.open(wrapped, one, context) for one in sealed])).reshape(-1, _NUMBERS)


def keep(work: Work, actor: Actor, person: Person, media_key: str, encoding: np.ndarray) -> ReferencePhoto:
    """One more reference photo, its encoding sealed under the person's key."""
    if person.key_id is None:
        person.key_id = work.keys.put(work.vault.new_key())
    reference = ReferencePhoto(
        person_id=person.id,
        media_key=media_key,
        sealed_encoding=_sealed(work, person, _plain(encoding)),
        engine=faces.ENGINE,
        added_by_id=actor.id,
        added_at=work.now,
    )
    work.session.add(reference)
    work.session.flush()
    work.session.expire(person, ["references"])
    ledger.made(work, actor, person, [faces.ENGINE], Why.REFERENCE_ADDED)
    return reference


def destroy(work: Work, actor: Actor, person: Person, why: Why, only: Collection[ReferencePhoto] | None = None) -> None:
    """Destroy encodings with their photos and the key that sealed them; all of the person's unless `only` some.

    What stays is sealed anew under a new key, so that no copy of the others, in a backup or elsewhere, can be opened.
    """
    gone = list(person.references if only is None else only)
    if not gone and (only is not None or person.key_id is None):
        return
    ledger.destroyed(work, actor, person, [reference.engine for reference in gone], why)
    stays = [reference for reference in person.references if reference not in gone]
    _under_a_new_key(work, person, stays)
    for reference in gone:
        work.session.delete(reference)
    work.session.flush()
    work.session.expire(person, ["references"])
    for media_key in {reference.media_key for reference in gone}:
        work.delete_media(media_key)
    audit.append(work, actor, "encodings destroyed", person=person.id, encodings=len(gone), why=why)


def replace(work: Work, actor: Actor, person: Person, taken: Mapping[int, np.ndarray]) -> None:
    """Put new encodings, by reference id, in the place of the old ones of the same photos."""
    changed = [reference for reference in person.references if reference.id in taken]
    ledger.destroyed(work, actor, person, [reference.engine for reference in changed], Why.REPLACED)
    stays = [reference for reference in person.references if reference.id not in taken]
    _under_a_new_key(work, person, stays, more=True)
    for reference in changed:
        reference.sealed_encoding = _sealed(work, person, _plain(taken[reference.id]))
        reference.engine = faces.ENGINE
    work.session.flush()
    ledger.made(work, actor, person, [faces.ENGINE] * len(changed), Why.MADE_AGAIN)


def _under_a_new_key(work: Work, person: Person, stays: Collection[ReferencePhoto], more: bool = False) -> None:
    """Seal what stays under a new key, none if there is nothing to seal; the old key goes once this is committed.

    What stays under a key that was lost stays lost: it has to be made again.
    """
    old = person.key_id
    plain = _opened(work, person, stays) if work.keys.exists(old) else []
    person.key_id = work.keys.put(work.vault.new_key()) if plain or more else None
    for reference, encoding in zip(stays, plain, strict=False):
        reference.sealed_encoding = _sealed(work, person, encoding)
    if old:
        work.afterwards.append(lambda: work.keys.destroy(old))


def _opened(work: Work, person: Person, references: Collection[ReferencePhoto]) -> list[bytes]:
    wrapped = work.keys.get(person.key_id or "")
    return [work.vault.open(wrapped, reference.sealed_encoding, _context(person)) for reference in references]


def _sealed(work: Work, person: Person, encoding: bytes) -> bytes:
    return work.vault.seal(work.keys.get(person.key_id or ""), encoding, _context(person))


def _plain(encoding: np.ndarray) -> bytes:
    return np.asarray(encoding, dtype=np.float64).tobytes()


def _context(person: Person) -> bytes:
    return _context_of(person.id)


def _context_of(person_id: int) -> bytes:
    return f"encoding of person {person_id}".encode()


def destroy_unclaimed_keys(work: Work) -> int:
    """Keys left behind by a change that was not kept, or by a stop between a commit and the end of a key."""
    claimed = {
        key
        for column in (Person.key_id, Connection.key_id)
        for key in work.session.scalars(select(column).where(column.is_not(None)))
    }
    unclaimed = [key for key in work.keys.ids() if key not in claimed and work.keys.is_older(key, UNCLAIMED)]
    for key in unclaimed:
        work.keys.destroy(key)
    return len(unclaimed)
