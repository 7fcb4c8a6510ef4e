"""What is new, written down in the transaction of what happened: a row for each person whom it concerns."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select, update

from moderation.db.models import NewsRow, Post, SchoolTimesRow, TellingChoice, User
from moderation.rules.language import gettext
from moderation.rules.post_kinds import DECIDERS
from moderation.rules.roles import PUBLISHERS, Actor, Role
from moderation.rules.route import Standing
from moderation.rules.school_times import SchoolTimes, read_days, read_time, read_times, written_days, written_times
from moderation.rules.telling import LINES, News, Pace, ended_by, pace_of, roles_of
from moderation.rules.told_moves import IF_URGENT, OWNERS_FIRST, of_move
from moderation.rules.told_whom import Whom
from moderation.rules.workflow import Action, Case, State
from moderation.services import audit, deputies, routes
from moderation.services.work import Mistake, Work


def moved(work: Work, post: Post, before: State, action: Action, actor: Actor, case: Case) -> None:
    """A post was moved: what was told and is no longer true is over, and those whom it concerns are told."""
    over(work, post, ended_by(post.state))
    withdrawn, kit = bool(case.reason), case.kit_opened  # the program gives a reason for a withdrawal alone
    held, flags = bool(case.held_until), case.unsettled > 0
    for news in sorted(of_move(action, before, post.state, flags=flags, withdrawn=withdrawn, kit=kit, held=held)):
        tell(work, news, post, but=(actor.id,))


def over(work: Work, post: Post, which: Collection[News]) -> None:
    _end(work, NewsRow.post_id == post.id, NewsRow.news.in_(which))


def done(work: Work, actor: Actor, news: News, about: int) -> None:
    """This person has done what they were told of: it is news to them no longer."""
    _end(work, NewsRow.user_id == actor.id, NewsRow.news == news, NewsRow.about == about)


def over_about(work: Work, about: int, *which: News) -> None:
    """The same for what is told of no post."""
    _end(work, NewsRow.about == about, NewsRow.news.in_(which))


def _end(work: Work, *which: ColumnElement[bool]) -> None:
    still = update(NewsRow).where(*which, NewsRow.over_at.is_(None))
    work.session.execute(still.values(over_at=work.now, due_at=None))


def tell(
    work: Work,
    news: News,
    post: Post | None = None,
    about: int | None = None,
    but: Collection[int | None] = (),
    only: Collection[int] | None = None,
) -> int:
    """Tell everybody whom it concerns, but these; returns how many. Twice is once, while it is still true.

    `only`: these people alone, of those whom it can concern; then no channel of a role is told.
    """
    news = IF_URGENT.get(news, news) if post is not None and post.urgent else news
    number = about if about is not None else post.id if post else 0
    there = _told(work, news, number)
    people = [user for user in concerned(work, news, post) if user.id not in but and user.id not in there[0]]
    people = people if only is None else [user for user in people if user.id in only]
    chosen = _choices(work, news, people)
    hours = school_times(work)
    post_id = post.id if post else None
    for user in people:
        due_at = hours.due(pace_of(news, chosen.get(user.id)), work.now)
        work.session.add(NewsRow(user_id=user.id, news=news, post_id=post_id, about=number, at=work.now, due_at=due_at))
    by_name = only is not None or LINES[news].whom is Whom.AUTHOR
    for role in sorted((whose(work, news, post) & work.channels) - there[1] if not by_name else ()):
        due_at = hours.due(pace_of(news, None), work.now)
        work.session.add(NewsRow(role=role, news=news, post_id=post_id, about=number, at=work.now, due_at=due_at))
    work.session.flush()
    return len(people)


def _told(work: Work, news: News, about: int) -> tuple[set[int | None], set[object]]:
    """Who and which channels know it already. What is told anew each time counts within one transaction only."""
    line = LINES[news]
    question = select(NewsRow).where(NewsRow.news == news, NewsRow.about == about, NewsRow.over_at.is_(None))
    if line.again or not line.while_in:
        question = question.where(NewsRow.at == work.now)
    rows = work.session.scalars(question).all()
    return {row.user_id for row in rows if row.user_id}, {row.role for row in rows if row.role}


def concerned(work: Work, news: News, post: Post | None) -> list[User]:
    """Who works here and is told such news, as things are now."""
    if LINES[news].whom is Whom.AUTHOR:
        return [post.author] if post and post.author.active else []
    roles = whose(work, news, post)
    there = [one for one in deputies.everybody(work) if one.roles & roles]
    if post is not None and LINES[news].whom is Whom.DECIDERS:
        asked = standing(work, post)
        there = [one for one in there if asked.asks(one.person, one.roles)]
    people = select(User).where(User.id.in_([one.person for one in there])).order_by(User.id)
    if post is not None:
        people = people.where(User.id != post.author_id)  # who is told as the author
    return list(work.session.scalars(people))


def whose(work: Work, news: News, post: Post | None) -> frozenset[Role]:
    """Whose news it is. Of a post that waits: those who decide about its kind; of a reminder its owners first."""
    if post is None or LINES[news].whom is not Whom.DECIDERS:
        return roles_of(news)
    if post.is_reminder and news in OWNERS_FIRST:
        asked = standing(work, post)
        if any(one.roles & PUBLISHERS and asked.asks(one.person, one.roles) for one in deputies.everybody(work)):
            return PUBLISHERS
    return DECIDERS[post.kind]


def standing(work: Work, post: Post) -> Standing:
    """How far the post has come on its route, and so whom it asks now."""
    given = tuple(one.given for one in routes.approvals(work, post) if one.expires_at > work.now)
    return Standing(routes.route_of(work, post), given, routes.barred(work, post), DECIDERS[post.kind])


def _choices(work: Work, news: News, people: list[User]) -> dict[int, Pace]:
    ids = [user.id for user in people]
    question = select(TellingChoice).where(TellingChoice.topic == LINES[news].topic, TellingChoice.user_id.in_(ids))
    return {row.user_id: row.pace for row in work.session.scalars(question)}


def school_times(work: Work) -> SchoolTimes:
    row = work.session.get(SchoolTimesRow, 1)
    if row is None:
        return SchoolTimes(work.zone)
    return SchoolTimes(
        work.zone,
        read_times(row.digests),
        read_time(row.quiet_from),
        read_time(row.quiet_until),
        read_days(row.terms),
        read_days(row.days_off),
        row.late_after,
    )


def set_school_times(work: Work, actor: Actor, hours: SchoolTimes) -> None:
    """Keep them, and reckon anew when what waits is due. Raises Mistake."""
    if not hours.digests:
        raise Mistake(gettext("Give at least one time for the digest."))
    if any(hours.quiet_at(clock) for clock in hours.digests):
        raise Mistake(gettext("A digest cannot go out in the quiet hours. Choose other times."))
    if not 1 <= hours.late_after <= 20:
        raise Mistake(gettext("Choose 1 to 20 school days."))
    row = work.session.get(SchoolTimesRow, 1) or SchoolTimesRow(id=1)
    row.digests, row.late_after = written_times(hours.digests), hours.late_after
    row.quiet_from, row.quiet_until = written_times((hours.quiet_from,)), written_times((hours.quiet_until,))
    row.terms, row.days_off = written_days(hours.terms), written_days(hours.days_off)
    work.session.add(row)
    waiting = select(NewsRow).where(NewsRow.due_at.is_not(None), NewsRow.message_id.is_(None))
    for news in work.session.scalars(waiting):
        line = LINES[news.news]
        topic = work.session.get(TellingChoice, (news.user_id, line.topic)) if news.user_id else None
        news.due_at = hours.due(pace_of(news.news, topic.pace if topic else None), news.at)
    audit.append(work, actor, "school times set")
