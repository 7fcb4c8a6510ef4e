"""What an earlier look at the same bytes found and still holds, so that only what has changed is looked at again."""

from sqlalchemy import select

from moderation.db.models import Finding, Post, Scan, ScanState, Subject
from moderation.rules.findings import Detector, Kind
from moderation.services import strictness
from moderation.services.work import Work

_COUNTED = (Kind.FACE_COUNT, Kind.TAG_MISSING)  # made anew from all checks of a post together
Kept = dict[Detector, list[Finding]]


def still_good(work: Work, scan: Scan) -> Kept:
    """Findings by detector, of the newest earlier looks whose list (for faces) or roll (for names) is today's.

    A detector that is there without findings has looked and found nothing; one that broke is not there.
    """
    kept: Kept = {}
    allowed = strictness.allows(work, work.session.get_one(Post, scan.post_id))
    for earlier in work.session.scalars(
        select(Scan)
        .where(
            Scan.post_id == scan.post_id,
            Scan.subject == scan.subject,
            Scan.digest == scan.digest,
            Scan.engine == scan.engine,
            Scan.state == ScanState.DONE,
        )
        .order_by(Scan.id.desc())
    ):
        if any(finding.kind is Kind.UNCHECKED for finding in earlier.findings):
            continue
        for detector in _holding(earlier, scan):
            if detector is Detector.FACES and not strictness.fits(earlier.findings, allowed):
                continue
            found = [f for f in earlier.findings if f.detector is detector and f.kind not in _COUNTED]
            kept.setdefault(detector, found)
    return kept


def _holding(earlier: Scan, scan: Scan) -> list[Detector]:
    if scan.subject is Subject.PEOPLE:
        return [Detector.TAGS]  # its digest holds everything that the answers depend on
    faces = [Detector.FACES] if earlier.list_version == scan.list_version else []
    names = [Detector.NAMES, Detector.WORDS] if earlier.roll_version == scan.roll_version else []
    return faces + names


def copied(kept: Kept) -> list[Finding]:
    """The same findings for a new scan, with what people have said about them: bytes, box and roll are the same."""
    columns = [column.key for column in Finding.__mapper__.column_attrs if column.key not in ("id", "scan_id")]
    return [
        Finding(**{column: getattr(finding, column) for column in columns})
        for findings in kept.values()
        for finding in findings
    ]
