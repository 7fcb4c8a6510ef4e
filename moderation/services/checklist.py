"""The checklist: the school's wording, what an author answered for a post as it is, photos on people's own devices."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, select

from moderation.db.models import ChecklistLine, ChecklistTick, Photo, Post
from moderation.db.posts import is_on_own_device
from moderation.rules import checklist as rules
from moderation.rules.checklist import READY, Handing, Line, Origin
from moderation.rules.digest import words_digest
from moderation.rules.language import gettext
from moderation.rules.roles import Actor
from moderation.rules.workflow import State
from moderation.services import audit
from moderation.services.work import Mistake, NotFound, Work

LONGEST_LINE = 300
LONGEST_CREDIT = 300


def lines(work: Work) -> list[ChecklistLine]:
    """What authors are asked today, in order."""
    return list(work.once("checklist", None, lambda: _lines(work)))


def _lines(work: Work) -> Sequence[ChecklistLine]:
    there = select(ChecklistLine).where(ChecklistLine.removed_at.is_(None))
    return work.session.scalars(there.order_by(ChecklistLine.position, ChecklistLine.id)).all()


def add(work: Work, actor: Actor, sort: Line, wording: str, position: int | None = None) -> ChecklistLine:
    """A new line, the last one unless a place is given. Raises Mistake."""
    wording = " ".join(wording.split())
    if not wording or len(wording) > LONGEST_LINE:
        raise Mistake(
            gettext("A line of the checklist needs words, at most {longest} characters.").format(longest=LONGEST_LINE)
        )
    if sort is Line.ORIGIN and any(line.sort is Line.ORIGIN for line in lines(work)):
        raise Mistake(gettext("The checklist asks already where the photos come from."))
    last = work.session.scalar(select(func.max(ChecklistLine.position))) or 0
    line = ChecklistLine(position=last + 1 if position is None else position, sort=sort, wording=wording)
    work.session.add(line)
    work.session.flush()
    audit.append(work, actor, "checklist line added", line=line.id)
    return line


def remove(work: Work, actor: Actor, line_id: int) -> ChecklistLine:
    line = work.session.get(ChecklistLine, line_id)
    if line is None or line.removed_at:
        raise NotFound
    line.removed_at = work.now
    work.session.flush()
    audit.append(work, actor, "checklist line removed", line=line.id)
    return line


def reword(work: Work, actor: Actor, line_id: int, wording: str) -> None:
    """Other words from now on: posts that are handed in later are asked by these."""
    old = work.session.get(ChecklistLine, line_id)
    if old is not None and old.wording == " ".join(wording.split()):
        return
    old = remove(work, actor, line_id)
    add(work, actor, old.sort, wording, old.position)


def take_ready(work: Work, actor: Actor) -> None:
    """The ready lines that are not there yet."""
    there = {(line.sort, line.wording) for line in lines(work)}
    origin = any(line.sort is Line.ORIGIN for line in lines(work))
    for sort, wording in READY:
        if (sort, wording) not in there and not (sort is Line.ORIGIN and origin):
            add(work, actor, sort, wording)


@dataclass(frozen=True)
class Answers:
    """What an author said on the form."""

    ticked: tuple[int, ...] = ()
    origin: Origin | None = None
    source: str = ""
    credit: str = ""  # goes out under the caption
    permission: str = ""


def save(work: Work, post: Post, answers: Answers, new_photos: bool) -> None:
    """Keep the answers, bound to the post as it is now. What does not belong to the origin is dropped."""
    others = answers.origin is Origin.OTHERS
    post.origin = answers.origin
    post.source = answers.source[:LONGEST_CREDIT] if others else None
    post.credit = answers.credit[:LONGEST_CREDIT] if others else None
    post.permission = answers.permission[:LONGEST_CREDIT] if others else None
    if new_photos:
        post.off_device_at = None
    work.session.execute(delete(ChecklistTick).where(ChecklistTick.post_id == post.id))
    version = version_of(post)
    for line in lines(work):
        if line.id in answers.ticked:
            work.session.add(ChecklistTick(post_id=post.id, line_id=line.id, digest=version, ticked_at=work.now))
    work.session.flush()


def version_of(post: Post) -> str:
    """What a tick is for: the words that go out, and the pictures with their descriptions."""
    photos = ((photo.media_key, photo.alt_text) for photo in post.photos)
    return words_digest((("caption", post.words_out), *photos))


def ticks(work: Work, post: Post) -> list[ChecklistTick]:
    """What the author ticked last, for whichever version."""
    return list(work.once("ticks", post.id, lambda: _ticks(work, post.id)))


def _ticks(work: Work, post_id: int) -> Sequence[ChecklistTick]:
    theirs = select(ChecklistTick).where(ChecklistTick.post_id == post_id).join(ChecklistLine)
    return work.session.scalars(theirs.order_by(ChecklistLine.position, ChecklistLine.id)).all()


def ticked_now(work: Work, post: Post) -> frozenset[int]:
    """The lines that are ticked for the post as it is."""
    version = version_of(post)
    return frozenset(tick.line_id for tick in ticks(work, post) if tick.digest == version)


def handing(work: Work, post: Post) -> Handing:
    """What is answered today. A school without a checklist asks nothing, and nobody is asked about a reminder."""
    if post.is_reminder:
        return rules.ANSWERED
    asked = lines(work)
    done = ticked_now(work, post)
    origin = not post.photos or not any(line.sort is Line.ORIGIN for line in asked) or post.origin is not None
    credited = all(text and text.strip() for text in (post.source, post.credit, post.permission))
    return Handing(
        ticked=all(line.id in done for line in asked if line.sort is Line.TICK),
        says_origin=origin,
        credits_others=post.origin is not Origin.OTHERS or credited,
    )


def missing(work: Work, post_id: int) -> list[str]:
    """A sentence for everything that the author has not answered."""
    return rules.missing(handing(work, work.session.get_one(Post, post_id)))


def on_own_device(work: Work, actor: Actor) -> Sequence[Post]:
    """This person's posts with photos from their own device that they have not said they deleted there."""
    wanted = (
        select(Post)
        .where(Post.author_id == actor.id, is_on_own_device())
        .where(Post.state != State.PURGED, exists().where(Photo.post_id == Post.id))
    )
    return work.session.scalars(wanted.order_by(Post.id)).all()


def off_device(work: Work, actor: Actor, post_id: int) -> None:
    """The author's word, with its time: the photos are deleted from their own device."""
    post = work.session.get(Post, post_id)
    if post is None or post.author_id != actor.id or post.origin is not Origin.OWN:
        raise NotFound
    if post.off_device_at is None:
        post.off_device_at = work.now
        audit.append(work, actor, "deleted from own device", post.id)
