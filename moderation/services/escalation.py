"""Told when it is time: posts whose own time has come; again: posts that wait too long or are wanted soon."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from moderation.db.models import MatchingPermission, NewsRow, Person, Post
from moderation.rules.school_times import SchoolTimes
from moderation.rules.telling import News
from moderation.rules.workflow import State
from moderation.services import ahead, cases, concerns, holding, takedown_desk, telling
from moderation.services.work import Work

WANTED_SOON = timedelta(hours=4)  # before the time that a post is wanted by
WANTED_NOW = timedelta(hours=1)
ENDS_SOON = timedelta(days=30)  # before the last day of a permission to match
_ASKED = (News.WAITS, News.EXPIRED, News.URGENT_WAITS)


def due(work: Work) -> list[tuple[News, int]]:
    """What has to be told again now, and was not yet: (news, number of the post, person, concern or takedown)."""
    late = [(News.CONCERN_LATE, concern) for concern in concerns.late(work)]
    downs = [(News.TAKEDOWN_LATE, takedown) for takedown in takedown_desk.late(work)]
    return [*_posts(work), *_ready(work), *_permissions(work), *late, *downs]


def tell(work: Work, news: News, about: int) -> None:
    if news is News.RECOGNITION_ENDS:
        telling.tell(work, news, about=about)
        return None
    if news is News.CONCERN_LATE:
        return concerns.tell_late(work, about)
    if news is News.TAKEDOWN_LATE:
        return takedown_desk.tell_late(work, about)
    post = cases.get(work, about)
    if news is News.READY and holding.is_held(work, post):
        return None  # moved meanwhile
    if post.state is (State.RELEASED if news is News.READY else State.IN_REVIEW):  # nobody has decided meanwhile
        telling.tell(work, news, post)
    return None


def _ready(work: Work) -> Iterator[tuple[News, int]]:
    """Released posts whose time has come. Each is told of once."""
    told = exists().where(NewsRow.post_id == Post.id, NewsRow.news == News.READY, NewsRow.over_at.is_(None))
    held = select(Post).where(Post.state == State.RELEASED, Post.not_before <= work.now, ~told).order_by(Post.id)
    for post in work.session.scalars(held).all():
        if telling.concerned(work, News.READY, post):
            yield News.READY, post.id


def _posts(work: Work) -> Iterator[tuple[News, int]]:
    hours = telling.school_times(work)
    still = NewsRow.over_at.is_(None)
    asked = select(func.min(NewsRow.at)).where(NewsRow.post_id == Post.id, NewsRow.news.in_(_ASKED), still)
    question = select(Post, asked.scalar_subquery()).where(Post.state == State.IN_REVIEW)
    rows = work.session.execute(question.options(selectinload(Post.every_photo), selectinload(Post.author))).all()
    posts = [(post, since) for post, since in rows]
    ahead.of_posts(work, [post for post, _ in posts])
    of_posts = NewsRow.post_id.in_([post.id for post, _ in posts])
    known: dict[int | None, set[News]] = defaultdict(set)
    for post_id, news in work.session.execute(select(NewsRow.post_id, NewsRow.news).where(of_posts, still)):
        known[post_id].add(news)
    for post, since in posts:
        told = known[post.id]
        for news in _now_due(hours, since or post.state_since, post.wanted_by, work.now):
            if news not in told and telling.concerned(work, news, post):
                yield news, post.id


def _now_due(hours: SchoolTimes, since: datetime, wanted_by: datetime | None, now: datetime) -> Iterator[News]:
    if hours.after(since, hours.late_after) <= now:
        yield News.LATE
    if wanted_by and wanted_by - WANTED_SOON <= now:
        yield News.WANTED_SOON
    if hours.after(since, 2 * hours.late_after) <= now or (wanted_by and wanted_by - WANTED_NOW <= now):
        yield News.ESCALATED


def _permissions(work: Work) -> Iterator[tuple[News, int]]:
    """People on the register whose face is matched for a month yet. Each is told of once for each ending."""
    last = work.today + ENDS_SOON
    soon = (MatchingPermission.ended_at.is_(None), MatchingPermission.refused_on.is_(None))
    question = (
        select(Person.id)
        .join(MatchingPermission, MatchingPermission.person_id == Person.id)
        .where(*soon, MatchingPermission.ends_on.between(work.today, last), Person.left_at.is_(None))
    )
    told = select(NewsRow.about).where(NewsRow.news == News.RECOGNITION_ENDS, NewsRow.at > work.now - 2 * ENDS_SOON)
    for person_id in work.session.scalars(question.where(Person.id.not_in(told)).order_by(Person.id)).all():
        if telling.concerned(work, News.RECOGNITION_ENDS, None):
            yield News.RECOGNITION_ENDS, person_id
