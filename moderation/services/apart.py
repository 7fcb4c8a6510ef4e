"""A picture that must not be seen: kept apart at once, and put back or purged by whoever handles the concern.

Nothing is copied, shown or looked up on the way: the concern holds the number of the post and nothing of its picture.
"""

from sqlalchemy import select

from moderation.db.models import Concern, ConcernStep, Post
from moderation.rules.concerns import Kind, What
from moderation.rules.retention import Rule
from moderation.rules.roles import STAFF, Actor
from moderation.rules.workflow import NOT_YOURS, Action, NotYours, Refused, State
from moderation.services import audit, board, cases, concerns, out, purge_ledger, purging, safeguarding, takedowns
from moderation.services.concerns import Report
from moderation.services.purge_ledger import Order
from moderation.services.work import Work, written

_STOPPABLE = (State.CHECKING, State.IN_REVIEW, State.SENT_BACK, State.RELEASED)
STOPPED = "It is stopped because of a concern about a picture in it."
TAKEN_BACK = "Whoever reports this says that it was a mistake."


def keep_apart(
    work: Work, actor: Actor, post_id: int, may_be_indecent: bool, what: str = "", place: str = ""
) -> Concern:
    """The answer to the one question. From now on nobody but those who handle it gets a picture of this post.

    Nor of another post that has one of its pictures too: that one is stopped, or asked to be taken down, as well.
    """
    if actor.role not in STAFF:
        raise NotYours(NOT_YOURS)
    post = board.visible(work, actor, post_id)
    for number in (post.id, *safeguarding.same_pictures(work, post.id)):
        stop_or_ask(work, actor, cases.get(work, number), STOPPED)
    kind = Kind.INDECENT if may_be_indecent else Kind.COMPROMISING
    same = select(Concern).where(Concern.post_id == post.id, Concern.kind == kind, Concern.apart)
    there = work.session.scalars(same.where(Concern.from_id == actor.id)).first()
    if there is not None and not what.strip():
        return there
    concern = concerns.add(work, actor, Report(kind, what, place, post.id))
    concern.apart = True
    work.session.flush()
    audit.append(work, actor, "pictures kept apart", post.id, concern=concern.id)
    return concern


def stop_or_ask(work: Work, actor: Actor, post: Post, why: str) -> None:
    """Stop a post that is on its way; ask for what is out to be taken down. Any other goes nowhere as it is."""
    if post.state in _STOPPABLE:
        cases.move(work, post, Action.STOP, actor, cases.case_of(work, post, reason=why))
    if out.is_out(work, post) and not takedowns.all_asked(work, post):
        takedowns.ask_for(work, actor, post.id, why)


def mistake(work: Work, actor: Actor, post_id: int) -> Concern:
    """“I made a mistake”, in one tap."""
    if actor.role not in STAFF:
        raise NotYours(NOT_YOURS)
    post = board.visible(work, actor, post_id)
    stop_or_ask(work, actor, post, TAKEN_BACK)
    return concerns.add(work, actor, Report(Kind.MISTAKE, post_id=post.id))


def put_back(work: Work, actor: Actor, concern_id: int, why: str) -> None:
    """It is nothing that must be kept apart. The post stays stopped, or live, as it is."""
    concern, post, why = _of(work, actor, concern_id, why)
    concern.apart = False
    _write(work, actor, concern, post, f"The pictures are put back: {why}", "pictures put back")


def purge(work: Work, actor: Actor, concern_id: int, why: str) -> None:
    """The post with its pictures goes for good, with a line in the purge ledger. Not while it is live anywhere.

    Never by whoever reported it alone, and never what may be indecent: that is evidence until the police have spoken.
    """
    concern, post, why = _of(work, actor, concern_id, why)
    if concern.kind is Kind.INDECENT and not any(one.what is What.POLICE for one in concern.steps):
        raise Refused("Delete nothing before the police were asked. Write down first what they said.")
    if concern.from_id == actor.id:
        raise Refused("You reported this, so somebody else decides that it is purged.")
    if out.is_out(work, post):
        raise Refused("It is still live. Take it down on its accounts first; the desk of takedowns shows where.")
    _nowhere_else(work, post)
    concern.apart = False
    work.session.flush()
    certificate = purge_ledger.next_certificate(work)
    if post.state is not State.PURGED:
        keys = purging.post(work, actor, post)
        purge_ledger.append(work, actor, Order(certificate, Rule.REMOVED, 0, work.today), post.id, keys)
    _write(work, actor, concern, post, f"Purged, certificate {certificate}: {why}", "pictures purged")


def _nowhere_else(work: Work, post: Post) -> None:
    """Purged here, the same picture would be shown again there."""
    own = set(work.session.scalars(select(Concern.post_id).where(Concern.apart)))
    others = [str(one) for one in safeguarding.same_pictures(work, post.id) if one not in own]
    if others:
        raise Refused(
            f"A picture of it is also in post {', '.join(others)}. Keep that apart too first, then purge each."
        )


def _of(work: Work, actor: Actor, concern_id: int, why: str) -> tuple[Concern, Post, str]:
    concern = concerns.get(work, actor, concern_id)
    if not concerns.handles(work, actor, concern):
        raise NotYours(NOT_YOURS)
    if not concern.apart or concern.post is None:
        raise Refused("Nothing is kept apart for this concern now.")
    return concern, concern.post, written(why, concerns.LONGEST)


def _write(work: Work, actor: Actor, concern: Concern, post: Post, said: str, action: str) -> None:
    step = ConcernStep(concern_id=concern.id, at=work.now, user_id=actor.id, what=What.NOTE)
    step.said = said[: concerns.LONGEST]
    work.session.add(step)
    work.session.flush()
    audit.append(work, actor, action, post.id, concern=concern.id)
