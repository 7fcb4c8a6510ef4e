"""The files that a form sends: their bytes, once the school's virus scanner has looked at them."""

from flask import request
from werkzeug.datastructures import FileStorage

from moderation.media import viruses
from moderation.media.photo import Photo
from moderation.rules.language import gettext
from moderation.services import intake
from moderation.services.intake import Upload
from moderation.services.work import Mistake
from moderation.web.forms import parse_uploads
from moderation.web.parts import parts


def read(file: FileStorage) -> bytes:
    """Every byte of it. Raises Mistake for what the scanner does not let in. Takes a moment: no transaction open."""
    data: bytes = file.read()
    check(data)
    return data


def check(data: bytes) -> None:
    """The scanner's word on what came whole. Raises Mistake for what it does not let in. Takes a moment, as `read`."""
    try:
        viruses.check(parts().settings.clamd, data)
    except viruses.NotClean as refusal:
        raise Mistake(str(refusal)) from None


def photos() -> tuple[list[Upload], list[str]]:
    """What was chosen as photos; a sentence for each file that the scanner does not let in or that is one too many."""
    chosen, problems = parse_uploads(request.files)
    clean = []
    for upload in chosen:
        try:
            check(upload.data)
            clean.append(upload)
        except Mistake as refusal:
            problems.append(f"{upload.file_name}: {refusal}")
    return clean, problems


def picture() -> tuple[Photo | None, list[str]]:
    """The one picture that was chosen; without one, why not."""
    chosen, refused = photos()
    prepared, problems = intake.prepare(chosen[:1])
    if not prepared:
        return None, problems or refused or [gettext("Choose a picture first.")]
    return prepared[0][1], []
