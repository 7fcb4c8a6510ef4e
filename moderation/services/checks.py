"""Which checks a post needs now, which of them are there, and what they found."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption

from moderation.db.models import Finding, Person, Post, Scan, ScanState, Subject
from moderation.queue import Job
from moderation.rules.caption import words_version
from moderation.rules.digest import words_digest
from moderation.rules.findings import Box, Detector, Kind, Severity, Sighting
from moderation.rules.workflow import State
from moderation.services import appearing, keeping, leases, links, renditions, strictness
from moderation.services.work import Work
from moderation.settings import SettingsError

ENDED = (ScanState.DONE, ScanState.PARKED)


@dataclass(frozen=True)
class Needed:
    """One thing of a post to be looked at, bound to its bytes."""

    subject: Subject
    digest: str
    source: str = ""  # of a rendition: the media key of the photo that it is made from


def words_of(post: Post) -> tuple[tuple[str, str], ...]:
    """Every text that goes out with the post or came in with it: (field, text), fields in the words of the page."""
    texts = [("caption", post.caption), ("credit line", post.credit or ""), ("link", links.words(post.link or ""))]
    for number, photo in enumerate(post.photos, 1):
        texts += [(f"alt text of photo {number}", photo.alt_text), (f"file name of photo {number}", photo.file_name)]
    return tuple((field, text) for field, text in texts if text.strip())


def subjects(post: Post) -> list[Needed]:
    """All that must be looked at: each photo, and the words together."""
    needed = [Needed(Subject.PHOTO, key) for key in dict.fromkeys(photo.media_key for photo in post.photos)]
    words = words_of(post)
    return [*needed, Needed(Subject.WORDS, words_digest(words))] if words else needed


def needed(work: Work, post: Post) -> list[Needed]:
    """`subjects`, the people who are tagged, and the pictures to be made for networks.

    The check of people is bound to today's answers of the register.
    """
    return work.once("needed", post.id, lambda: _needed(work, post))


def _needed(work: Work, post: Post) -> list[Needed]:
    people = appearing.digest_of(post, appearing.of_post(work, post))
    made = [Needed(Subject.RENDITION, key, recipe.source) for key, recipe in renditions.wanted(work, post).items()]
    return [*subjects(post), *([Needed(Subject.PEOPLE, people)] if people else []), *made]


def holding(work: Work) -> tuple[ColumnElement[bool], ...]:
    """What makes a scan one of now: this engine, this list, this roll."""
    version = work.register_version
    return (
        Scan.engine == case((Scan.subject == Subject.WORDS, engine_for(work, Subject.WORDS)), else_=work.engine),
        Scan.list_version == version.list_version,
        Scan.roll_version == version.roll_version,
    )


def engine_for(work: Work, subject: Subject) -> str:
    """What would look at it now. Words have a version of their own: their rules, and the school’s short names."""
    if subject is not Subject.WORDS:
        return work.engine
    try:
        return f"{work.engine} {words_version(work.own_nicknames())}"
    except SettingsError:
        return f"{work.engine} no short names"  # the look itself says that they cannot be read


def current_scans(work: Work, post: Post, wanted: Sequence[Needed] | None = None) -> list[Scan]:
    """The scans that still hold: same bytes, same engine, same list, same roll, same answers about people.

    Under the strict setting of matching also: faces compared, or not, as those who are tagged today allow.
    """
    allowed = strictness.allows(work, post)
    return [scan for scan in _of_now(work, post, wanted) if strictness.fits(scan.findings, allowed)]


def _of_now(work: Work, post: Post, wanted: Sequence[Needed] | None) -> list[Scan]:
    those = {(one.subject, one.digest) for one in (needed(work, post) if wanted is None else wanted)}
    scans = work.once("scans", post.id, lambda: _scans(work, post.id))
    return [scan for scan in scans if (scan.subject, scan.digest) in those]


def _scans(work: Work, post_id: int) -> Sequence[Scan]:
    question = select(Scan).where(Scan.post_id == post_id, *holding(work)).order_by(Scan.id)
    return work.session.scalars(question.options(with_findings())).all()


def with_findings() -> ExecutableOption:
    """Read with a scan: what was found, and whom it is about."""
    return selectinload(Scan.findings).selectinload(Finding.person).selectinload(Person.references)


def order_missing(work: Work, post: Post, wanted: Sequence[Needed] | None = None, ring_again: bool = True) -> None:
    """Make the scans that are missing and ring for them, with `ring_again` for all that wait.

    A picture for a network comes after the photo that it is made from: where faces are found says where it is cut.
    """
    renditions.forget_gone(work, post)
    _set_aside(work, post, needed(work, post) if wanted is None else wanted)
    seen = [scan for scan in current_scans(work, post) if scan.subject is Subject.PHOTO and has_ended(scan)]
    renditions.place(work, post, {scan.digest: _faces(scan) for scan in seen})
    wanted = needed(work, post) if wanted is None else wanted
    there = {(scan.subject, scan.digest): scan for scan in current_scans(work, post, wanted)}
    looked_at = {scan.digest for scan in seen}
    for one in wanted:
        scan = there.get((one.subject, one.digest))
        if scan is None and (not one.source or one.source in looked_at):
            scan = _order(work, post, one)
        elif not ring_again:
            continue
        if scan and scan.state is ScanState.WAITING:
            ring(work, scan)


def _set_aside(work: Work, post: Post, wanted: Sequence[Needed]) -> None:
    """Looks at faces that today's tags do not allow, or ask for: as of a list of long ago. Names read still hold.

    With a photo go the pictures made from it: of what is in them already, they keep no finding of their own.
    """
    allowed = strictness.allows(work, post)
    there = _of_now(work, post, wanted)
    aside = [scan for scan in there if not strictness.fits(scan.findings, allowed)]
    for scan in aside + [scan for scan in there if aside and scan.subject is Subject.RENDITION and scan not in aside]:
        scan.list_version = -scan.id
    work.session.flush()


def _faces(scan: Scan) -> list[Box]:
    return [finding.box for finding in scan.findings if finding.detector is Detector.FACES and finding.box]


def not_made(work: Work, post: Post, scans: Sequence[Scan]) -> int:
    """How many pictures for networks could not be made: their check has ended, and there is no picture."""
    ended = {scan.digest for scan in scans if scan.subject is Subject.RENDITION and has_ended(scan)}
    return len(ended - renditions.made(work, post).keys()) if ended else 0


def _order(work: Work, post: Post, needed: Needed) -> Scan:
    version = work.register_version
    scan = Scan(
        post_id=post.id,
        subject=needed.subject,
        digest=needed.digest,
        engine=engine_for(work, needed.subject),
        list_version=version.list_version,
        roll_version=version.roll_version,
        state=ScanState.WAITING,
        token=leases.new_token(),
        created_at=work.now,
    )
    work.session.add(scan)
    work.session.flush()
    if needed.subject is Subject.PEOPLE:  # the register answers at once; no worker is needed
        _ask_register(work, post, scan)
    return scan


def _ask_register(work: Work, post: Post, scan: Scan) -> None:
    known = keeping.still_good(work, scan)
    seen = [] if Detector.TAGS in known else appearing.sightings(appearing.of_post(work, post))
    scan.findings.extend([*keeping.copied(known), *map(finding_of, seen)])
    scan.state, scan.ended_at = ScanState.DONE, work.now
    work.session.flush()


def finding_of(sighting: Sighting) -> Finding:
    box = sighting.box or Box(None, None, None, None)  # type: ignore[arg-type]
    return Finding(
        detector=sighting.detector,
        kind=sighting.kind,
        left=box.left,
        top=box.top,
        right=box.right,
        bottom=box.bottom,
        person_id=int(sighting.subject) if sighting.subject else None,
        score=sighting.score,
        evidence=sighting.evidence,
    )


def try_again(work: Work, post: Post, comparable: bool = False) -> None:
    """Checks that broke get another chance when the post is handed in; what they said goes with them.

    `comparable`: faces may be compared from now on, so photos in which they were only found are looked at again.
    """
    for scan in current_scans(work, post):
        broke = any(finding.kind is Kind.UNCHECKED and not finding.is_settled for finding in scan.findings)
        if broke or (comparable and _only_found(scan)):
            for finding in list(scan.findings):
                work.session.delete(finding)
            scan.state, scan.token, scan.runs = ScanState.WAITING, leases.new_token(), 0
            work.session.flush()
            work.session.expire(scan, ["findings"])


def _only_found(scan: Scan) -> bool:
    """Its faces are compared with nobody, or it is looking at this moment and will not compare."""
    running = scan.state is ScanState.RUNNING and scan.subject is Subject.PHOTO
    return running or any(finding.kind is Kind.FACE_UNCOMPARED for finding in scan.findings)


def ring(work: Work, scan: Scan) -> None:
    scan.rung_at = work.now
    draft = work.session.get_one(Post, scan.post_id).state in (State.DRAFT, State.SENT_BACK)
    work.ring(Job.CHECK_DRAFT if draft else Job.SCAN, scan.id, scan.token)


def has_ended(scan: Scan) -> bool:
    return scan.state in ENDED


def findings(work: Work, post: Post) -> list[Finding]:
    """What the current checks found, worst first, unsettled before settled."""
    return sorted_findings(current_scans(work, post))


def unsettled(work: Work, post: Post) -> list[Finding]:
    """Those that wait for somebody's word, worst first."""
    return [finding for finding in findings(work, post) if not finding.is_settled]


def sorted_findings(scans: Sequence[Scan]) -> list[Finding]:
    weight = list(Severity)
    found = [finding for scan in scans for finding in scan.findings]
    return sorted(found, key=lambda finding: (finding.is_settled, weight.index(finding.severity), finding.id))


def progress(post: Post, scans: Sequence[Scan]) -> tuple[int, int]:
    """How many of the post's photos are checked, and how many there are."""
    return sum(has_ended(scan) for scan in scans if scan.subject is Subject.PHOTO), len(post.photos)


def photo_numbers(work: Work, post: Post) -> dict[str, int]:
    """Which photo (1, 2 …) a scan's digest is of, or of a picture made from it."""
    numbers = {photo.id: number for number, photo in enumerate(post.photos, 1)}
    return {digest: numbers[photo.id] for digest, photo in renditions.pictured(work, post).items()}
