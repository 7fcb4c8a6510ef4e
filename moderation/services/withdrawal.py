"""A permission ends: what is on its way is held back at once, and a look-back at what is live begins."""

from datetime import date

from sqlalchemy import delete, or_, select

from moderation.db.models import LookBack, LookBackPost, Person, Post, Publication, Tag
from moderation.queue import Job
from moderation.rules.looking_back import Cause, Way
from moderation.rules.roles import SYSTEM, Actor
from moderation.rules.workflow import Action, State
from moderation.services import audit, cases, checks, takedowns
from moderation.services.work import Work

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


def start(work: Work, actor: Actor, person_id: int, cause: Cause) -> LookBack:
    """Look through everything live for this person, or begin anew if that is under way."""
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
    look_back.started_by_id, look_back.started_at = actor.id, work.now
    work.session.flush()
    audit.append(work, actor, "look-back started", person=person_id, look_back=look_back.id)
    _fill(work, look_back, person_id, work.today if look_back.cause is Cause.ASKED else None)
    ring(work, look_back)
    return look_back


def _fill(work: Work, look_back: LookBack, person_id: int, only: date | None) -> None:
    """A row for each live post; where the person is tagged nothing has to be looked at, so that its tasks open now."""
    work.session.execute(delete(LookBackPost).where(LookBackPost.look_back_id == look_back.id))
    live = select(Post).where(Post.state == State.LIVE).order_by(Post.id.desc())
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
