"""What is due under each rule of retention, as staff know it: a post by its number and words, a person by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from moderation.db.models import AuditRow, Concern, DayExclusion, Person, Photo, Post, Publication, Tag
from moderation.rules.retention import Rule
from moderation.rules.workflow import State
from moderation.services import audit, out, safeguarding
from moderation.services.work import Work

_REJECTED = (State.SENT_BACK, State.STOPPED, State.DISCARDED)
_PUBLISHED = (State.LIVE, State.TAKEN_DOWN)
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Due:
    """One thing that is due: its number, what staff call it, the day its time began, and its links if it has any."""

    item_id: int
    title: str
    since: date
    links: tuple[str, ...] = ()


def find(work: Work, rule: Rule, before: date, most: int) -> list[Due]:
    """What `rule` is about and whose time began before that day: the `most` that go first, the oldest nearly always.

    Each is found in the order of an index, so that years of posts behind cost nothing.
    """
    if rule is Rule.DRAFTS:
        return _untouched(work, (State.DRAFT,), before, most)
    if rule is Rule.REJECTED:
        return _untouched(work, _REJECTED, before, most)
    if rule is Rule.ORIGINALS:
        with_some = Post.id.in_(select(Photo.post_id).where(Photo.removed_at.is_not(None)))
        return _published(work, before, Post.state.in_(_PUBLISHED) & with_some, (Post.id,), most)
    if rule is Rule.POSTS:
        return _published(work, before, Post.state == State.TAKEN_DOWN, (Post.state_since, Post.id), most)
    if rule is Rule.CONCERNS:
        return _concerns(work, before, most)
    return _leavers(work, before, most) if rule is Rule.LEAVERS else _days(work, before, most)


def _concerns(work: Work, before: date, most: int) -> list[Due]:
    question = select(Concern).where(Concern.ended_at < _start(work, before), Concern.purged_at.is_(None))
    rows = work.session.scalars(question.order_by(Concern.ended_at, Concern.id).limit(most))
    return [Due(row.id, f"Concern {row.reference}", _day(work, row.ended_at or work.now)) for row in rows]


def still_live(work: Work, before: date, most: int) -> list[Due]:
    """The `most` oldest posts that are out and old enough to go, by the day on which the last account went live.

    They stay until they are taken down: a withdrawal must find them.
    """
    one, other = Publication, aliased(Publication)
    later = exists().where(
        other.post_id == one.post_id, or_(other.at > one.at, and_(other.at == one.at, other.id > one.id))
    )
    is_out = exists().where(Post.id == one.post_id, out.somewhere(), ~_apart(work))
    question = select(one.post_id).where(one.at < _start(work, before), is_out, ~later)
    ids = work.session.scalars(question.order_by(one.at, one.id).limit(most)).all()
    posts = {post.id: post for post in work.session.scalars(select(Post).where(Post.id.in_(ids)))}
    return _with_places(work, [posts[one] for one in ids])


def _start(work: Work, day: date) -> datetime:
    return datetime.combine(day, time(), work.zone)


def _apart(work: Work) -> ColumnElement[bool]:
    """A picture of it is kept apart: nothing of it goes before somebody has decided."""
    return Post.id.in_(safeguarding.kept_apart(work))


def _untouched(work: Work, states: tuple[State, ...], before: date, most: int) -> list[Due]:
    """State by state, as an index has them."""
    start = _start(work, before)
    row_since = (AuditRow.post_id == Post.id, AuditRow.at >= start, AuditRow.action != audit.EVIDENCE_MADE)
    theirs = (Post.state_since < start, ~exists().where(*row_since), ~out.somewhere(), ~_apart(work))
    found: list[Post] = []
    for state in states:
        question = select(Post).where(Post.state == state, *theirs).order_by(Post.state_since, Post.id)
        found += work.session.scalars(question.limit(most))
    oldest = sorted(found, key=lambda post: (post.state_since, post.id))[:most]
    return [Due(post.id, _title(post), _day(work, post.state_since)) for post in oldest]


def _published(
    work: Work, before: date, which: ColumnElement[bool], order: tuple[InstrumentedAttribute[Any], ...], most: int
) -> list[Due]:
    """By the day on which the last account went live."""
    live = select(func.max(Publication.at)).where(Publication.post_id == Post.id).scalar_subquery()
    question = select(Post).where(which, live < _start(work, before), ~_apart(work)).order_by(*order).limit(most)
    return _with_places(work, work.session.scalars(question).all())


def _with_places(work: Work, posts: Sequence[Post]) -> list[Due]:
    places = out.places(work, posts)
    return [
        Due(
            post.id,
            _title(post),
            _day(work, max(row.at for row in places[post.id])),
            tuple(row.link for row in places[post.id]),
        )
        for post in posts
    ]


def _leavers(work: Work, before: date, most: int) -> list[Due]:
    """By the last day of their protection, or the day they left if that is later."""
    over = or_(Person.protected_until.is_(None), Person.protected_until < before)
    question = select(Person).where(Person.left_at < _start(work, before), Person.erased_at.is_(None), over)
    found = []
    for person in work.session.scalars(question.order_by(Person.left_at, Person.id).limit(most)):
        left = _day(work, person.left_at or work.now)
        found.append(Due(person.id, person.called, max(left, person.protected_until or left)))
    return found


def _days(work: Work, before: date, most: int) -> list[Due]:
    """Not those that a kept post rests on: somebody in it asked to be left out on the day of its photos."""
    needed = exists().where(
        Tag.person_id == DayExclusion.person_id, Tag.post_id == Post.id, Post.taken_on == DayExclusion.day
    )
    question = select(DayExclusion, Person).join(Person, Person.id == DayExclusion.person_id)
    question = question.where(DayExclusion.day < before, ~needed).order_by(DayExclusion.day, DayExclusion.id)
    return [Due(row.id, person.called, row.day) for row, person in work.session.execute(question.limit(most))]


def _title(post: Post) -> str:
    words = " ".join(post.caption.split())
    return (
        f"Post {post.id}: {words[:LONGEST_TITLE]}{'…' if len(words) > LONGEST_TITLE else ''}"
        if words
        else (f"Post {post.id}")
    )


def _day(work: Work, moment: datetime) -> date:
    return moment.astimezone(work.zone).date()
