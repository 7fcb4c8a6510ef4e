"""Makes one picture for a network and looks at it by itself, outside any transaction."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from moderation.db.models import Finding, Scan, Subject
from moderation.media import photo as pictures
from moderation.media.store import MediaStore
from moderation.rules.cropping import Recipe
from moderation.rules.findings import SEVERITY, Box, Detector, Severity, Sighting
from moderation.services.hiding import overlap
from moderation.services.looking import Lists, Looker
from moderation.services.work import Work

SAME_PLACE = 0.5  # overlap from which two boxes are about the same thing


def make(store: MediaStore, recipe: Recipe) -> pictures.Photo:
    """The picture, always the same bytes for a recipe. Raises what the store and the decoder raise."""
    size = (recipe.width, recipe.height)
    return pictures.fitted(store.get(recipe.source), recipe.part, size, recipe.most_bytes)


def look(
    looker: Looker,
    lists: Lists,
    recipe: Recipe,
    picture: pictures.Photo,
    known: set[Detector],
    whole: Sequence[Finding],
) -> list[Sighting]:
    """What the checks see in a crop that they did not see in the photo it is cut from; `whole` is what they saw there.

    What is only scaled down shows nothing that the check of the larger photo did not have before it: it is not looked
    at twice. A flag of the whole photo stops every account already, so it is not raised a second time.
    """
    if not recipe.is_crop:
        return []
    seen = (in_photo(one, recipe, picture) for one in looker.look(pictures.pixels(picture.jpeg), lists, known))
    return [one for one in seen if one.severity is not Severity.NOTE and not is_known(one, whole)]


def in_photo(sighting: Sighting, recipe: Recipe, picture: pictures.Photo) -> Sighting:
    """The sighting with its box in the pixels of the photo that the picture is cut from."""
    if sighting.box is None:
        return sighting
    part = recipe.part
    across, down = (part.right - part.left) / picture.width, (part.bottom - part.top) / picture.height
    left, top, right, bottom = sighting.box
    box = Box(
        part.left + int(left * across),
        part.top + int(top * down),
        min(part.right, part.left + int(right * across) + 1),
        min(part.bottom, part.top + int(bottom * down) + 1),
    )
    return replace(sighting, box=box)


def is_known(sighting: Sighting, whole: Sequence[Finding]) -> bool:
    """Whether the whole photo has a flag of at least that weight about the same person at the same place."""
    weight = list(Severity)
    return sighting.box is not None and any(
        finding.detector is sighting.detector
        and finding.box is not None
        and str(finding.person_id or "") == str(sighting.subject or "")
        and weight.index(SEVERITY[finding.kind]) <= weight.index(sighting.severity)
        and overlap(finding.box, sighting.box) >= SAME_PLACE
        for finding in whole
    )


def found_in_photo(work: Work, scan: Scan, recipe: Recipe) -> list[Finding]:
    """What the check of the whole photo says with the same engine, list and roll."""
    question = (
        select(Finding)
        .join(Scan)
        .where(Scan.post_id == scan.post_id, Scan.subject == Subject.PHOTO, Scan.digest == recipe.source)
        .where(Scan.engine == scan.engine)
        .where(Scan.list_version == scan.list_version, Scan.roll_version == scan.roll_version)
    )
    return list(work.session.scalars(question))
