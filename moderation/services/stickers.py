"""The school's sticker: one picture that may be drawn on what is covered, kept by the administrator."""

from sqlalchemy import select

from moderation.db.models import Sticker
from moderation.media import photo as pictures
from moderation.rules.roles import Actor
from moderation.services import audit
from moderation.services.work import Work


def current(work: Work) -> Sticker | None:
    return work.session.scalars(select(Sticker).order_by(Sticker.id.desc())).first()


def jpeg(work: Work) -> bytes | None:
    """Opaque: what was transparent is white."""
    row = current(work)
    return work.store.get(row.media_key) if row else None


def put(work: Work, actor: Actor, picture: pictures.Photo) -> None:
    """From now on this one; the last one is deleted. What was covered with it stays as it is."""
    assert actor.id is not None
    _delete(work)
    work.session.add(Sticker(media_key=work.store.put(picture.jpeg), added_by_id=actor.id, added_at=work.now))
    work.session.flush()
    audit.append(work, actor, "sticker put")


def remove(work: Work, actor: Actor) -> None:
    if _delete(work):
        audit.append(work, actor, "sticker removed")


def _delete(work: Work) -> bool:
    row = current(work)
    if row is None:
        return False
    work.session.delete(row)
    work.session.flush()
    work.delete_media(row.media_key)
    return True
