"""A picture that must not be seen: kept apart at once, and put back or purged by whoever handles the concern.

Nothing is copied, shown or looked up on the way: the concern holds the number of the post and nothing of its picture.
"""

from collections import defaultdict

from sqlalchemy import select

from moderation.db.models import Concern, ConcernStep, Photo, Post
from moderation.rules.concerns import Kind, What
from moderation.rules.language import gettext
from moderation.rules.retention import Rule
from moderation.rules.roles import STAFF, SYSTEM, Actor
from moderation.rules.workflow import NOT_YOURS, Action, NotYours, Refused, State
from moderation.services import audit, board, cases, concerns, out, purge_ledger, purging, safeguarding, takedowns
from moderation.services.concerns import Report
from moderation.services.purge_ledger import Order
from moderation.services.work import Work, written

_STOPPABLE = (State.CHECKING, State.IN_REVIEW, State.SENT_BACK, State.RELEASED)
STOPPED = "It is stopped because of a concern about a picture in it."
SLIPPED = "Taken back: it was a slip."
REMOVED_BEFORE = (
    "A picture in it was removed from Gatepost before, because it must not be seen. Gatepost found it here."
)
PUT_BACK = "The pictures are put back"


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
    if out.is_out(work, post) and takedowns.left_to_ask(work, actor, post, why):
        takedowns.ask_for(work, actor, post.id, why)


def mistake(work: Work, actor: Actor, post_id: int) -> Concern:
    """“I made a mistake”, in one tap."""
    if actor.role not in STAFF:
        raise NotYours(NOT_YOURS)
    post = board.visible(work, actor, post_id)
    stop_or_ask(work, actor, post, takedowns.OWN_MISTAKE)
    return concerns.add(work, actor, Report(Kind.MISTAKE, post_id=post.id))


def is_slip(work: Work, actor: Actor, concern: Concern) -> bool:
    """Whether this person may still take back “I made a mistake”: soon after, and before anybody has done anything."""
    soon = concern.at <= work.now < concern.at + takedowns.SLIP
    own = concern.kind is Kind.MISTAKE and concern.from_id == actor.id and actor.id is not None
    return own and soon and not concern.steps and concern.ended_at is None


def take_back(work: Work, actor: Actor, concern_id: int) -> None:
    """It was a slip: the concern is closed, and nothing has to come down because of it.

    What was stopped stays so until a head lets it go on: a stop is nobody's to undo alone.
    """
    concern = concerns.get(work, actor, concern_id)
    if concern.post is None or not is_slip(work, actor, concern):
        raise Refused(
            gettext("That cannot be taken back any more: too long ago, or somebody has begun. Add a note instead.")
        )
    same = select(Concern.id).where(Concern.post_id == concern.post_id, Concern.id != concern.id)
    if not work.session.scalars(same.where(Concern.ended_at.is_(None)).limit(1)).first():
        takedowns.not_meant(work, actor, concern.post, concern.at)  # else somebody relies on it
    step = ConcernStep(concern_id=concern.id, at=work.now, user_id=actor.id, what=What.CLOSED, said=SLIPPED)
    work.session.add(step)
    concern.ended_at = concern.met_at = work.now
    work.session.flush()
    concerns.over(work, concern)
    audit.append(work, actor, "mistake taken back", concern.post_id, concern=concern.id)


def look_for_removed(work: Work) -> int:
    """The sweep's look: a picture that was purged because it must not be seen, and is in a post all the same.

    It came while it was purged, or with a restored backup. It is kept apart at once, and its desk decides anew.
    Returns in how many posts one was found.
    """
    gone = purge_ledger.removed_files(work)
    shown = select(Photo.post_id, Photo.media_key).join(Post).where(Photo.media_key.in_(gone))
    posts: dict[str, set[int]] = defaultdict(set)
    for post_id, key in work.session.execute(shown.where(Post.state != State.PURGED)):
        posts[key].add(post_id)
    told = select(Concern.post_id).where(Concern.apart | (Concern.what == REMOVED_BEFORE))  # put back: somebody's word
    known = set(work.session.scalars(told))
    found = {post_id: key for key in posts for post_id in posts[key] - known}
    for post_id, key in sorted(found.items()):
        concern = concerns.add(work, None, Report(_kind_of_removed(work, key), REMOVED_BEFORE, post_id=post_id))
        concern.apart = True
        audit.append(work, SYSTEM, "pictures kept apart", post_id, concern=concern.id)
    return len(found)


def _kind_of_removed(work: Work, key: str) -> Kind:
    """As it was reported when it was removed. If nobody knows any more, as if it might be indecent."""
    reported = select(Concern.kind).where(Concern.post_id.in_(purge_ledger.posts_with(work, key)))
    return Kind.COMPROMISING if set(work.session.scalars(reported)) == {Kind.COMPROMISING} else Kind.INDECENT


def put_back(work: Work, actor: Actor, concern_id: int, why: str) -> None:
    """It is nothing that must be kept apart. The post stays stopped, or live, as it is."""
    concern, post, why = _of(work, actor, concern_id, why)
    concern.apart = False
    others = [one.reference for one in _others(work, concern)]
    said = f"Concern {', '.join(others)} still keeps the pictures apart, this one no longer" if others else PUT_BACK
    _write(work, actor, concern, post, f"{said}: {why}", "pictures put back")


def purge(work: Work, actor: Actor, concern_id: int, why: str) -> None:
    """The post with its pictures goes for good, with a line in the purge ledger. Not while it is live anywhere.

    Never by whoever reported it alone, and never what may be indecent: that is evidence until the police have spoken.
    """
    concern, post, why = _of(work, actor, concern_id, why)
    together = [concern, *_others(work, concern)]  # several people may have reported the same post: it goes once
    for one in together:
        _may_purge(work, actor, one)
    if out.is_out(work, post):
        raise Refused(
            gettext("It is still live. Take it down on its accounts first; the desk of takedowns shows where.")
        )
    _nowhere_else(work, post)
    for one in together:
        one.apart = False
    work.session.flush()
    certificate = purge_ledger.next_certificate(work)
    if post.state is not State.PURGED:  # as it is where a restored backup was purged again
        keys = purging.post(work, actor, post)
        purge_ledger.append(work, actor, Order(certificate, Rule.REMOVED, 0, work.today), post.id, keys)
    for one in together:
        _write(work, actor, one, post, f"Purged, certificate {certificate}: {why}", "pictures purged")


def _may_purge(work: Work, actor: Actor, concern: Concern) -> None:
    if not concerns.handles(work, actor, concern):
        raise Refused(
            gettext("Somebody else keeps pictures of this post apart too, so they decide whether it is purged.")
        )
    if concern.kind is Kind.INDECENT and not any(one.what is What.POLICE for one in concern.steps):
        raise Refused(gettext("Delete nothing before the police were asked. Write down first what they said."))
    if concern.from_id == actor.id:
        raise Refused(gettext("You reported this, so somebody else decides that it is purged."))


def _others(work: Work, concern: Concern) -> list[Concern]:
    """Other concerns that keep the same post apart."""
    same = select(Concern).where(Concern.post_id == concern.post_id, Concern.apart, Concern.id != concern.id)
    return list(work.session.scalars(same.order_by(Concern.id)))


def _nowhere_else(work: Work, post: Post) -> None:
    """Purged here, the same picture would be shown again there."""
    own = set(work.session.scalars(select(Concern.post_id).where(Concern.apart)))
    others = [str(one) for one in safeguarding.same_pictures(work, post.id) if one not in own]
    if others:
        raise Refused(
            gettext("A picture of it is also in post {posts}. Keep that apart too first, then purge each.").format(
                posts=", ".join(others)
            )
        )


def _of(work: Work, actor: Actor, concern_id: int, why: str) -> tuple[Concern, Post, str]:
    concern = concerns.get(work, actor, concern_id)
    if not concerns.handles(work, actor, concern):
        raise NotYours(NOT_YOURS)
    if not concern.apart or concern.post is None:
        raise Refused(gettext("Nothing is kept apart for this concern now. Load the page again."))
    return concern, concern.post, written(why, concerns.LONGEST)


def _write(work: Work, actor: Actor, concern: Concern, post: Post, said: str, action: str) -> None:
    step = ConcernStep(concern_id=concern.id, at=work.now, user_id=actor.id, what=What.NOTE)
    step.said = said[: concerns.LONGEST]
    work.session.add(step)
    work.session.flush()
    audit.append(work, actor, action, post.id, concern=concern.id)
