"""The long part of a look-back: each live post looked at in its turn for one person, its words and its pictures."""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import selectinload

from moderation.db.models import Finding, LookBack, LookBackPost, Person, Post, Scan, Subject
from moderation.media import photo as pictures
from moderation.rules.caption import WordsHit, check_words
from moderation.rules.findings import Detector
from moderation.rules.looking_back import Way
from moderation.rules.media import MediaAway
from moderation.services import appearing, leases, links, one_person, out, renditions, takedowns, withdrawal
from moderation.services.looking import Lists, Looker
from moderation.services.one_person import FACES, NAMED
from moderation.services.work import OpenWork, Work

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=170)  # longer than ten pictures take; a lost worker's post waits so long
MOST_RUNS = 3
ONE_JOB = 30.0  # seconds after which a job leaves the rest to the next, so that new posts get their turn
UNHEARD = timedelta(seconds=10)
SHOWN = 10  # look-backs on a person's page


@dataclass(frozen=True)
class Task:
    """One post that was claimed, and what to compare it with. `lists.gallery` None: faces may not be compared."""

    look_back_id: int
    post_id: int
    token: str
    person: str
    lists: Lists
    words: tuple[str, ...]
    photos: tuple[str, ...]
    crops: tuple[str, ...]  # cut from them for networks; smaller, so that a check may see what it missed in the whole
    ways: frozenset[Way]  # by what earlier checks wrote down


@dataclass(frozen=True)
class Seen:
    ways: frozenset[Way]
    unclear: int = 0


def run(open_work: OpenWork, reading: OpenWork, looker: Looker, look_back_id: int) -> int:
    """Look at waiting posts for half a minute, then ring for the rest; returns how many. May run twice at once."""
    ends, done = time.monotonic() + ONE_JOB, 0
    while time.monotonic() < ends:
        with open_work() as work:
            task = _claim(work, look_back_id)
        if task is None:
            return done
        seen = look(reading, looker, task)
        with open_work() as work:
            done += _record(work, task, seen)
    with open_work() as work:
        look_back = work.session.get(LookBack, look_back_id)
        if look_back is not None:
            withdrawal.ring(work, look_back)
    return done


def _claim(work: Work, look_back_id: int) -> Task | None:
    """The next post that nobody looks at. One that broke its worker too often is unchecked, and that is a finding."""
    free = leases.free(LookBackPost.lease_until, work.now)
    question = (
        select(LookBackPost)
        .where(LookBackPost.look_back_id == look_back_id, LookBackPost.looked_at.is_(None), free)
        .order_by(LookBackPost.runs, LookBackPost.post_id.desc())
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while row := work.session.scalars(question).first():
        post = work.session.get_one(Post, row.post_id)
        if out.is_out(work, post) and row.runs < MOST_RUNS:
            row.runs, row.token, row.lease_until = row.runs + 1, leases.new_token(), work.now + LEASE
            return _task(work, row, post)
        _write(work, row, Seen(frozenset({Way.UNCHECKED} if out.is_out(work, post) else ())))
    return None


def _task(work: Work, row: LookBackPost, post: Post) -> Task:
    person = work.session.get_one(Person, work.session.get_one(LookBack, row.look_back_id).person_id)
    lists = one_person.lists(work, person, appearing.tagged(work, post), post.others or 0)
    words = (post.words_out, links.words(post.link or ""), *(photo.alt_text for photo in post.photos))
    photos = tuple(dict.fromkeys(photo.media_key for photo in post.photos))
    made = renditions.made(work, post)
    crops = {renditions.key_of(shown, made) for shown in renditions.plan(work, post) if shown.is_crop} - {""}
    ways = _written_down(work, person, post, lists.gallery is not None)
    token = row.token or ""
    return Task(row.look_back_id, post.id, token, str(person.id), lists, words, photos, tuple(sorted(crops)), ways)


def _written_down(work: Work, person: Person, post: Post, faces: bool) -> frozenset[Way]:
    """What the checks of this post said of its words and pictures as they are now, whatever was said about it since."""
    now = or_(Scan.subject == Subject.WORDS, Scan.digest.in_(renditions.pictured(work, post)))
    kinds = work.session.execute(
        select(Finding.kind, Finding.detector)
        .join(Scan, Scan.id == Finding.scan_id)
        .where(Scan.post_id == post.id, Finding.person_id == person.id, now)
    )
    return frozenset(
        Way.FACE if kind in FACES else Way.WRITING
        for kind, detector in kinds
        if (kind in FACES and faces) or (kind in NAMED and detector is Detector.NAMES)
    )


def look(reading: OpenWork, looker: Looker, task: Task) -> Seen:
    """Words and pictures of one post, with no transaction open."""
    ways = set(task.ways)
    unclear = 0
    if any(_is_named(check_words(words, task.lists.roll), task.person) for words in task.words):
        ways.add(Way.WORDS)
    known = set() if task.lists.gallery is not None else {Detector.FACES}
    for key in (*task.photos, *task.crops):
        try:
            with reading() as work:
                data = work.store.get(key)
            seen = looker.look(pictures.pixels(data), task.lists, known)
        except MediaAway:
            raise  # it is tried again
        except Exception as error:  # noqa: BLE001 (law 2)
            log.error(
                "look-back %d could not look at post %d: %s", task.look_back_id, task.post_id, type(error).__name__
            )
            ways.add(Way.UNCHECKED)
            continue
        found, more = one_person.judged(seen, task.person)
        ways, unclear = ways | set(found), unclear + (more if key in task.photos else 0)
    return Seen(frozenset(ways), unclear)


def _is_named(hits: Collection[WordsHit], person: str) -> bool:
    return any(person in hit.subjects for hit in hits)


def _record(work: Work, task: Task, seen: Seen) -> bool:
    """Write it down and open what has to be taken down, if the claim still holds."""
    row = work.session.get(LookBackPost, (task.look_back_id, task.post_id), with_for_update=True)
    if row is None or row.looked_at is not None or row.token != task.token:
        return False
    row.uncompared = task.lists.gallery is None and bool(task.photos)
    _write(work, row, seen)
    return True


def _write(work: Work, row: LookBackPost, seen: Seen) -> None:
    row.looked_at, row.token, row.lease_until = work.now, None, None
    row.found, row.unclear = ";".join(way for way in Way if way in seen.ways), seen.unclear
    look_back = work.session.get_one(LookBack, row.look_back_id)
    post = work.session.get_one(Post, row.post_id)
    if seen.ways and out.is_out(work, post):
        takedowns.open_for(work, work.session.get_one(Person, look_back.person_id), post, row.ways)
    withdrawal.end_if_done(work, look_back)


def ring_again(work: Work) -> int:
    """Look-backs whose bell was lost, or whose worker was; then the next in line."""
    unheard = leases.unheard(LookBack.rung_at, work.now - UNHEARD)
    begun = (LookBack.ended_at.is_(None), LookBack.in_line.is_(False))
    waiting = work.session.scalars(select(LookBack).where(*begun, unheard)).all()
    withdrawal.next_in_line(work)
    for look_back in waiting:
        withdrawal.ring(work, look_back)
    return len(waiting)


@dataclass(frozen=True)
class Progress:
    """A look-back as its page shows it. `unclear`: posts with faces or writing that only a person can judge.

    `uncompared`: how many posts have pictures in which no face was compared.
    """

    look_back: LookBack
    looked: int
    posts: int
    found: tuple[LookBackPost, ...]
    unclear: tuple[LookBackPost, ...]
    uncompared: int


def of_person(work: Work, person_id: int) -> list[Progress]:
    """The last look-backs for this person, the newest first."""
    question = select(LookBack).where(LookBack.person_id == person_id).order_by(LookBack.id.desc()).limit(SHOWN)
    return [progress(work, look_back) for look_back in work.session.scalars(question)]


def progress(work: Work, look_back: LookBack) -> Progress:
    of_this = LookBackPost.look_back_id == look_back.id
    counts = select(
        func.count(LookBackPost.looked_at), func.count(), func.sum(case((LookBackPost.uncompared, 1), else_=0))
    )
    looked, posts, uncompared = work.session.execute(counts.where(of_this)).one()
    telling = select(LookBackPost).where(of_this, or_(LookBackPost.found != "", LookBackPost.unclear > 0))
    together = telling.order_by(LookBackPost.post_id.desc()).options(selectinload(LookBackPost.post))
    rows = list(work.session.scalars(together))
    found, unclear = tuple(row for row in rows if row.found), tuple(row for row in rows if not row.found)
    return Progress(look_back, looked, posts, found, unclear, uncompared or 0)
