"""What the author of a draft is asked about a photo, before anybody else sees it. No reason and nobody's name."""

from collections import Counter
from dataclasses import dataclass

from moderation.db.models import Scan
from moderation.rules.findings import Kind
from moderation.services import checks
from moderation.web.words import KINDS, plural

_FACE = ("A face here needs a look.", "{} faces here need a look.")
# Asked about, with one tap to cover it.
QUESTIONS = {
    Kind.FACE_MATCH: _FACE,
    Kind.FACE_POSSIBLE: _FACE,
    Kind.FACE_IDENTIFIABLE: (
        "A face is larger and clearer than the school’s rule allows.",
        "{} faces are larger and clearer than the school’s rule allows.",
    ),
    Kind.NAME_MATCH: ("A name can be read.", "{} names can be read."),
    Kind.NAME_POSSIBLE: ("Something that may be a name can be read.", "{} things that may be names can be read."),
    Kind.TEXT_PERSONAL: ("Personal details can be read.", "Personal details can be read in {} places."),
}
# On the covering page. That somebody is on the no-publish list is nothing for a draft to answer.
PLACES = KINDS | dict.fromkeys((Kind.FACE_MATCH, Kind.FACE_POSSIBLE), _FACE[0].rstrip("."))
# Told; whoever decides looks closely anyway.
SAID = {
    Kind.FACE_UNCLEAR: ("face is", "faces are", "too small or too blurred to compare"),
    Kind.TEXT_UNREADABLE: ("place with writing is", "places with writing are", "not readable; a name may stand there"),
}


@dataclass(frozen=True)
class Asked:
    """Of one photo: whether its checks have ended (None: not ordered), what is asked, what is only said."""

    ended: bool | None
    questions: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    finding_ids: tuple[int, ...] = ()  # what one tap covers
    broke: bool = False


def asked(scan: Scan | None) -> Asked:
    if scan is None:
        return Asked(None)
    if not checks.has_ended(scan):
        return Asked(False)
    open_ones = [finding for finding in scan.findings if not finding.is_settled]
    times = Counter(QUESTIONS[one.kind] for one in open_ones if one.kind in QUESTIONS and one.box)
    kinds = Counter(one.kind for one in open_ones if one.kind in SAID)
    return Asked(
        True,
        tuple(one if count == 1 else many.format(count) for (one, many), count in times.items()),
        tuple(f"{plural(count, *SAID[kind][:2])} {SAID[kind][2]}." for kind, count in kinds.items()),
        tuple(one.id for one in open_ones if one.kind in QUESTIONS and one.box),
        any(one.kind is Kind.UNCHECKED for one in open_ones),
    )
