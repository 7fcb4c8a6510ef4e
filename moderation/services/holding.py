"""Posts held until their time: the author asks for it, whoever decides sets it, the publisher may make it later."""

from datetime import datetime

from moderation.db.models import Approval, Post
from moderation.rules import holding
from moderation.rules.holding import Held
from moderation.rules.language import N_, gettext
from moderation.rules.roles import Actor
from moderation.rules.telling import News
from moderation.rules.workflow import DECIDES, Refused, Stale, State, check
from moderation.services import audit, board, cases, intake, route_changes, routes, telling
from moderation.services.work import Work

MEANWHILE = N_("Somebody else has moved its time meanwhile. Look at it as it is now.")


def ask(work: Work, actor: Actor, post_id: int, until: datetime | None) -> list[str]:
    """Its author asks in the form that it is held. Returns a sentence if it cannot be held until then.

    What only contradicts the time by which it is wanted is kept all the same: a hold is never lost on the way.
    """
    post = intake.editable(work, actor, post_id)
    if until == post.not_before and until is not None and until <= work.now:
        return []  # it came back with a time that has come since
    problem = holding.unusable(until, post.wanted_by, work.now, work.zone) if until else ""
    usable = until is None or not holding.unusable(until, None, work.now, work.zone)
    post.not_before = until if usable else post.not_before
    return [problem] if problem else []


def hold(work: Work, actor: Actor, post_id: int, was: datetime | None, until: datetime | None) -> Post:
    """Hold a post until then, or (None) no longer. `was`: what the person saw. Moves are audited.

    Approvals stand, but for those of other people that knew a later time: they are asked for again (law 1).
    """
    post = board.visible(work, actor, post_id)
    if post.not_before != was:
        raise Stale(gettext(MEANWHILE))
    held = of(work, post)
    holding.check(held, actor, until, work.now, work.zone)
    sooner = _sooner(work, post, until)
    if sooner:  # it asks for what approving asks for
        check(DECIDES, cases.case_of(work, post), actor)
    post.not_before = until
    for one in sooner:
        if one.user_id == actor.id:
            one.not_before = until
        else:
            one.void_at = work.now
    for one in routes.approvals(work, post):  # a fortnight from when it may go out now: never as long as it was held
        one.expires_at = min(one.expires_at, holding.approval_ends(work.now, until, post.wanted_by))
    if holding.decides(held, actor):
        post.agreed_from = until
    audit.append(work, actor, "held until", post.id, was=_written(was), until=_written(until))
    if any(one.void_at for one in sooner):
        _approve_anew(work, actor, post)
    _tell(work, actor, post)
    return post


def _sooner(work: Work, post: Post, until: datetime | None) -> list[Approval]:
    """The approvals of a time still to come, before which the post would go out now."""
    to_come = [one for one in routes.approvals(work, post) if one.not_before and one.not_before > work.now]
    return [one for one in to_come if until is None or until < one.not_before]  # type: ignore[operator]


def _approve_anew(work: Work, actor: Actor, post: Post) -> None:
    work.session.flush()
    if post.state is State.RELEASED:
        route_changes.ask_again(work, post)
    elif post.state is State.IN_REVIEW:
        telling.tell(work, News.WAITS, post, but=(actor.id,))


def of(work: Work, post: Post) -> Held:
    ends = min((one.expires_at for one in routes.approvals(work, post)), default=None)
    return Held(post.state, post.author_id, post.agreed_from, post.wanted_by, ends)


def may_hold(work: Work, actor: Actor, post: Post, until: datetime | None) -> bool:
    """Whether a page may offer it."""
    try:
        holding.check(of(work, post), actor, until, work.now, work.zone)
    except Refused:
        return False
    return True


def is_held(work: Work, post: Post) -> bool:
    return post.not_before is not None and post.not_before > work.now


def saw(post: Post, held_until: str) -> None:
    """Raises Stale unless the page showed the time that is to be approved: no digest holds it."""
    if held_until != _written(post.not_before):
        raise Stale(gettext(MEANWHILE))


def _tell(work: Work, actor: Actor, post: Post) -> None:
    telling.over(work, post, (News.OWN_MOVED,))
    telling.tell(work, News.OWN_MOVED, post, but=(actor.id,))
    if post.state is State.RELEASED:
        telling.over(work, post, (News.READY,))
        if not is_held(work, post):
            telling.tell(work, News.READY, post, but=(actor.id,))


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
