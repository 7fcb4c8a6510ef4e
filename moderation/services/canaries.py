"""Canaries: each school morning, test pictures go through the queue, a worker and the engines. One that passes alarms.

They are drawn for the purpose: the name is nobody's, and so is the face. They are no posts and are kept nowhere.
"""

import logging
from datetime import timedelta

from sqlalchemy import delete, func, select

from moderation.db.models import CanaryRun
from moderation.detect import faces
from moderation.detect.gallery import Gallery
from moderation.media import canary as drawn
from moderation.media import photo as pictures
from moderation.queue import Job
from moderation.rules.findings import Detector, Kind, Sighting
from moderation.rules.names import RollEntry
from moderation.rules.roles import SYSTEM, Actor
from moderation.rules.telling import News
from moderation.rules.watching import DETECTOR, Canary, Outcome
from moderation.services import audit, enrolment, leases, matching, register, telling
from moderation.services.looking import Lists, Looker, read_words
from moderation.services.work import OpenWork, Work

log = logging.getLogger(__name__)

NOBODY = "canary"  # no number of anybody on the register
FORENAME, SURNAME = "Wilhelmina", "Quillfeather"
CAPTION = f"Well done, {FORENAME} {SURNAME}, for a splendid poem."
UNHEARD = timedelta(seconds=30)
MOST_RUNS = 3
KEPT = timedelta(days=90)
_POINTS_AT = {
    Detector.NAMES: {Kind.NAME_MATCH, Kind.NAME_POSSIBLE},
    Detector.WORDS: {Kind.NAME_MATCH, Kind.NAME_POSSIBLE},
    Detector.FACES: {Kind.FACE_MATCH, Kind.FACE_POSSIBLE},
}


def are_due(work: Work) -> bool:
    """On a school day, once the quiet hours are over, unless it was done."""
    hours = telling.school_times(work)
    if hours.is_quiet(work.now):
        return False
    return work.session.scalars(select(CanaryRun.id).where(CanaryRun.day == work.today).limit(1)).first() is None


def under_way(work: Work) -> int:
    """How many have not come back yet."""
    return work.session.scalar(select(func.count()).where(CanaryRun.outcome.is_(None))) or 0


def try_now(work: Work, actor: Actor) -> None:
    """As in the morning, because a person asks. While some are under way, those are waited for."""
    if not under_way(work):
        send(work)
        audit.append(work, actor, "checks tried")


def send(work: Work) -> None:
    """One of each, now."""
    for canary in Canary:
        run = CanaryRun(canary=canary, day=work.today, sent_at=work.now, rung_at=work.now)
        work.session.add(run)
        work.session.flush()
        work.ring(Job.TRY_CHECK, run.id)


def ring_again(work: Work) -> int:
    """Those whose bell or worker was lost; what was tried too often is given up."""
    lost = leases.unheard(CanaryRun.rung_at, work.now - UNHEARD)
    runs = work.session.scalars(select(CanaryRun).where(CanaryRun.outcome.is_(None), lost)).all()
    for run in runs:
        if run.runs >= MOST_RUNS:
            _end(work, run, Outcome.BROKEN)
        else:
            run.rung_at = work.now
            work.ring(Job.TRY_CHECK, run.id)
    return len(runs)


def run(open_work: OpenWork, reading: OpenWork, looker: Looker, run_id: int) -> bool:
    """Try one check: look with no transaction open, then write down what came of it. May run twice."""
    with open_work() as work:
        row = work.session.get(CanaryRun, run_id)
        if row is None or row.outcome is not None:
            return False
        row.runs, row.rung_at, canary = row.runs + 1, work.now, row.canary
    try:
        outcome = _judged(canary, *_look(reading, looker, canary))
    except Exception as error:  # noqa: BLE001 (law 2: a test that breaks says so)
        log.error("canary %d could not be looked at: %s", run_id, type(error).__name__)
        outcome = Outcome.BROKEN
    with open_work() as work:
        row = work.session.get_one(CanaryRun, run_id, with_for_update=True)
        if row.outcome is not None:
            return False
        _end(work, row, outcome)
    return True


def _look(reading: OpenWork, looker: Looker, canary: Canary) -> tuple[list[Sighting], bool]:
    """What the checks see in it, and whether faces may be compared at all."""
    with reading() as work:
        roll = register.roll_with(work, RollEntry(NOBODY, FORENAME, SURNAME))
        others = enrolment.gallery(work) if (compared := matching.in_force(work) is not None) else None
        rules = enrolment.face_rules(work)
    if canary is Canary.WORDS:
        return read_words([("caption", CAPTION)], roll), compared
    if canary is Canary.NAMES:
        photo = pictures.ingest(drawn.certificate(f"{FORENAME} {SURNAME}"))
        return looker.look(pictures.pixels(photo.jpeg), Lists(roll, None, rules), {Detector.FACES}), compared
    gallery = _with_nobody(looker, others) if others is not None else None
    off = "" if compared else matching.OFF_EVIDENCE
    photo = pictures.ingest(drawn.photo_of_nobody())
    return looker.look(pictures.pixels(photo.jpeg), Lists(roll, gallery, rules, off), {Detector.NAMES}), compared


def _with_nobody(looker: Looker, others: Gallery) -> Gallery:
    """The list, and on it the drawn face, for this one comparison."""
    drawing = pictures.ingest(drawn.reference_of_nobody())
    encoding = faces.enrol(looker.faces, pictures.pixels(drawing.jpeg)).encoding
    ends = others.starts + others.counts
    people = {
        person: others.encodings[start:end]
        for person, start, end in zip(others.people, others.starts, ends, strict=True)
    }
    return Gallery.build({**people, NOBODY: [encoding]})


def _judged(canary: Canary, seen: list[Sighting], compared: bool) -> Outcome:
    own = [sighting for sighting in seen if sighting.detector is DETECTOR[canary]]
    if canary is Canary.FACES and not compared:
        caught = any(sighting.box for sighting in own)  # faces are found and counted, and no more is promised
    else:
        caught = any(sighting.subject == NOBODY and sighting.kind in _POINTS_AT[sighting.detector] for sighting in own)
    if caught:
        return Outcome.CAUGHT
    return Outcome.BROKEN if any(sighting.kind is Kind.UNCHECKED for sighting in own) else Outcome.PASSED


def _end(work: Work, run: CanaryRun, outcome: Outcome) -> None:
    """Write it down. A check that saw nothing alarms at once; one that sees again ends the alarm."""
    run.outcome, run.ended_at = outcome, work.now
    about = list(Canary).index(run.canary)
    if outcome is Outcome.PASSED:
        audit.append(work, SYSTEM, "check let a test pass", check=str(run.canary), canary=run.id)
        telling.tell(work, News.CHECK_FAILED, about=about)
    elif outcome is Outcome.CAUGHT:
        telling.over_about(work, about, News.CHECK_FAILED)


def forget_old(work: Work) -> None:
    work.session.execute(delete(CanaryRun).where(CanaryRun.sent_at < work.now - KEPT))
