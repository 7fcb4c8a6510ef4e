"""Does the number of faces fit what the submitter said? Asked once all checks of a post have ended."""

from moderation.db.models import Finding, Photo, Post, Scan, Subject
from moderation.rules.findings import Detector, Kind
from moderation.services.work import Work


def count(work: Work, post: Post, scans: list[Scan]) -> None:
    """Make the finding of each photo whose count differs; take back one that no longer says what is true."""
    photos = {photo.media_key: photo for photo in post.photos}
    for scan in scans:
        if scan.subject is Subject.PHOTO:
            _count_one(work, scan, photos[scan.digest])


def _count_one(work: Work, scan: Scan, photo: Photo) -> None:
    sentence = _difference(photo.people, faces_found(scan))
    there = [finding for finding in scan.findings if finding.kind is Kind.FACE_COUNT]
    for finding in there:
        if finding.evidence != sentence:
            scan.findings.remove(finding)
            work.session.delete(finding)
    if sentence and not any(finding.evidence == sentence for finding in there):
        scan.findings.append(Finding(detector=Detector.FACES, kind=Kind.FACE_COUNT, evidence=sentence))
    work.session.flush()


def faces_found(scan: Scan) -> int | None:
    """How many faces were found; None if nobody looked for them. One face may be like several people."""
    seen = [finding for finding in scan.findings if finding.detector is Detector.FACES]
    broke = [f for f in scan.findings if f.kind is Kind.UNCHECKED and f.detector is not Detector.NAMES]
    return None if broke else len({finding.box for finding in seen if finding.box})


def _difference(said: int | None, found: int | None) -> str:
    if said is None or found is None or said == found:
        return ""
    return f"The submitter said {said}, {found} {'was' if found == 1 else 'were'} found."
