"""What has to be removed where: found by a look-back or asked for by staff, done with proof, or decided to stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from moderation.db.models import Account, DayExclusion, Permission, Person, Post, Publication, Takedown
from moderation.rules.consent import Occasion, may_appear
from moderation.rules.language import gettext
from moderation.rules.looking_back import End, Reason, Way, reason_of
from moderation.rules.roles import APPROVERS, PUBLISHERS, STAFF, Actor
from moderation.rules.telling import News
from moderation.rules.workflow import NOT_YOURS, Action, NotYours, Refused, Stale, is_not_author
from moderation.services import appearing, audit, cases, out, safeguarding, telling
from moderation.services.work import NotFound, Work, written

LONGEST_PROOF = 2000
SHOWN = 200
OWN_MISTAKE = "Whoever reports this says that it was a mistake."  # a request in no words of one's own
SLIP = timedelta(minutes=15)  # so long it can be taken back
_ASKED = Takedown.person_id.is_(None)
_ASKED_EVERYWHERE = "It was asked for; it was removed from every account."
_EVERYWHERE = "Somebody in it must not appear any more; it was removed from every account."


@dataclass(frozen=True)
class Task:
    """One thing to take down, or one that was. `days`: how long it is, or was, open."""

    takedown: Takedown
    post: Post
    days: int


def open_for(work: Work, person: Person, post: Post, ways: Sequence[Way]) -> None:
    """Open a takedown for each account where this live post is and where the person must not appear. Twice is once.

    What somebody judged to show somebody else is opened again only if it is surely them now.
    """
    reason, found = reason_of(ways), ";".join(ways)
    for publication in cases.publications(work, post):
        if _is_removed(work, publication) or not must_not_appear(work, person, post, publication):
            continue
        there = _of(work, publication, person)
        if there is None:
            there = Takedown(publication_id=publication.id, person_id=person.id)
            work.session.add(there)
        elif not (there.reason is Reason.LOOK_FIRST and reason is Reason.MUST_NOT_APPEAR):
            continue
        there.reason, there.found, there.opened_at = reason, found, work.now
        there.taken_by_id, there.taken_at = None, None
        there.end, there.ended_by_id, there.ended_at, there.proof = None, None, None, ""
        work.session.flush()
        telling.tell(work, News.MUST_GO, post)
        telling.tell(work, News.OWN_MUST_GO, post)


def ask_for(work: Work, actor: Actor, post_id: int, why: str) -> None:
    """Any member of staff says that a live post should go, and why: a takedown for each account where it still is."""
    if actor.role not in STAFF:
        raise NotYours(NOT_YOURS)
    post = cases.get(work, post_id)
    if not out.is_out(work, post):
        said = gettext("This post is {state} now, so there is nothing to take down.")
        raise Refused(said.format(state=gettext(post.state)))
    why = written(why, LONGEST_PROOF, gettext("Say why it should be taken down, in a few words."))
    opened = []
    for publication in left_to_ask(work, actor, post, why):
        takedown = Takedown(publication_id=publication.id, reason=Reason.ASKED_FOR, found="", said=why)
        takedown.opened_by_id, takedown.opened_at = actor.id, work.now
        work.session.add(takedown)
        opened.append(publication.id)
    if not opened:
        raise Refused(gettext("Somebody asked for that already. The heads and the office see it under “Takedowns”."))
    work.session.flush()
    audit.append(work, actor, "takedown asked for", post.id, publications=opened, reason=why)
    telling.tell(work, News.MUST_GO, post, but=(actor.id,))
    telling.tell(work, News.OWN_MUST_GO, post, but=(actor.id,))


def left_to_ask(work: Work, actor: Actor, post: Post, why: str = "") -> list[Publication]:
    """Where it still is and nobody has asked yet that it goes. `why`: what this person would say.

    What may still be taken back as a slip spares nobody else their own request, nor the same person one in words.
    """
    slip = (Takedown.said == OWN_MISTAKE) & (Takedown.opened_at > work.now - SLIP)
    same = (Takedown.opened_by_id == actor.id) if why == OWN_MISTAKE else false()
    there = cases.publications(work, post)
    question = select(Takedown.publication_id).where(_ASKED, Takedown.end.is_(None), ~slip | same)
    asked = set(work.session.scalars(question.where(Takedown.publication_id.in_([one.id for one in there]))))
    return [one for one in there if one.id not in asked and not _is_removed(work, one)]


def asked_for(work: Work) -> set[int]:
    """Publications of which somebody asked that they go, whoever is in them: those that did not stay."""
    still = _ASKED & (Takedown.end.is_(None) | (Takedown.end == End.REMOVED))
    return set(work.session.scalars(select(Takedown.publication_id).where(still)))


def _of(work: Work, publication: Publication, person: Person) -> Takedown | None:
    question = select(Takedown).where(Takedown.publication_id == publication.id, Takedown.person_id == person.id)
    return work.session.scalars(question).first()


def _is_removed(work: Work, publication: Publication) -> bool:
    question = select(Takedown.id).where(Takedown.publication_id == publication.id, Takedown.end == End.REMOVED)
    return work.session.scalars(question.limit(1)).first() is not None


def must_not_appear(work: Work, person: Person, post: Post, publication: Publication) -> bool:
    """Today's answer. A day on which somebody asked to be left out counts for what was taken or published that day."""
    own_days = {post.taken_on, publication.at.astimezone(work.zone).date()}
    asked = set(work.session.scalars(select(DayExclusion.day).where(DayExclusion.person_id == person.id)))
    if asked & own_days:
        return True
    account = work.session.get_one(Account, publication.account_id)
    occasion = Occasion(account.medium, account.id, post.purpose, work.today, post.taken_on)
    permissions = work.session.scalars(select(Permission).where(Permission.person_id == person.id))
    records = map(appearing.record_of, permissions)
    return not may_appear(appearing.facts(person), records, (), occasion, appearing.school_standards(work)).may


def waiting(work: Work) -> list[Task]:
    """What has to be removed or looked at, the longest open first."""
    return _tasks(work, Takedown.end.is_(None), Takedown.opened_at, Takedown.id)


def ended(work: Work) -> list[Task]:
    """What was, the newest first."""
    return _tasks(work, Takedown.end.is_not(None), Takedown.ended_at.desc(), Takedown.id.desc())


def _tasks(
    work: Work, which: ColumnElement[bool], *order: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> list[Task]:
    question = (
        select(Takedown, Post)
        .join(Publication, Publication.id == Takedown.publication_id)
        .join(Post, Post.id == Publication.post_id)
        .where(which)
        .order_by(*order)
        .limit(SHOWN)
        .options(
            selectinload(Takedown.publication).selectinload(Publication.account),
            selectinload(Takedown.person),
            selectinload(Takedown.opened_by),
            selectinload(Takedown.taken_by),
            selectinload(Takedown.ended_by),
        )
    )
    return [
        Task(takedown, post, ((takedown.ended_at or work.now) - takedown.opened_at).days)
        for takedown, post in work.session.execute(question)
    ]


def how_many(work: Work) -> int:
    return work.session.scalar(select(func.count()).where(Takedown.end.is_(None))) or 0


def removed(work: Work, actor: Actor, takedown_id: int, proof: str) -> None:
    """It is gone from that account, and this shows it. Once it is gone everywhere, the post is taken down."""
    if actor.roles.isdisjoint(PUBLISHERS | APPROVERS):
        raise NotYours(NOT_YOURS)
    takedown, post = _open(work, takedown_id)
    otherwise = gettext("Say what shows that it is gone: a link, the number of the network's answer, what you saw.")
    proof = written(proof, LONGEST_PROOF, otherwise)
    same = select(Takedown).where(
        Takedown.publication_id == takedown.publication_id,
        (Takedown.id == takedown.id) | Takedown.end.is_(None),  # other people's, for the same thing
    )
    for one in work.session.scalars(same).all():
        _end(work, actor, one, post, End.REMOVED, proof)
    gone = all(_is_removed(work, publication) for publication in cases.publications(work, post))
    if gone and out.is_out(work, post):
        reason = _ASKED_EVERYWHERE if takedown.person_id is None else _EVERYWHERE
        cases.move(work, post, Action.TAKE_DOWN, actor, cases.case_of(work, post, reason=reason))


def stays(work: Work, actor: Actor, takedown_id: int, reason: str) -> None:
    """An approver looked: it does not show them, or what was asked for is not needed. So it stays."""
    if actor.roles.isdisjoint(APPROVERS):
        raise NotYours(NOT_YOURS)
    takedown, post = _open(work, takedown_id)
    if not is_not_author(cases.case_of(work, post), actor):
        raise Refused(gettext(str(is_not_author.__doc__)))
    safeguarding.refuse_if_apart(work, post)  # whoever says that it may stay has to have seen it
    end = End.STAYS if takedown.person_id is None else End.SOMEBODY_ELSE
    reason = written(reason, LONGEST_PROOF, gettext("Say why it may stay, in a few words."))
    _end(work, actor, takedown, post, end, reason)


def not_meant(work: Work, actor: Actor, post: Post, since: datetime) -> None:
    """Whoever said since then that it was their mistake takes that back, where nobody has begun.

    What they, or others, asked for in words of their own stands.
    """
    safeguarding.refuse_if_apart(work, post)
    question = select(Takedown).join(Publication, Publication.id == Takedown.publication_id)
    own = (Takedown.opened_by_id == actor.id, Takedown.opened_at >= since, _ASKED, Takedown.said == OWN_MISTAKE)
    begun = Takedown.end.is_not(None) | Takedown.taken_by_id.is_not(None)
    for one in work.session.scalars(question.where(Publication.post_id == post.id, *own, ~begun)).all():
        _end(work, actor, one, post, End.STAYS, "Whoever asked for it took that back: it was a slip.")


def post_taken_down(work: Work, actor: Actor, post: Post) -> None:
    """Somebody said of the whole post that it is taken down: so are all its tasks."""
    question = select(Takedown).join(Publication, Publication.id == Takedown.publication_id)
    for one in work.session.scalars(question.where(Publication.post_id == post.id, Takedown.end.is_(None))).all():
        _end(work, actor, one, post, End.REMOVED, "The whole post was taken down.")


def _open(work: Work, takedown_id: int) -> tuple[Takedown, Post]:
    takedown = work.session.get(Takedown, takedown_id)
    if takedown is None:
        raise NotFound
    if takedown.end is not None:
        raise Stale(gettext("This was done already."))
    return takedown, cases.get(work, work.session.get_one(Publication, takedown.publication_id).post_id)


def _end(work: Work, actor: Actor, takedown: Takedown, post: Post, end: End, proof: str) -> None:
    takedown.end, takedown.proof, takedown.ended_by_id, takedown.ended_at = end, proof, actor.id, work.now
    work.session.flush()
    audit.append(
        work, actor, "takedown ended", post.id, takedown=takedown.id, publication=takedown.publication_id, end=end
    )
