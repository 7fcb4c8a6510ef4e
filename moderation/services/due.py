"""What is due under each rule of retention, as staff know it: a post by its number and words, a person by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, exists, func, select

from moderation.db.models import AuditRow, Concern, DayExclusion, Person, Photo, Post, Publication, Tag
from moderation.rules.retention import Rule
from moderation.rules.workflow import State
from moderation.services import audit, out, safeguarding
from moderation.services.work import Work

_REJECTED = (State.SENT_BACK, State.STOPPED, State.DISCARDED)
_PUBLISHED = (State.LIVE, State.TAKEN_DOWN)
LONGEST_TITLE = 60
_STEP = 1000  # posts whose places are asked for together


@dataclass(frozen=True)
class Due:
    """One thing that is due: its number, what staff call it, the day its time began, and its links if it has any."""

    item_id: int
    title: str
    since: date
    links: tuple[str, ...] = ()


def find(work: Work, rule: Rule, before: date) -> Iterator[Due]:
    """Everything that `rule` is about and whose time began before that day, the oldest first."""
    if rule is Rule.DRAFTS:
        return _untouched(work, (State.DRAFT,), before)
    if rule is Rule.REJECTED:
        return _untouched(work, _REJECTED, before)
    if rule is Rule.ORIGINALS:
        return _published(work, Post.state.in_(_PUBLISHED), before, with_originals=True)
    if rule is Rule.POSTS:
        return _published(work, Post.state == State.TAKEN_DOWN, before)
    if rule is Rule.CONCERNS:
        return _concerns(work, before)
    return _leavers(work, before) if rule is Rule.LEAVERS else _days(work, before)


def _concerns(work: Work, before: date) -> Iterator[Due]:
    question = select(Concern).where(Concern.ended_at < _start(work, before), Concern.purged_at.is_(None))
    for row in work.session.scalars(question.order_by(Concern.ended_at, Concern.id)):
        yield Due(row.id, f"Concern {row.reference}", _day(work, row.ended_at or work.now))


def still_live(work: Work, before: date, most: int) -> Iterator[Due]:
    """The `most` oldest posts that are out and old enough to go.

    They stay until they are taken down: a withdrawal must find them.
    """
    return _published(work, out.somewhere(), before, most=most)


def _start(work: Work, day: date) -> datetime:
    return datetime.combine(day, time(), work.zone)


def _apart(work: Work) -> ColumnElement[bool]:
    """A picture of it is kept apart: nothing of it goes before somebody has decided."""
    return Post.id.in_(safeguarding.kept_apart(work))


def _untouched(work: Work, states: tuple[State, ...], before: date) -> Iterator[Due]:
    last_row = (
        select(func.max(AuditRow.at))
        .where(AuditRow.post_id == Post.id, AuditRow.action != audit.EVIDENCE_MADE)
        .scalar_subquery()
    )
    start = _start(work, before)
    question = select(Post).where(
        Post.state.in_(states),
        ~out.somewhere(),
        Post.state_since < start,
        func.coalesce(last_row, Post.state_since) < start,
        ~_apart(work),
    )
    for post in work.session.scalars(question.order_by(Post.state_since, Post.id)):
        yield Due(post.id, _title(post), _day(work, post.state_since))


def _published(
    work: Work, which: ColumnElement[bool], before: date, with_originals: bool = False, most: int | None = None
) -> Iterator[Due]:
    """By the day on which the last account went live."""
    live = select(func.max(Publication.at)).where(Publication.post_id == Post.id).scalar_subquery()
    question = select(Post, live).where(which, live < _start(work, before), ~_apart(work))
    if with_originals:
        question = question.where(Post.id.in_(select(Photo.post_id).where(Photo.removed_at.is_not(None))))
    for some in work.session.execute(question.order_by(live, Post.id).limit(most)).partitions(_STEP):
        places = out.places(work, [post for post, _ in some])
        for post, _ in some:
            at = places[post.id]
            yield Due(post.id, _title(post), _day(work, max(row.at for row in at)), tuple(row.link for row in at))


def _leavers(work: Work, before: date) -> Iterator[Due]:
    """By the last day of their protection, or the day they left if that is later."""
    question = select(Person).where(Person.left_at < _start(work, before), Person.erased_at.is_(None))
    for person in work.session.scalars(question.order_by(Person.left_at, Person.id)):
        left = _day(work, person.left_at or work.now)
        since = max(left, person.protected_until or left)
        if since < before:
            yield Due(person.id, person.called, since)


def _days(work: Work, before: date) -> Iterator[Due]:
    """Not those that a kept post rests on: somebody in it asked to be left out on the day of its photos."""
    needed = exists().where(
        Tag.person_id == DayExclusion.person_id, Tag.post_id == Post.id, Post.taken_on == DayExclusion.day
    )
    question = select(DayExclusion, Person).join(Person, Person.id == DayExclusion.person_id)
    for row, person in work.session.execute(
        question.where(DayExclusion.day < before, ~needed).order_by(DayExclusion.day, DayExclusion.id)
    ):
        yield Due(row.id, person.called, row.day)


def _title(post: Post) -> str:
    words = " ".join(post.caption.split())
    return (
        f"Post {post.id}: {words[:LONGEST_TITLE]}{'…' if len(words) > LONGEST_TITLE else ''}"
        if words
        else (f"Post {post.id}")
    )


def _day(work: Work, moment: datetime) -> date:
    return moment.astimezone(work.zone).date()
