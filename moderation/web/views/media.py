"""Pictures, by authorised address only and always in our own encoding."""

from flask import Blueprint, Response

from moderation.media import photo as pictures
from moderation.services import board
from moderation.services.work import NotFound
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("media", __name__, url_prefix="/media")

SIZES = {"thumb": 320, "page": 1400}


def _jpeg(data: bytes) -> Response:
    return Response(data, mimetype="image/jpeg")


@blueprint.get("/photos/<int:photo_id>/<size>")
def photo(photo_id: int, size: str) -> Response:
    if size not in SIZES:
        raise NotFound
    with parts().reading() as work:
        found = board.visible_photo(work, actor(), photo_id)
    return _jpeg(pictures.preview(parts().store.get(found.media_key), SIZES[size]))


@blueprint.get("/posts/<int:post_id>/accounts/<int:account_id>/<int:photo_id>/<size>")
def rendition(post_id: int, account_id: int, photo_id: int, size: str) -> Response:
    """A photo as an account gets it."""
    if size not in SIZES:
        raise NotFound
    with parts().reading() as work:
        key, part = board.visible_rendition(work, actor(), post_id, account_id, photo_id)
    jpeg = parts().store.get(key)
    return _jpeg(pictures.crop(jpeg, part, 0, SIZES[size]) if part else pictures.preview(jpeg, SIZES[size]))


@blueprint.get("/findings/<int:finding_id>")
def finding(finding_id: int) -> Response:
    """What a finding points at, with a little around it."""
    with parts().reading() as work:
        found, picture = board.visible_finding(work, actor(), finding_id)
    box = found.box
    if box is None:
        raise NotFound
    return _jpeg(pictures.crop(parts().store.get(picture.media_key), box))


@blueprint.get("/references/<int:reference_id>")
def reference(reference_id: int) -> Response:
    with parts().reading() as work:
        found = board.reference(work, reference_id)
    return _jpeg(pictures.preview(parts().store.get(found.media_key), 320))
