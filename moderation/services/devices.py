"""Cameras and phones that may be used for the school's photos, held against what each photo says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from moderation.db.models import Device, Photo
from moderation.rules.language import gettext
from moderation.rules.roles import Actor
from moderation.services import audit
from moderation.services.work import Mistake, NotFound, Work


@dataclass(frozen=True)
class TakenWith:
    """What one photo was taken with. `device` is None if that is not on the list, or if the photo does not say."""

    camera: str
    device: Device | None


def every(work: Work) -> list[Device]:
    return list(work.session.scalars(select(Device).order_by(Device.whose, Device.id)))


def unknown(work: Work) -> list[tuple[str, int]]:
    """Cameras of photos in the program that are not on the list, the most frequent first: (camera, photos)."""
    question = (
        select(Photo.camera, func.count())
        .where(Photo.camera != "", Photo.camera.not_in(select(Device.camera)))
        .group_by(Photo.camera)
        .order_by(func.count().desc(), Photo.camera)
        .limit(20)
    )
    return [(camera, count) for camera, count in work.session.execute(question)]


def add(work: Work, actor: Actor, camera: str, whose: str) -> Device:
    camera, whose = " ".join(camera.split()), " ".join(whose.split())
    if not camera or not whose or len(camera) > 80 or len(whose) > 120:
        raise Mistake(gettext("A device needs what its photos say (at most 80 letters) and whose it is (at most 120)."))
    if work.session.scalars(select(Device.id).where(Device.camera == camera)).first():
        raise Mistake(gettext("This device is on the list already. Remove it there to add it anew."))
    device = Device(camera=camera, whose=whose, added_by_id=actor.id, added_at=work.now)
    work.session.add(device)
    work.session.flush()
    audit.append(work, actor, "device added", device=device.id)
    return device


def remove(work: Work, actor: Actor, device_id: int) -> None:
    device = work.session.get(Device, device_id)
    if device is None:
        raise NotFound
    audit.append(work, actor, "device removed", device=device.id)
    work.session.delete(device)
    work.session.flush()


def of_photos(work: Work, photos: Sequence[Photo]) -> dict[int, TakenWith]:
    """By photo, what it was taken with. Empty while the school keeps no list of devices: nothing is asked then."""
    known = {device.camera: device for device in every(work)}
    return {photo.id: TakenWith(photo.camera, known.get(photo.camera)) for photo in photos} if known else {}
