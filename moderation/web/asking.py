"""What the author of a draft is asked about a photo, before anybody else sees it. No reason and nobody's name."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from moderation.db.models import Scan
from moderation.rules.findings import Kind
from moderation.rules.language import N_, ngettext
from moderation.services import checks
from moderation.web.words import KINDS

Sentence = Callable[[int], str]


def _faces(count: int) -> str:
    return ngettext("A face here needs a look.", "{count} faces here need a look.", count).format(count=count)


def _large_faces(count: int) -> str:
    return ngettext(
        "A face is larger and clearer than the school’s rule allows.",
        "{count} faces are larger and clearer than the school’s rule allows.",
        count,
    ).format(count=count)


def _names(count: int) -> str:
    return ngettext("A name can be read.", "{count} names can be read.", count).format(count=count)


def _likely_names(count: int) -> str:
    return ngettext(
        "Something that may be a name can be read.", "{count} things that may be names can be read.", count
    ).format(count=count)


def _details(count: int) -> str:
    return ngettext("Personal details can be read.", "Personal details can be read in {count} places.", count).format(
        count=count
    )


def _unclear(count: int) -> str:
    return ngettext(
        "{count} face is too small or too blurred to compare.",
        "{count} faces are too small or too blurred to compare.",
        count,
    ).format(count=count)


def _unread(count: int) -> str:
    return ngettext(
        "{count} place with writing is not readable; a name may stand there.",
        "{count} places with writing are not readable; a name may stand there.",
        count,
    ).format(count=count)


# Asked about, with one tap to cover it.
QUESTIONS: dict[Kind, Sentence] = {
    Kind.FACE_MATCH: _faces,
    Kind.FACE_POSSIBLE: _faces,
    Kind.FACE_IDENTIFIABLE: _large_faces,
    Kind.NAME_MATCH: _names,
    Kind.NAME_POSSIBLE: _likely_names,
    Kind.TEXT_PERSONAL: _details,
}
# On the covering page. That somebody is on the no-publish list is nothing for a draft to answer.
PLACES = KINDS | dict.fromkeys((Kind.FACE_MATCH, Kind.FACE_POSSIBLE), N_("A face here needs a look"))
# Told; whoever decides looks closely anyway.
SAID: dict[Kind, Sentence] = {Kind.FACE_UNCLEAR: _unclear, Kind.TEXT_UNREADABLE: _unread}


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
        tuple(question(count) for question, count in times.items()),
        tuple(SAID[kind](count) for kind, count in kinds.items()),
        tuple(one.id for one in open_ones if one.kind in QUESTIONS and one.box),
        any(one.kind is Kind.UNCHECKED for one in open_ones),
    )
