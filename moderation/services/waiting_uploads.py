"""Photos that were begun to be sent: which wait, how much that is, and how they go."""

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select

from moderation.db.models import PhotoUpload, Post, UploadPart
from moderation.rules.workflow import EDITABLE
from moderation.services.work import Work

HOLDS: Final = timedelta(hours=24)  # without a part more; then it is forgotten


def of_post(work: Work, post: Post) -> list[PhotoUpload]:
    """Those of which something is still missing."""
    waiting = select(PhotoUpload).where(PhotoUpload.post_id == post.id, PhotoUpload.photo_id.is_(None))
    return list(work.session.scalars(waiting.order_by(PhotoUpload.id)))


def total(work: Work, author_id: int | None = None) -> int:
    """Bytes of all that wait, of one author or of everybody; counted as if all of each were there."""
    sizes = select(func.coalesce(func.sum(PhotoUpload.size), 0)).where(PhotoUpload.photo_id.is_(None))
    if author_id is not None:
        sizes = sizes.join(Post, Post.id == PhotoUpload.post_id).where(Post.author_id == author_id)
    return int(work.session.scalar(sizes) or 0)


def forget(work: Work, which: ColumnElement[bool]) -> None:
    """The rows and the parts of such uploads; a photo that came of one stays."""
    gone = list(work.session.scalars(select(PhotoUpload.id).where(which)))
    forget_parts(work, gone)
    work.session.execute(delete(PhotoUpload).where(PhotoUpload.id.in_(gone)))
    work.session.flush()


def forget_parts(work: Work, upload_ids: list[int]) -> None:
    of_these = UploadPart.upload_id.in_(upload_ids)
    keys = set(work.session.scalars(select(UploadPart.media_key).where(of_these)))
    work.session.execute(delete(UploadPart).where(of_these))
    work.session.flush()
    for key in sorted(keys):
        work.delete_media(key)


def forget_old(work: Work) -> None:
    """Those that nobody went on with, and those of posts that are drafts no more."""
    drafts = select(Post.id).where(Post.state.in_(EDITABLE))
    old = PhotoUpload.touched_at <= work.now - HOLDS
    forget(work, or_(old, PhotoUpload.post_id.not_in(drafts)))
