"""A photo on its way into a draft, part by part: begun, gone on with after a break, made into a photo once."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from moderation.db.models import PhotoUpload, Post, UploadPart
from moderation.media import gate
from moderation.media import photo as pictures
from moderation.media.store import MediaStore
from moderation.rules.language import N_, gettext
from moderation.rules.roles import Actor
from moderation.services import draft_looks, intake, waiting_uploads
from moderation.services.work import Mistake, NotFound, Work

MOST_PARTS: Final = 500  # of one file: a file and a row each, so nobody sends it byte by byte
MOST_OF_ONE: Final = 400_000_000  # bytes on their way of one person: two full posts of large photos
MOST_OF_ALL: Final = 8_000_000_000
DAMAGED: Final = N_("It did not arrive as it left. Choose it again.")


class TooLarge(Mistake):
    """A file that is larger than any that is taken."""


class TooMuch(Mistake):
    """So much waits already that nothing more is begun now."""


class Overtaken(Exception):
    """This part does not begin where the upload stands: it came before, or one before it is missing."""


@dataclass(frozen=True)
class File:
    """What a browser says of a file before it sends it: its name, its bytes, their SHA-256 in hex."""

    name: str
    size: int
    digest: str


def begin(work: Work, actor: Actor, post_id: int, file: File) -> PhotoUpload:
    """The upload of this file to this draft: the one that broke off or was finished, else a new one.

    Raises TooLarge, TooMuch, Mistake; Refused and NotFound as `intake.editable`.
    """
    post = intake.editable(work, actor, post_id)
    if post.is_reminder:
        raise Mistake(intake.no_pictures([file.name])[0])
    try:
        gate.check_bytes(file.size)
    except gate.NotUsable as refusal:
        raise TooLarge(pictures.in_words(refusal)) from None
    same = (PhotoUpload.post_id == post.id, PhotoUpload.digest == file.digest)
    there = work.session.scalars(select(PhotoUpload).where(*same)).first()
    if there is not None and there.photo_id is not None and not _is_in(post, there.photo_id):
        waiting_uploads.forget(work, PhotoUpload.id == there.id)  # it was taken out, and is chosen again
        there = None
    if there is None:
        _check_room(work, post, file)
        there = PhotoUpload(
            post_id=post.id,
            digest=file.digest,
            salt=secrets.token_hex(16),
            file_name=file.name[:255],
            size=file.size,
            touched_at=work.now,
        )
        work.session.add(there)
    elif there.size != file.size:
        raise Mistake(gettext(DAMAGED))
    there.touched_at = work.now
    work.session.flush()
    return there


def _is_in(post: Post, photo_id: int) -> bool:
    return photo_id in {photo.id for photo in post.photos}


def _check_room(work: Work, post: Post, file: File) -> None:
    if len(post.photos) + len(waiting_uploads.of_post(work, post)) >= intake.MOST_PHOTOS:
        said = gettext("A post can hold {most} photos; this one was left out.")
        raise Mistake(said.format(most=intake.MOST_PHOTOS))
    if waiting_uploads.total(work, post.author_id) + file.size > MOST_OF_ONE:
        raise TooMuch(gettext("Too many of your photos are on their way. It goes on when some of them are there."))
    if waiting_uploads.total(work) + file.size > MOST_OF_ALL:
        raise TooMuch(gettext("Too many photos are on their way at the school just now. It goes on by itself."))


def own(work: Work, actor: Actor, post_id: int, upload_id: int) -> PhotoUpload:
    """The upload, for the author of the draft; for anybody else it is not there."""
    post = intake.own(work, actor, post_id)
    upload = work.session.get(PhotoUpload, upload_id)
    if upload is None or upload.post_id != post.id:
        raise NotFound
    return upload


def expecting(work: Work, actor: Actor, post_id: int, upload_id: int, starts: int, length: int) -> PhotoUpload:
    """The upload, if this part is the next one. Raises Overtaken, Mistake, Refused, NotFound."""
    upload = own(work, actor, post_id, upload_id)
    intake.editable(work, actor, post_id)
    if starts != upload.received:
        raise Overtaken
    if starts + length > upload.size:
        raise Mistake(gettext(DAMAGED))
    of_it = select(func.count()).select_from(UploadPart).where(UploadPart.upload_id == upload.id)
    if (work.session.scalar(of_it) or 0) >= MOST_PARTS:
        raise Mistake(gettext("It came in too many pieces. Choose it again."))
    return upload


def seal(store: MediaStore, upload: PhotoUpload, part: bytes) -> str:
    """Put a part into the media, before its row is written. Its key."""
    return store.put(upload.salt.encode() + part)


def add_part(work: Work, actor: Actor, post_id: int, upload_id: int, part: UploadPart, length: int) -> PhotoUpload:
    """Keep a part that is not the last one. Raises as `expecting`."""
    upload = expecting(work, actor, post_id, upload_id, part.starts, length)
    work.session.add(part)
    upload.received += length
    upload.touched_at = work.now
    work.session.flush()
    return upload


def keys(work: Work, upload: PhotoUpload) -> list[str]:
    """Of its parts, in order."""
    parts = select(UploadPart.media_key).where(UploadPart.upload_id == upload.id)
    return list(work.session.scalars(parts.order_by(UploadPart.starts)))


def whole(store: MediaStore, upload: PhotoUpload, part_keys: Iterable[str], last: bytes) -> bytes:
    """All its bytes. Raises Mistake if they are not those that were promised, MediaMissing, MediaDamaged."""
    data = b"".join([*(store.get(key)[len(upload.salt) :] for key in part_keys), last])
    if hashlib.sha256(data).hexdigest() != upload.digest:
        raise Mistake(gettext(DAMAGED))
    return data


def finish(work: Work, actor: Actor, post_id: int, upload_id: int, picture: pictures.Photo) -> str:
    """The last part is there: the photo is added to the draft, once. Returns a sentence if it cannot be, else none."""
    upload = own(work, actor, post_id, upload_id)
    if upload.photo_id is not None:
        return ""  # the same last part, sent twice
    file_name = upload.file_name
    problems = intake.add_photos(work, actor, post_id, [(file_name, picture)])
    if problems:
        waiting_uploads.forget(work, PhotoUpload.id == upload.id)
        return problems[0].removeprefix(f"{file_name}: ")
    post = intake.editable(work, actor, post_id)
    post.off_device_at = None
    upload.photo_id = next(photo.id for photo in post.photos if photo.media_key == picture.digest)
    upload.received, upload.touched_at = upload.size, work.now
    waiting_uploads.forget_parts(work, [upload.id])
    draft_looks.order(work, actor, post)
    return ""


def refuse(work: Work, actor: Actor, post_id: int, upload_id: int, why: str) -> str:
    """It cannot be used, and goes; the sentence, or none if the same file became a photo meanwhile."""
    if own(work, actor, post_id, upload_id).photo_id is not None:
        return ""
    drop(work, actor, post_id, upload_id)
    return why


def drop(work: Work, actor: Actor, post_id: int, upload_id: int) -> None:
    """Take it back before all of it is there. A photo that came of it stays."""
    upload = own(work, actor, post_id, upload_id)
    waiting_uploads.forget(work, PhotoUpload.id == upload.id)
