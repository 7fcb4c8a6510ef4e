"""Photos that are sent part by part and go on after a break: the tus protocol, version 1.0.0, for drafts alone."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from functools import wraps
from re import fullmatch

from flask import Blueprint, Response, request, url_for
from werkzeug.http import http_date

from moderation.db.models import PhotoUpload, UploadPart
from moderation.media.gate import MAX_BYTES
from moderation.media.store import MediaDamaged, MediaMissing
from moderation.rules.language import N_, gettext
from moderation.rules.workflow import Refused
from moderation.services import intake, sending, waiting_uploads
from moderation.services.work import Mistake, NotFound
from moderation.web import uploads
from moderation.web.forms import base_name, is_id
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("sending", __name__, url_prefix="/posts")

VERSION = "1.0.0"
KIND = "application/offset+octet-stream"
AMISS = N_("That did not arrive as it should. Load the page again.")
NO_DIGEST = "Upload-Metadata must say filename and digest: the SHA-256 of the file in 64 hex digits."  # to a programmer


def _answer(status: int, said: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """A sentence for people, as plain text."""
    return Response(said, status, headers, mimetype="text/plain")


@blueprint.after_request
def _speaks(response: Response) -> Response:
    """The protocol asks for its version in each answer, of the gate and of the page of errors too."""
    response.headers["Tus-Resumable"] = VERSION
    return response


def _telling(view: Callable[..., Response]) -> Callable[..., Response]:
    """What stands in the way is told to the script that asks, in one sentence."""

    @wraps(view)
    def told(**numbers: int) -> Response:
        if request.headers.get("Tus-Resumable") != VERSION:
            return _answer(412, gettext(AMISS), {"Tus-Version": VERSION})
        try:
            return view(**numbers)
        except sending.Overtaken:
            return _answer(409, gettext("This part came before, or one before it is missing."))
        except sending.TooLarge as refusal:
            return _answer(413, str(refusal))
        except sending.TooMuch as refusal:
            return _answer(429, str(refusal), {"Retry-After": "30"})
        except Mistake as refusal:
            return _answer(422, str(refusal))
        except Refused as refusal:
            return _answer(410, str(refusal))

    return told


@blueprint.route("/<int:post_id>/uploads", methods=["OPTIONS"])
def abilities(post_id: int) -> Response:
    """What a program that speaks tus may do here."""
    does = {"Tus-Version": VERSION, "Tus-Extension": "creation,expiration,termination", "Tus-Max-Size": str(MAX_BYTES)}
    return _answer(204, headers=does)


@blueprint.post("/<int:post_id>/uploads")
@_telling
def begin(post_id: int) -> Response:
    """`Upload-Length`; in `Upload-Metadata` filename and digest (SHA-256 in hex). The same file: where it stands."""
    length = request.headers.get("Upload-Length", "")
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    digest = said.get("digest", "")
    if not is_id(length):
        raise Mistake(gettext(AMISS))
    if not fullmatch(r"[0-9a-f]{64}", digest):
        return _answer(422, NO_DIGEST)
    file = sending.File(base_name(said.get("filename", "")).replace("\0", "") or "photo", int(length), digest)
    with parts().work() as work:
        upload = sending.begin(work, actor(), post_id, file)
    address = url_for("sending.reached", post_id=post_id, upload_id=upload.id)
    return _answer(201, headers={"Location": address, **_where(upload)})


@blueprint.route("/<int:post_id>/uploads/<int:upload_id>", methods=["HEAD"])
@_telling
def reached(post_id: int, upload_id: int) -> Response:
    with parts().reading() as work:
        upload = sending.own(work, actor(), post_id, upload_id)
    return _answer(200, headers={"Upload-Length": str(upload.size), **_where(upload)})


@blueprint.patch("/<int:post_id>/uploads/<int:upload_id>")
@_telling
def part(post_id: int, upload_id: int) -> Response:
    """The next bytes. With the last of them the file goes through the gate, and is a photo of the draft or refused."""
    offset = request.headers.get("Upload-Offset", "")
    if request.mimetype != KIND:
        return _answer(415, gettext(AMISS))
    if not is_id(offset):
        raise Mistake(gettext(AMISS))
    data = request.get_data(cache=False)
    with parts().reading() as work:
        upload = sending.expecting(work, actor(), post_id, upload_id, int(offset), len(data))
        before = sending.keys(work, upload)
    if upload.received + len(data) == upload.size:
        return _finish(upload, before, data)
    if not data:  # asks where it stands; a row for nothing would stand where the next part begins
        return _answer(204, headers=_where(upload))
    key = sending.seal(parts().store, upload, data)
    try:
        with parts().work() as work:
            row = UploadPart(upload_id=upload_id, starts=int(offset), media_key=key)
            upload = sending.add_part(work, actor(), post_id, upload_id, row, len(data))
    except (sending.Overtaken, Mistake, Refused, NotFound):
        with parts().work() as work:
            work.delete_media(key)  # what came too late fills no disk
        raise
    return _answer(204, headers=_where(upload))


def _finish(upload: PhotoUpload, before: list[str], last: bytes) -> Response:
    """Nothing of it is written before the photo is: whoever hears no answer sends the last part once more."""
    numbers = (upload.post_id, upload.id)
    try:
        data = sending.whole(parts().store, upload, before, last)
        uploads.check(data)
        prepared, problems = intake.prepare([intake.Upload("", data)])
        if problems:
            raise Mistake(problems[0].removeprefix(": "))
    except (Mistake, MediaMissing, MediaDamaged) as refusal:
        why = str(refusal) if isinstance(refusal, Mistake) else sending.DAMAGED
        with parts().work() as work:
            problem = sending.refuse(work, actor(), *numbers, why)
    else:
        with parts().work() as work:
            problem = sending.finish(work, actor(), *numbers, prepared[0][1])
    if problem:
        raise Mistake(problem)
    with parts().reading() as work:
        return _answer(204, headers=_where(sending.own(work, actor(), *numbers)))


@blueprint.delete("/<int:post_id>/uploads/<int:upload_id>")
@_telling
def drop(post_id: int, upload_id: int) -> Response:
    with parts().work() as work:
        sending.drop(work, actor(), post_id, upload_id)
    return _answer(204)


def _where(upload: PhotoUpload) -> dict[str, str]:
    """Where it stands, until when it is kept, and which photo came of it."""
    done = {"Gatepost-Photo": str(upload.photo_id)} if upload.photo_id is not None else {}
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Expires": http_date(upload.touched_at + waiting_uploads.HOLDS),
        **done,
    }


def _metadata(header: str) -> dict[str, str]:
    """`name base64, name base64`. What cannot be read is left out."""
    found = {}
    for pair in header.split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = b64decode(value, validate=True).decode()
        except (NotBase64, UnicodeDecodeError, ValueError):
            continue
    return found
