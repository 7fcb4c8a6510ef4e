"""Pictures of pupils, where the school shows none or none that could be recognised: each face is a flag of its own.

The program cannot tell a pupil's face from an adult's and compares it with nobody for this: a person says whose it is.
"""

from collections.abc import Sequence

from moderation.db.models import Finding, Post, Scan, Subject
from moderation.rules.consent import Facts, Standard
from moderation.rules.findings import Box, Detector, Kind, Resolution
from moderation.rules.language import N_, gettext
from moderation.rules.workflow import Refused
from moderation.services import appearing
from moderation.services.appearing import Standing
from moderation.services.work import Work

NO_ADULT = N_(
    "No adult who may appear is tagged in this post, so this face cannot be said to be one’s. "
    "Cover it, remove the photo, or send the post back."
)


def adults(standings: Sequence[Standing], work: Work) -> int:
    """How many grown-ups are tagged who may appear wherever the post goes."""
    return sum(
        not one.refused and not one.nowhere and not _is_child(appearing.facts(one.person), work) for one in standings
    )


def _is_child(facts: Facts, work: Work) -> bool:
    return facts.is_child_here(work.today)


def flag(work: Work, post: Post, scans: Sequence[Scan]) -> None:
    """One flag for each face of each photo, as the rule for this post asks today; what it no longer asks goes."""
    rule = appearing.rule_for_pupils(work, post)
    sentence = _sentence(rule, adults(appearing.of_post(work, post), work)) if rule else ""
    for scan in scans:
        if scan.subject is Subject.PHOTO:
            _flag(work, scan, sentence)


def _sentence(rule: Standard, grown_ups: int) -> str:
    shown = "no pupils" if rule is Standard.NEVER else "no pupils who could be recognised"
    who = f"tagged adults who may appear: {grown_ups}" if grown_ups else "no adult who may appear is tagged"
    return f"The school shows {shown} where this post goes; {who}."


def _flag(work: Work, scan: Scan, sentence: str) -> None:
    wanted = faces(scan) if sentence else set()
    for finding in [one for one in scan.findings if one.kind is Kind.FACE_PUPIL]:
        if finding.box in wanted and finding.evidence == sentence:
            wanted.discard(finding.box)
        else:
            scan.findings.remove(finding)
            work.session.delete(finding)
    for box in sorted(wanted):
        place = box._asdict()
        scan.findings.append(Finding(detector=Detector.FACES, kind=Kind.FACE_PUPIL, evidence=sentence, **place))
    work.session.flush()


def faces(scan: Scan) -> set[Box]:
    """Where the check found faces, compared or not."""
    return {
        one.box
        for one in scan.findings
        if one.detector is Detector.FACES and one.kind is not Kind.FACE_PUPIL and one.box is not None
    }


def check_word(work: Work, post: Post, findings: Sequence[Finding], word: Resolution) -> None:
    """No more faces of one photo are adults' than adults are tagged who may appear. Raises Refused."""
    said = [finding for finding in findings if finding.kind is Kind.FACE_PUPIL]
    if word is not Resolution.ALLOWED or not said:
        return
    grown_ups = adults(appearing.of_post(work, post), work)
    if not grown_ups:
        raise Refused(gettext(NO_ADULT))
    for scan in {finding.scan for finding in said}:
        before = [one for one in scan.findings if one.kind is Kind.FACE_PUPIL and one.resolution is Resolution.ALLOWED]
        if len({*before, *(one for one in said if one.scan is scan)}) > grown_ups:
            raise Refused(
                gettext(
                    "Only {grown_ups} of the faces in this photo can be of adults who are tagged and may appear."
                ).format(grown_ups=grown_ups)
            )
