"""A copy of what is held about one person: pictures covered one by one, outside any transaction, then taken away."""

import logging
import time
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from moderation.db.models import Copy, CopyPicture, Finding, Post, Scan, Tag
from moderation.media import photo as pictures
from moderation.queue import Job
from moderation.rules.findings import Box, Detector, Kind, Resolution
from moderation.rules.language import N_
from moderation.rules.media import MediaAway
from moderation.rules.roles import Actor
from moderation.services import audit, held, held_posts, leases, purging, renditions, safeguarding
from moderation.services.hiding import Shown, cover_others
from moderation.services.looking import Looker
from moderation.services.work import NotFound, OpenWork, Work

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
FEW = 3  # pictures that are covered while the page waits; more go to a worker
AT_A_STRETCH = 100.0  # seconds of one job; then it rings for the next
MOST_RUNS = 3
UNHEARD = timedelta(minutes=4)  # longer than a job may take
LEFT_OUT = N_("This picture could not be opened or looked at, so it is left out. It is held all the same.")


def begin(work: Work, actor: Actor, person_id: int) -> Copy:
    """Order a copy. With few pictures the caller makes it at once by `make`, else a worker has been rung for."""
    person = held.get(work, person_id)
    if actor.id is None:
        raise NotFound
    copy = Copy(
        person_id=person.id,
        asked_by_id=actor.id,
        asked_at=work.now,
        expires_at=work.now + KEPT,
        wrapped_key=work.vault.new_key(),
    )
    work.session.add(copy)
    copy.pictures = [CopyPicture(post_id=post_id, source_key=key) for post_id, key in _sources(work, person_id)]
    copy.pictures += [CopyPicture(post_id=None, source_key=row.media_key) for row in person.references]
    work.session.flush()
    audit.append(work, actor, "copy of what is held ordered", person=person.id, copy=copy.id)
    if not is_small(copy):
        _ring(work, copy)
    return copy


def is_small(copy: Copy) -> bool:
    return len(copy.pictures) <= FEW


def _ring(work: Work, copy: Copy) -> None:
    copy.rung_at = work.now
    work.ring(Job.COVER_OTHERS, copy.id)


def _sources(work: Work, person_id: int) -> Iterable[tuple[int, str]]:
    """(post, picture) of every picture that shows this person: by tag as it is now, by match also those covered."""
    for post in held_posts.posts_of(work, person_id):
        tagged = work.session.get(Tag, (post.id, person_id)) is not None
        shown = {key for key in _pictures_of(post) if _own_boxes(work, post.id, key, person_id)}
        shown |= {photo.media_key for photo in post.photos} if tagged else set()
        yield from ((post.id, key) for key in _pictures_of(post) if key in shown)


def _pictures_of(post: Post) -> list[str]:
    return list(dict.fromkeys(photo.media_key for photo in post.every_photo))


def _findings(work: Work, post_id: int, key: str) -> list[Finding] | None:
    """What the newest look at these bytes says; None: nobody has looked.

    With what was seen only in parts that networks get. Those are no pictures of their own here: they show less.
    """
    found = _newest(work, post_id, key)
    recipes = renditions.wanted(work, work.session.get_one(Post, post_id)) if found is not None else {}
    parts = [_newest(work, post_id, digest) or [] for digest, recipe in recipes.items() if recipe.source == key]
    return found if found is None else found + [finding for part in parts for finding in part]


def _newest(work: Work, post_id: int, key: str) -> list[Finding] | None:
    newest = select(Scan.id).where(Scan.post_id == post_id, Scan.digest == key, Scan.ended_at.is_not(None))
    scan = work.session.scalars(newest.order_by(Scan.id.desc()).limit(1)).first()
    return list(work.session.scalars(select(Finding).where(Finding.scan_id == scan))) if scan else None


def _own_boxes(work: Work, post_id: int, key: str, person_id: int) -> tuple[Box, ...]:
    """Where a match was found that nobody called a false alarm."""
    return tuple(
        finding.box
        for finding in _findings(work, post_id, key) or ()
        if finding.kind is Kind.FACE_MATCH
        and finding.person_id == person_id
        and finding.resolution is not Resolution.FALSE_ALARM
        and finding.box
    )


def _shown(work: Work, picture: CopyPicture, person_id: int) -> Shown:
    if picture.post_id is None:
        return Shown(alone=True, unread=True)  # a reference photo shows one person
    post = work.session.get_one(Post, picture.post_id)
    tagged = set(work.session.scalars(select(Tag.person_id).where(Tag.post_id == post.id)))
    found = _findings(work, post.id, picture.source_key)
    writing = tuple(
        finding.box
        for finding in found or ()
        if finding.detector is Detector.NAMES and finding.person_id != person_id and finding.box
    )
    own = _own_boxes(work, post.id, picture.source_key, person_id)
    unread = found is None or any(finding.kind is Kind.UNCHECKED for finding in found)
    return Shown(own, alone=tagged == {person_id} and post.others == 0, names=writing, unread=unread)


def make(open_work: OpenWork, reading: OpenWork, looker: Looker, copy_id: int, stretch: float = AT_A_STRETCH) -> None:
    """Cover picture after picture; after `stretch` seconds ring for the rest. May run twice: one of them is kept."""
    end = time.monotonic() + stretch
    while (picture_id := _claim(open_work, copy_id)) is not None:
        _make_one(open_work, reading, looker, picture_id)
        if time.monotonic() > end:
            with open_work() as work:
                copy = work.session.get(Copy, copy_id)
                if copy and not copy.is_ready:
                    _ring(work, copy)
            return


def _claim(open_work: OpenWork, copy_id: int) -> int | None:
    """The next picture that waits. One that was tried too often is left out, with a sentence."""
    with open_work() as work:
        waiting = select(CopyPicture).where(CopyPicture.copy_id == copy_id, CopyPicture.made.is_(False))
        for picture in work.session.scalars(waiting.order_by(CopyPicture.runs, CopyPicture.id)):
            if picture.runs < MOST_RUNS:
                picture.runs += 1
                return picture.id
            picture.made, picture.words = True, LEFT_OUT
    return None


def _make_one(open_work: OpenWork, reading: OpenWork, looker: Looker, picture_id: int) -> None:
    with reading() as work:
        picture = work.session.get(CopyPicture, picture_id)
        if picture is None:
            return
        shown, key, store = _shown(work, picture, picture.copy.person_id), picture.source_key, work.store
        post = work.session.get(Post, picture.post_id) if picture.post_id else None
        apart = post is not None and safeguarding.is_apart(work, post)
    try:
        hidden = None if apart else cover_others(looker, pictures.export(store.get(key)), shown)
    except MediaAway:
        raise  # it is tried again, and in the end left out with a sentence
    except Exception as error:  # noqa: BLE001 (law 2: what could not be covered does not leave, and that is said)
        log.error("picture %d of a copy could not be covered: %s", picture_id, type(error).__name__)
        hidden = None
    with open_work() as work:
        picture = work.session.get(CopyPicture, picture_id)
        if picture is None or picture.made:
            return
        picture.made, picture.words = True, hidden.words if hidden else LEFT_OUT
        if hidden:
            sealed = work.vault.seal(picture.copy.wrapped_key, hidden.jpeg, context(picture))
            picture.media_key = work.store.put(sealed)


def context(picture: CopyPicture) -> bytes:
    """What the seal of one picture is bound to."""
    return f"picture {picture.id} of copy {picture.copy_id}".encode()


def of_person(work: Work, person_id: int) -> list[Copy]:
    """Copies that can still be taken away or are being made, the newest first."""
    question = select(Copy).where(Copy.person_id == person_id, Copy.expires_at > work.now)
    return list(work.session.scalars(question.order_by(Copy.id.desc())))


def ring_again(work: Work) -> None:
    """Copies whose bell was lost."""
    unheard = leases.unheard(Copy.rung_at, work.now - UNHEARD)
    waiting = select(CopyPicture.copy_id).where(CopyPicture.made.is_(False))
    for copy in work.session.scalars(select(Copy).where(Copy.id.in_(waiting), unheard)).all():
        _ring(work, copy)


def forget_old(work: Work) -> None:
    """Copies whose days are over, with their pictures."""
    purging.delete_copies(work, work.session.scalars(select(Copy).where(Copy.expires_at <= work.now)).all())
