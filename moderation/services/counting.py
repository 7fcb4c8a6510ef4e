"""Do the faces fit what the submitter said about people? Asked once all checks of a post have ended."""

from moderation.db.models import Finding, Post, Scan, Subject
from moderation.rules.findings import Detector, Kind
from moderation.services import appearing, pupils
from moderation.services.work import Work


def count(work: Work, post: Post, scans: list[Scan]) -> None:
    """Make the finding of each photo whose count differs; take back one that no longer says what is true."""
    photos = {photo.media_key: photo for photo in post.photos}
    seen = [scan for scan in scans if scan.subject is Subject.PHOTO]
    silent = nothing_said(work, post)
    for scan in seen:
        _say(work, scan, Detector.FACES, Kind.FACE_COUNT, _difference(photos[scan.digest].people, faces_found(scan)))
        faces = faces_found(scan) or 0
        _say(work, scan, Detector.TAGS, Kind.TAG_MISSING, _missing(faces) if silent and faces else "")
        silent = silent and not faces  # once a post is enough
    pupils.flag(work, post, seen)


def nothing_said(work: Work, post: Post) -> bool:
    """The submitter gave no word on who is in it: nobody tagged, none counted."""
    counted = post.others is not None or any(photo.people is not None for photo in post.photos)
    return not counted and not appearing.tagged(work, post)


def _missing(faces: int) -> str:
    seen = "A face was found" if faces == 1 else f"{faces} faces were found"
    return f"{seen}, and nobody said who is in it. No permission was looked up."


def _say(work: Work, scan: Scan, detector: Detector, kind: Kind, sentence: str) -> None:
    """One finding of this kind with this sentence, or none."""
    there = [finding for finding in scan.findings if finding.kind is kind]
    for finding in there:
        if finding.evidence != sentence:
            scan.findings.remove(finding)
            work.session.delete(finding)
    if sentence and not any(finding.evidence == sentence for finding in there):
        scan.findings.append(Finding(detector=detector, kind=kind, evidence=sentence))
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
