"""Concerns: reported by anybody, on somebody's desk under a clock, each step written down until it is closed."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from moderation.db.models import Concern, ConcernStep, NewsRow, Post
from moderation.rules.concerns import FIXED, URGENT, Desk, Kind, What, due, meets
from moderation.rules.language import N_, gettext
from moderation.rules.roles import SYSTEM, Actor, Role
from moderation.rules.telling import News
from moderation.rules.workflow import NOT_YOURS, NotYours, Refused, Stale
from moderation.services import audit, concern_desks, deputies, telling
from moderation.services.work import Mistake, NotFound, Work

LONGEST = 4000
LONGEST_PLACE = 2000
SHOWN = 200
MANY_IN = timedelta(hours=1)
TOLD = (News.CONCERN, News.CONCERN_NOW, News.CONCERN_LATE)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another one
_EXPLAINED = frozenset({What.BLOCKED, What.REPORTED, What.DELETED})


@dataclass(frozen=True)
class Report:
    """What somebody reports. `name` and `contact` are for somebody outside, who need not give them."""

    kind: Kind
    what: str = ""
    place: str = ""
    post_id: int | None = None
    name: str = ""
    contact: str = ""


def add(work: Work, actor: Actor | None, report: Report, crowded: bool = False) -> Concern:
    """Take it in (`actor` None: from outside), start its clock and tell whose desk it is. Raises Mistake.

    `crowded`: one of very many in this hour, told together with the others.
    """
    said = report.what.replace("\0", "").strip()
    if not said and report.kind not in (Kind.MISTAKE, Kind.COMPROMISING, Kind.INDECENT):
        raise Mistake(gettext("Say what it is about, in a few words."))
    if len(said) > LONGEST or len(report.place) > LONGEST_PLACE:
        raise Mistake(
            gettext("That is too long. Say it in {longest} letters, and where it is in {longest_place}.").format(
                longest=LONGEST, longest_place=LONGEST_PLACE
            )
        )
    if report.post_id is not None and work.session.get(Post, report.post_id) is None:
        raise NotFound
    desk = concern_desks.setting(work).desks[report.kind]
    concern = Concern(
        reference=_reference(),
        kind=report.kind,
        what=said,
        place=report.place.replace("\0", "").strip(),
        post_id=report.post_id,
        from_id=actor.id if actor else None,
        name=report.name.replace("\0", "").strip()[:120],
        contact=report.contact.replace("\0", "").strip()[:254],
        desk=desk,
        at=work.now,
        due_at=due(report.kind, work.now, telling.school_times(work)),
        crowded=crowded,
    )
    work.session.add(concern)
    work.session.flush()
    detail = {"concern": concern.id, "kind": str(report.kind), "desk": str(desk), "outside": actor is None}
    audit.append(work, actor or SYSTEM, "concern reported", report.post_id, **detail)
    _tell(work, concern, actor)
    return concern


def _reference() -> str:
    return "C" + "".join(secrets.choice(_LETTERS) for _ in range(7))


def _tell(work: Work, concern: Concern, actor: Actor | None) -> None:
    news = News.CONCERN_NOW if concern.kind in URGENT else News.CONCERN
    people = concern_desks.people(work, concern.desk)
    if concern.crowded and actor is None:
        _tell_together(work, people)
    else:
        telling.tell(work, news, about=concern.id, but=(actor.id if actor else None,), only=people)


def _tell_together(work: Work, people: frozenset[int]) -> None:
    """Once an hour at most, however many come: a flood fills no mailbox."""
    lately = NewsRow.at.between(work.now - MANY_IN, work.now)
    told = select(NewsRow.user_id).where(NewsRow.news == News.CONCERNS_MANY, NewsRow.over_at.is_(None), lately)
    untold = people - set(work.session.scalars(told))
    if untold:
        telling.over_about(work, 0, News.CONCERNS_MANY)
        telling.tell(work, News.CONCERNS_MANY, about=0, only=people)


def handles(work: Work, actor: Actor, concern: Concern) -> bool:
    """Whether this person looks into it: whoever sits at its desk; the headteacher too, but for safeguarding."""
    if actor.id in concern_desks.people(work, concern.desk):
        return True
    return concern.kind is not Kind.INDECENT and Role.HEADTEACHER in actor.roles


def sees(work: Work, actor: Actor, concern: Concern) -> bool:
    return handles(work, actor, concern) or concern.from_id == actor.id


def get(work: Work, actor: Actor, concern_id: int) -> Concern:
    """A concern that this person handles or has reported; any other one is not there."""
    concern = work.session.get(Concern, concern_id)
    if concern is None or not sees(work, actor, concern):
        raise NotFound
    return concern


def waiting(work: Work, actor: Actor) -> tuple[list[Concern], list[Concern]]:
    """Open ones that this person handles: those whose clock runs first, the soonest first; and beside them those that
    came from outside when very many did, so that they hide nothing."""
    order = (Concern.met_at.is_not(None), Concern.due_at, Concern.id)
    still_open = Concern.ended_at.is_(None)
    each, many = (_rows(work, still_open & Concern.crowded.is_(crowded), actor, *order) for crowded in (False, True))
    return each, many


def ended(work: Work, actor: Actor) -> list[Concern]:
    return _rows(work, Concern.ended_at.is_not(None), actor, Concern.ended_at.desc(), Concern.id.desc())


def _rows(work: Work, which: ColumnElement[bool], actor: Actor, *order: Any) -> list[Concern]:
    mine = {desk for desk in Desk if actor.id in concern_desks.people(work, desk)}
    head = Role.HEADTEACHER in actor.roles
    theirs = or_(Concern.desk.in_(mine), (Concern.kind != Kind.INDECENT) if head else Concern.id.is_(None))
    together = (selectinload(Concern.sender), selectinload(Concern.post))
    question = select(Concern).where(which, theirs, Concern.purged_at.is_(None)).order_by(*order)
    return list(work.session.scalars(question.limit(SHOWN).options(*together)))


def reported(work: Work, actor: Actor) -> list[Concern]:
    """What this person has reported, the newest first."""
    own = select(Concern).where(Concern.from_id == actor.id, Concern.purged_at.is_(None))
    return list(work.session.scalars(own.order_by(Concern.id.desc()).limit(SHOWN)))


def step(work: Work, actor: Actor, concern_id: int, what: What, said: str, desk: Desk | None = None) -> Concern:
    """Write down what somebody did about it. Whoever reported it may add a note. Raises Mistake, NotYours, Stale."""
    concern = get(work, actor, concern_id)
    if actor.id is None or (what is not What.NOTE and not handles(work, actor, concern)):
        raise NotYours(NOT_YOURS)
    if concern.ended_at is not None:
        raise Stale(gettext("This concern is closed already. If there is something new, report it again."))
    said = said.strip()
    if not said and what is not What.ACKNOWLEDGED:
        raise Mistake(gettext(_ASKS.get(what, N_("Say what you did, in a few words."))))
    if len(said) > LONGEST:
        raise Mistake(gettext("That is too long. Say it in {longest} letters.").format(longest=LONGEST))
    if what is What.PASSED_ON:
        _pass_on(concern, desk)
    if what is What.CLOSED and concern.apart:
        raise Refused(gettext("First say what becomes of the picture that is kept apart."))
    work.session.add(ConcernStep(concern_id=concern.id, at=work.now, user_id=actor.id, what=what, said=said, desk=desk))
    if meets(concern.kind, what) and concern.met_at is None:
        concern.met_at = work.now
    if what is What.CLOSED:
        concern.ended_at = work.now
    work.session.flush()
    over(work, concern, late_only=concern.ended_at is None and what is not What.PASSED_ON)
    detail = {"concern": concern.id, "what": str(what), "desk": str(desk) if desk else None}
    audit.append(work, actor, "concern step", concern.post_id, **detail)
    if what is What.PASSED_ON:
        _tell(work, concern, actor)
    return concern


_ASKS = {
    **dict.fromkeys(_EXPLAINED, N_("Say why: the people who see the account are told exactly why.")),
    What.POLICE: N_("Write the reference that the police gave, or when and with whom you spoke."),
    What.CLOSED: N_("Say how it ended, in a few words."),
    What.PASSED_ON: N_("Say why, in a few words."),
}


def _pass_on(concern: Concern, desk: Desk | None) -> None:
    if concern.kind in FIXED:
        raise Refused(gettext("This stays where it is: no policy lets it go to another desk."))
    if desk is None or desk is concern.desk:
        raise Mistake(gettext("Choose another desk."))
    concern.desk = desk


def over(work: Work, concern: Concern, late_only: bool = False) -> None:
    """What was told about it is no longer true: all of it, or that it is late once its clock is met."""
    if late_only and concern.met_at is None:
        return
    if concern.crowded and not late_only and _open_crowd(work) is None:
        telling.over_about(work, 0, News.CONCERNS_MANY)
    telling.over_about(work, concern.id, *((News.CONCERN_LATE,) if late_only else TOLD))


def late(work: Work) -> list[int]:
    """Those whose clock has run out and that the headteacher, or the safeguarding lead, was not told of yet.

    Of very many that came together one at a time, the one that waits longest: the page lists them all.
    """
    told = set(
        work.session.scalars(select(NewsRow.about).where(NewsRow.news == News.CONCERN_LATE, NewsRow.over_at.is_(None)))
    )
    question = select(Concern.id, Concern.crowded).where(
        Concern.ended_at.is_(None), Concern.met_at.is_(None), Concern.due_at <= work.now
    )
    rows = work.session.execute(question.order_by(Concern.id)).all()
    crowd = [number for number, crowded in rows if crowded]
    first = crowd[:1] if told.isdisjoint(crowd) else []
    return sorted({number for number, crowded in rows if not crowded} - told | set(first))


def _open_crowd(work: Work) -> int | None:
    question = select(Concern.id).where(Concern.crowded, Concern.ended_at.is_(None))
    return work.session.scalars(question.limit(1)).first()


def tell_late(work: Work, concern_id: int) -> None:
    concern = work.session.get_one(Concern, concern_id)
    if concern.met_at is not None or concern.ended_at is not None:
        return
    people = concern_desks.people(work, concern.desk)
    if concern.kind is not Kind.INDECENT:
        people |= deputies.with_role(work, frozenset({Role.HEADTEACHER}))
    telling.tell(work, News.CONCERN_LATE, about=concern.id, only=people)
