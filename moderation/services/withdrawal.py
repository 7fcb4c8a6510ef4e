"""A permission ends: what is on its way is held back at once, and a look-back at what is live begins."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, insert, or_, select

from moderation.db.base import rows_of
from moderation.db.models import LookBack, LookBackPost, Person, Post, Publication, Tag
from moderation.queue import Job
from moderation.rules.looking_back import Cause, Way
from moderation.rules.roles import SYSTEM, Actor
from moderation.rules.telling import News
from moderation.rules.workflow import Action, State
from moderation.services import audit, cases, checks, out, takedowns, telling
from moderation.services.work import Work

AT_A_TIME = 50  # look-backs that end at once, because nothing is live
_OPEN = (State.CHECKING, State.IN_REVIEW, State.RELEASED)
# What the author and the board read: never the family's reason, nor whose permission it is.
HELD = "Whether somebody in it may appear has changed. It is checked again; nothing of it goes out meanwhile."
PERHAPS_OUT = f"{HELD} Its kit was opened before: if it is out already, remove it there."


def at_once(work: Work, actor: Actor, person_id: int, cause: Cause) -> None:
    """Somebody may no longer appear: hold back what is on its way, look for them in what is live."""
    hold_back(work, person_id)
    start(work, actor, person_id, cause)


def hold_back(work: Work, person_id: int) -> None:
    """Void the approvals of every post that shows this person and check it again, if an answer has changed.

    The kit refuses by itself from the next request on, for it asks the register; this makes everybody see why.
    """
    tagged = select(Post).join(Tag, Tag.post_id == Post.id).where(Tag.person_id == person_id, Post.state.in_(_OPEN))
    for post in work.session.scalars(tagged.order_by(Post.id)).all():
        case = cases.case_of(work, post)
        if case.checks_current:
            continue
        said = PERHAPS_OUT if case.kit_opened else HELD
        if post.state is not State.CHECKING:
            cases.move(work, post, Action.RECHECK, SYSTEM, cases.case_of(work, post, reason=said))
        post.note = said
        checks.order_missing(work, post)


def many_at_once(work: Work, actor: Actor, causes: Mapping[int, Cause]) -> None:
    """As `at_once` for each of these people, by id; but they are looked for one after another, in line.

    What is on its way is held back now, and where they are tagged the tasks open now: neither waits.
    """
    if not causes:
        return
    tagged = set(work.session.scalars(select(Tag.person_id).distinct()))
    under_way = set(work.session.scalars(select(LookBack.person_id).where(LookBack.ended_at.is_(None))))
    for person_id in sorted(causes.keys() & (tagged | under_way)):
        hold_back(work, person_id)
        start(work, actor, person_id, causes[person_id], in_line=True)
    others = sorted(causes.keys() - tagged - under_way)
    if not others or work.session.scalars(select(Post.id).where(out.somewhere()).limit(1)).first() is None:
        return
    whose = {"started_by_id": actor.id, "started_at": work.now, "in_line": True}
    rows = [{"person_id": person_id, "cause": causes[person_id], **whose} for person_id in others]
    work.session.execute(insert(rows_of(LookBack)), rows)
    audit.append(work, actor, "look-backs in line", people=others)


def start(work: Work, actor: Actor, person_id: int, cause: Cause, in_line: bool = False) -> LookBack:
    """Look through everything live for this person, or begin anew if that is under way; `in_line`: when it is due."""
    look_back = work.session.scalars(
        select(LookBack).where(LookBack.person_id == person_id, LookBack.ended_at.is_(None))
    ).first()
    if look_back is None:
        look_back = LookBack(person_id=person_id)
        work.session.add(look_back)
    if look_back.cause in (None, Cause.ASKED) or cause not in (
        Cause.ASKED,
        Cause.BY_HAND,
    ):  # never narrower than it was
        look_back.cause = cause
    look_back.started_by_id, look_back.started_at, look_back.in_line = actor.id, work.now, in_line
    work.session.flush()
    audit.append(work, actor, "look-back started", person=person_id, look_back=look_back.id)
    if in_line:
        work.session.execute(delete(LookBackPost).where(LookBackPost.look_back_id == look_back.id))
        _open_where_tagged(work, person_id)
    else:
        _fill(work, look_back, person_id, work.today if look_back.cause is Cause.ASKED else None)
        ring(work, look_back)
    return look_back


def look_there_too(work: Work, post: Post, since: datetime) -> None:
    """A post turns out to be out that no look-back begun since then has looked at: each of them does now."""
    for look_back in work.session.scalars(select(LookBack).where(LookBack.started_at >= since)).all():
        if work.session.get(LookBackPost, (look_back.id, post.id)) is None and not look_back.in_line:
            work.session.add(LookBackPost(look_back_id=look_back.id, post_id=post.id))
            look_back.ended_at = None
            ring(work, look_back)
    work.session.flush()


def _open_where_tagged(work: Work, person_id: int) -> None:
    person = work.session.get_one(Person, person_id)
    live = select(Post).join(Tag, Tag.post_id == Post.id).where(Tag.person_id == person_id, out.somewhere())
    for post in work.session.scalars(live.order_by(Post.id.desc())):
        takedowns.open_for(work, person, post, [Way.TAG])


def next_in_line(work: Work) -> LookBack | None:
    """Begin the next look-back of those in line, if no other is under way; None if there is nothing to look at."""
    of_now = select(LookBack.id).where(LookBack.ended_at.is_(None), LookBack.in_line.is_(False))
    if work.session.scalars(of_now.limit(1)).first() is not None:
        return None
    waiting = select(LookBack).where(LookBack.ended_at.is_(None), LookBack.in_line).order_by(LookBack.id)
    for look_back in work.session.scalars(waiting.limit(AT_A_TIME).with_for_update(skip_locked=True)).all():
        look_back.in_line = False
        _fill(work, look_back, look_back.person_id, None)
        if look_back.ended_at is None:
            ring(work, look_back)
            return look_back
    return None


def _fill(work: Work, look_back: LookBack, person_id: int, only: date | None) -> None:
    """A row for each live post; where the person is tagged nothing has to be looked at, so that its tasks open now."""
    work.session.execute(delete(LookBackPost).where(LookBackPost.look_back_id == look_back.id))
    live = select(Post).where(out.somewhere()).order_by(Post.id.desc())
    if only:
        live = live.where(or_(Post.taken_on == only, Post.id.in_(_published_on(work, only))))
    posts = list(work.session.scalars(live))
    work.session.add_all(LookBackPost(look_back_id=look_back.id, post_id=post.id) for post in posts)
    work.session.flush()
    person = work.session.get_one(Person, person_id)
    tagged = set(work.session.scalars(select(Tag.post_id).where(Tag.person_id == person_id)))
    for post in posts:
        if post.id in tagged:
            row = work.session.get_one(LookBackPost, (look_back.id, post.id))
            row.looked_at, row.found = work.now, Way.TAG
            takedowns.open_for(work, person, post, [Way.TAG])
    end_if_done(work, look_back)


def _published_on(work: Work, day: date) -> list[int]:
    rows = work.session.execute(select(Publication.post_id, Publication.at))
    return [post_id for post_id, at in rows if at.astimezone(work.zone).date() == day]


def ring(work: Work, look_back: LookBack) -> None:
    if look_back.ended_at is None:
        look_back.rung_at = work.now
        work.ring(Job.LOOK_BACK, look_back.id)


def end_if_done(work: Work, look_back: LookBack) -> None:
    """It has ended once every row was looked at."""
    work.session.flush()
    waiting = select(LookBackPost.post_id).where(
        LookBackPost.look_back_id == look_back.id, LookBackPost.looked_at.is_(None)
    )
    if look_back.ended_at is None and work.session.scalars(waiting.limit(1)).first() is None:
        look_back.ended_at = work.now
        found = select(LookBackPost.post_id).where(LookBackPost.look_back_id == look_back.id, LookBackPost.found != "")
        posts = sorted(work.session.scalars(found))
        audit.append(work, SYSTEM, "look-back ended", person=look_back.person_id, look_back=look_back.id, posts=posts)
        if work.session.scalars(select(LookBackPost.post_id).where(LookBackPost.look_back_id == look_back.id)).first():
            telling.tell(work, News.LOOKED_BACK, about=look_back.person_id)  # there was something to look at
