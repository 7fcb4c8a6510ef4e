"""What a check saw, in a sentence for people: the checks themselves speak in numbers, for scripts."""

import re

from moderation.db.models import Finding, ReferencePhoto, Subject
from moderation.rules.findings import Detector, Kind

_FROM_REFERENCE = re.compile(r"(\d\.\d\d) from reference photo (\d+) of (\d+)")
_READS = re.compile(r"reads (“.*”)(?::|(?= where))", re.DOTALL)
_SURE = re.compile(r" \((\d+)% sure\)$")


def sentence(finding: Finding) -> str:
    """One or two sentences, each with a capital and a full stop; empty where there is nothing to add."""
    text = finding.evidence.strip()
    if near := _FROM_REFERENCE.fullmatch(text):
        distance, number, of = near.groups()
        like = "looks very like" if finding.kind is Kind.FACE_MATCH else "looks somewhat like"
        which = "the reference photo" if of == "1" else f"reference photo {number} of {of}"
        return (
            f"This face {like} {which} (distance {distance}: the smaller, the more alike). That is no proof: compare."
        )
    sure = _SURE.search(text)
    text = _SURE.sub("", text)
    if finding.detector is not Detector.FACES:
        text = _READS.sub(r"\1", text, count=1)
    said = f"{text[:1].upper()}{text[1:]}" if text else ""
    if finding.scan and finding.scan.subject is Subject.RENDITION:
        said += f"{'' if not said or said.endswith('.') else '.'} It shows only in the part that a network gets."
    said += "" if not said or said.endswith((".", "!", "?")) else "."
    return f"{said} The program read it with {sure[1]} % certainty." if sure else said


def reference(finding: Finding) -> ReferencePhoto | None:
    """The reference photo that a face came nearest to; the first, if the check did not say which."""
    if finding.person is None or finding.detector is not Detector.FACES or not finding.person.references:
        return None
    near = _FROM_REFERENCE.fullmatch(finding.evidence.strip())
    place = int(near[2]) - 1 if near else 0
    references = finding.person.references
    return references[place] if place < len(references) else references[0]
