"""One scan: claim it, look with no transaction open, write down what was seen if the claim still holds."""

import logging
import time
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, Result, Update, update

from moderation.db.models import Post, Scan, ScanState, Subject
from moderation.media import photo as pictures
from moderation.rules.cropping import Recipe
from moderation.rules.digest import words_digest
from moderation.rules.findings import Detector, Sighting, unchecked
from moderation.rules.media import MediaAway
from moderation.rules.roles import SYSTEM
from moderation.rules.workflow import Action, State, checks_are_current
from moderation.services import cases, checks, leases, register, rendering, renditions, strictness
from moderation.services.counting import count
from moderation.services.keeping import Kept, copied, still_good
from moderation.services.looking import Looker, read_words
from moderation.services.work import OpenWork, Work

log = logging.getLogger(__name__)

LONGEST = 170.0  # seconds; then the lease is left to run out
MOST_RUNS = 3


@dataclass(frozen=True)
class Task:
    """What was claimed."""

    scan_id: int
    token: str
    subject: Subject
    digest: str
    words: tuple[tuple[str, str], ...]
    kept: Kept
    recipe: Recipe | None = None  # of a picture for a network: it is made before it is looked at


@dataclass(frozen=True)
class Look:
    """What the checks saw, and the picture that was made for it, if one was."""

    seen: list[Sighting]
    made: pictures.Photo | None = None


def scan(open_work: OpenWork, reading: OpenWork, looker: Looker, scan_id: int, token: str) -> bool:
    """Run a scan: `open_work` opens a transaction that writes, `reading` one that only asks.

    Returns False if somebody else did it under this token, or if list, roll or engine moved on.
    """
    with open_work() as work:
        task = _claim(work, scan_id, token)
    if task is None:
        return False
    started = time.monotonic()
    with leases.extended(open_work, lambda work: _extend(work, task), LONGEST, scan_id):
        look = _look(reading, looker, task)
    with open_work() as work:
        return _record(work, task, look, time.monotonic() - started)


def _claim(work: Work, scan_id: int, token: str) -> Task | None:
    claimed = work.session.execute(
        update(Scan)
        .where(Scan.id == scan_id, Scan.token == token, Scan.state == ScanState.WAITING, *checks.holding(work))
        .values(state=ScanState.RUNNING, lease_until=work.now + leases.LEASE, runs=Scan.runs + 1)
    )
    if _rows(claimed) != 1:
        return None
    scan = work.session.get_one(Scan, scan_id)
    post = cases.get(work, scan.post_id)
    words = checks.words_of(post) if scan.subject is Subject.WORDS else ()
    if scan.subject is Subject.WORDS and words_digest(words) != scan.digest:
        work.session.delete(scan)  # the words were changed while it waited: nothing was looked at, nothing is kept
        return None
    recipe = renditions.wanted(work, post).get(scan.digest) if scan.subject is Subject.RENDITION else None
    if scan.subject is Subject.RENDITION and recipe is None:
        work.session.delete(scan)  # no account gets this picture any more
        return None
    return Task(scan_id, token, scan.subject, scan.digest, words, still_good(work, scan), recipe)


def _look(reading: OpenWork, looker: Looker, task: Task) -> Look:
    """What the checks see. What cannot even be read is unchecked, and that is a finding."""
    try:
        if task.subject is Subject.WORDS:
            with reading() as work:
                roll = register.roll(work)
            return Look([] if Detector.WORDS in task.kept else read_words(task.words, roll))
        return _look_at_picture(reading, looker, task)
    except MediaAway:
        raise  # it is tried again when the lease ends, and in the end given up as unchecked
    except Exception as error:  # noqa: BLE001 (law 2)
        log.error("scan %d could not look: %s", task.scan_id, type(error).__name__)
        return Look(
            [unchecked(_detector(task.subject), "This could not be opened for the checks. Nothing here was checked.")]
        )


def _look_at_picture(reading: OpenWork, looker: Looker, task: Task) -> Look:
    with reading() as work:
        scan = work.session.get_one(Scan, task.scan_id)
        lists, store = register.lists(work, cases.get(work, scan.post_id)), work.store
        whole = rendering.found_in_photo(work, scan, task.recipe) if task.recipe else []
    if task.recipe is None:
        return Look(looker.look(pictures.pixels(store.get(task.digest)), lists, set(task.kept)))
    picture = rendering.make(store, task.recipe)
    return Look(rendering.look(looker, lists, task.recipe, picture, set(task.kept), whole), picture)


def _detector(subject: Subject) -> Detector:
    return Detector.WORDS if subject is Subject.WORDS else Detector.PHOTO


def _held(task: Task) -> Update:
    return update(Scan).where(Scan.id == task.scan_id, Scan.token == task.token, Scan.state == ScanState.RUNNING)


def _extend(work: Work, task: Task) -> None:
    work.session.execute(_held(task).values(lease_until=work.now + leases.LEASE))


def _rows(result: Result[Any]) -> int:
    return cast("CursorResult[Any]", result).rowcount


def _record(work: Work, task: Task, look: Look, seconds: float) -> bool:
    """Findings and the end of the scan in one transaction, if the claim still holds."""
    done = work.session.execute(_held(task).values(state=ScanState.DONE, ended_at=work.now, seconds=seconds))
    if _rows(done) != 1:
        return False
    scan = work.session.get_one(Scan, task.scan_id)
    post = cases.get(work, scan.post_id)
    if not strictness.fits(look.seen, strictness.allows(work, post)):  # its tags were changed meanwhile
        scan.state, scan.token, scan.ended_at = ScanState.WAITING, leases.new_token(), None
        checks.ring(work, scan)
        return False
    scan.findings.extend([*copied(task.kept), *(checks.finding_of(sighting) for sighting in look.seen)])
    work.session.flush()
    if task.recipe and look.made:
        renditions.keep(work, post, task.recipe, look.made)
    _go_on(work, post)
    return True


def _go_on(work: Work, post: Post) -> None:
    """After a check has ended: order what comes after it, or move the post on if it was the last one."""
    if post.state is State.CHECKING:
        checks.order_missing(work, post, ring_again=False)
    finish(work, post)


def park(work: Work, scan: Scan) -> None:
    """Give up on a scan for good: a person has to look instead."""
    scan.state = ScanState.PARKED
    scan.ended_at = work.now
    sentence = f"The check was tried {scan.runs} times and did not finish. Nothing here was checked: look for yourself."
    scan.findings.append(checks.finding_of(unchecked(_detector(scan.subject), sentence)))
    work.session.flush()
    _go_on(work, cases.get(work, scan.post_id))


def order(work: Work, post: Post) -> None:
    """Send a post to the checks that it needs now; if all of them still hold, it goes straight on."""
    checks.order_missing(work, post)
    finish(work, post)


def finish(work: Work, post: Post) -> None:
    """Move the post on to review once every check that it needs now has ended."""
    if post.state is not State.CHECKING:
        return
    case = cases.case_of(work, post)
    if checks_are_current(case, SYSTEM):
        count(work, post, checks.current_scans(work, post))
        cases.move(work, post, Action.FINISH_CHECKS, SYSTEM, case)
