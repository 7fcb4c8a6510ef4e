"""What a check saw, in a sentence for people: the checks themselves speak in numbers, for scripts."""

import re

from moderation.db.models import Finding, ReferencePhoto, Subject
from moderation.rules.findings import Detector, Kind
from moderation.rules.language import N_, gettext
from moderation.services import evidence_words

_FROM_REFERENCE = re.compile(r"(\d\.\d\d) from reference photo (\d+) of (\d+)")
_READS = re.compile(r"reads (“.*”)(?::|(?= where))", re.DOTALL)
_SURE = re.compile(r" \((\d+)% sure\)$")
# With one reference photo, and with several.
VERY = (
    N_(
        "This face looks very like the reference photo (distance {distance}: the smaller, the more alike). "
        "That is no proof: compare."
    ),
    N_(
        "This face looks very like reference photo {number} of {of} (distance {distance}: the smaller, the more "
        "alike). That is no proof: compare."
    ),
)
SOMEWHAT = (
    N_(
        "This face looks somewhat like the reference photo (distance {distance}: the smaller, the more alike). "
        "That is no proof: compare."
    ),
    N_(
        "This face looks somewhat like reference photo {number} of {of} (distance {distance}: the smaller, the more "
        "alike). That is no proof: compare."
    ),
)


def sentence(finding: Finding) -> str:
    """One or two sentences, each with a capital and a full stop; empty where there is nothing to add."""
    text = finding.evidence.strip()
    if near := _FROM_REFERENCE.fullmatch(text):
        distance, number, of = near.groups()
        like = (VERY if finding.kind is Kind.FACE_MATCH else SOMEWHAT)[0 if of == "1" else 1]
        return gettext(like).format(distance=distance, number=number, of=of)
    sure = _SURE.search(text)
    text = _SURE.sub("", text)
    if finding.detector is not Detector.FACES:
        text = _READS.sub(r"\1", text, count=1)
    text = evidence_words.told(text)
    said = [_whole(text)] if text else []
    if finding.scan and finding.scan.subject is Subject.RENDITION:
        said.append(gettext("It shows only in the part that a network gets."))
    if sure:
        said.append(gettext("The program read it with {share} % certainty.").format(share=sure[1]))
    return " ".join(said)


def _whole(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def reference(finding: Finding) -> ReferencePhoto | None:
    """The reference photo that a face came nearest to; the first, if the check did not say which."""
    if finding.person is None or finding.detector is not Detector.FACES or not finding.person.references:
        return None
    near = _FROM_REFERENCE.fullmatch(finding.evidence.strip())
    place = int(near[2]) - 1 if near else 0
    references = finding.person.references
    return references[place] if place < len(references) else references[0]
