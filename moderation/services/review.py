"""The decision: findings settled, things covered, posts approved or sent back, stopped or resumed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from moderation.db.models import Approval, Finding, Post
from moderation.rules.findings import BY_TWO, RESOLUTIONS, Resolution
from moderation.rules.holding import APPROVAL_HOLDS as APPROVAL_HOLDS
from moderation.rules.holding import approval_ends
from moderation.rules.language import gettext
from moderation.rules.post_kinds import DECIDERS, PostKind
from moderation.rules.roles import APPROVERS, Actor
from moderation.rules.route import Standing
from moderation.rules.telling import News
from moderation.rules.workflow import (
    NOT_YOURS,
    Action,
    NotYours,
    Refused,
    Stale,
    State,
    advance,
    is_theirs_to_decide,
)
from moderation.services import (
    ahead,
    appearing,
    audit,
    board,
    cases,
    checks,
    claims,
    pupils,
    routes,
    scanning,
    telling,
    versions,
)
from moderation.services.work import NotFound, Work


@dataclass(frozen=True)
class Word:
    """What a person says about findings, and why."""

    resolution: Resolution
    reason: str


def kinds_of(actor: Actor) -> tuple[PostKind, ...]:
    """The kinds of posts that this person decides about."""
    return tuple(kind for kind in PostKind if not actor.roles.isdisjoint(DECIDERS[kind]))


def check_theirs(work: Work, actor: Actor, post_id: int) -> None:
    """Raises NotYours for a post of a kind that other people decide about, in whatever state it is."""
    if cases.get(work, post_id).kind not in kinds_of(actor):
        raise NotYours(gettext(str(is_theirs_to_decide.__doc__)))


def waiting(work: Work, actor: Actor) -> list[Post]:
    """What waits for a decision, urgent ones first, then the oldest; who has reminders alone, by when they are wanted.

    So a post that somebody wants by the summer overtakes none that has waited longer.
    """
    kinds = kinds_of(actor)
    wanted = () if PostKind.POST in kinds else (Post.wanted_by.is_(None), Post.wanted_by)
    question = select(Post).where(Post.state == State.IN_REVIEW, Post.kind.in_(kinds))
    posts = board.listed(work, question.order_by(Post.urgent.desc(), *wanted, Post.submitted_at, Post.id))
    ahead.of_posts(work, posts)
    return posts


def asking(work: Work, actor: Actor) -> list[Post]:
    """Those of the queue that ask for this person's approval now."""
    return [post for post in waiting(work, actor) if asks(standing(work, post), actor)]


def being_checked(work: Work, actor: Actor) -> int:
    """How many posts come here once their checks have ended: new ones, and those that a change sent back to them."""
    theirs = Post.kind.in_(kinds_of(actor))
    return work.session.scalars(select(func.count()).where(Post.state == State.CHECKING, theirs)).one()


def next_for(work: Work, actor: Actor) -> int | None:
    """The number of the first post of the queue that asks this person, and that nobody else looks at."""
    taken = set(work.session.scalars(claims.of_others(work, actor)))
    posts = (post for post in waiting(work, actor) if post.id not in taken)
    return next((post.id for post in posts if asks(standing(work, post), actor)), None)


def standing(work: Work, post: Post) -> Standing:
    """Who has approved the post as it is now, and who is asked next."""
    return routes.standing(work, post, cases.digest_of(work, post), routes.approvals(work, post))


def asks(standing: Standing, actor: Actor) -> bool:
    return actor.id is not None and standing.asks(actor.id, actor.roles)


def settle(work: Work, actor: Actor, post_id: int, finding_ids: Sequence[int], word: Word, seen_digest: str) -> None:
    """One person's word on findings of the post as it is now: on one, or on several of a kind in one stroke."""
    post, findings = _to_settle(work, actor, post_id, finding_ids, seen_digest)
    if any(not RESOLUTIONS[finding.kind] for finding in findings):
        raise Refused(gettext("No word settles this. Send the post back, so that its author takes them out of it."))
    if any(word.resolution not in possible(work, finding, actor) for finding in findings):
        raise Refused(gettext("This cannot be settled like that. Cover it, or remove the photo."))
    pupils.check_word(work, post, findings, word.resolution)
    if not word.reason.strip():
        raise Refused(gettext("Say why, in a few words."))
    for finding in findings:
        finding.resolution, finding.agreed_by_id = word.resolution, None
        finding.reason = word.reason.strip()
        finding.resolved_by_id = actor.id
        finding.resolved_at = work.now
        audit.append(
            work, actor, "finding settled", post.id, finding=finding.id, kind=finding.kind, word=word.resolution
        )


def possible(work: Work, finding: Finding, actor: Actor) -> tuple[Resolution, ...]:
    """What may be said about it in this school. A match is let through by two approvers, and by nobody else."""
    ready = RESOLUTIONS[finding.kind]
    approves = not actor.roles.isdisjoint(APPROVERS)
    by_two = finding.kind in BY_TWO and work.register_version.matches_by_two and approves
    return (*ready, Resolution.ALLOWED) if by_two else ready


def agree(work: Work, actor: Actor, post_id: int, finding_id: int, seen_digest: str) -> None:
    """The second person's word on a match that somebody wants to let through."""
    if actor.roles.isdisjoint(APPROVERS):
        raise NotYours(NOT_YOURS)
    post, [finding] = _to_settle(work, actor, post_id, [finding_id], seen_digest)
    if not finding.waits_for_second or not work.register_version.matches_by_two:
        raise Stale(gettext("Nobody asks for a second word on this flag now. Look at it as it is."))
    if finding.resolved_by_id == actor.id:
        raise Refused(gettext("You said so yourself. Somebody else has to agree."))
    finding.agreed_by_id = actor.id
    audit.append(work, actor, "match allowed by two", post.id, finding=finding.id, kind=finding.kind)


def unsettle(work: Work, actor: Actor, post_id: int, finding_ids: Sequence[int], seen_digest: str) -> None:
    """Undo: the findings are open again."""
    post, findings = _to_settle(work, actor, post_id, finding_ids, seen_digest)
    for finding in findings:
        finding.resolution, finding.reason, finding.resolved_by_id, finding.resolved_at = None, "", None, None
        finding.agreed_by_id = None
        audit.append(work, actor, "finding opened again", post.id, finding=finding.id, kind=finding.kind)


def _to_settle(
    work: Work, actor: Actor, post_id: int, finding_ids: Sequence[int], seen_digest: str
) -> tuple[Post, list[Finding]]:
    post = cases.get(work, post_id)
    advance(post.state, Action.SETTLE, actor, cases.case_of(work, post, seen_digest=seen_digest))
    findings = _findings(work, post, finding_ids)
    flag_modified(post, "state")  # against an approval of the same moment: the row's version lets one of them through
    if any(finding.resolution for finding in findings):
        cases.void_approvals(work, post)  # whoever has approved relied on the word that stood
    return post, findings


def _findings(work: Work, post: Post, finding_ids: Sequence[int]) -> list[Finding]:
    there = {finding.id: finding for finding in checks.findings(work, post)}
    if not finding_ids or not there.keys() >= set(finding_ids):
        raise Stale(gettext("This flag is of an earlier version of the post. Look at it as it is now, then decide."))
    return [there[finding_id] for finding_id in finding_ids]


def remove_photo(work: Work, actor: Actor, post_id: int, photo_id: int, seen_digest: str) -> None:
    """Take a photo out of the post. What is left goes through the checks again."""
    post = cases.get(work, post_id)
    case = cases.case_of(work, post, seen_digest=seen_digest)
    advance(post.state, Action.REMOVE_PHOTO, actor, case)
    cases.photo_of(post, photo_id).removed_at = work.now
    work.session.flush()
    cases.move(work, post, Action.REMOVE_PHOTO, actor, case, photo=photo_id)
    scanning.order(work, post)


def approve(work: Work, actor: Actor, post_id: int, seen_digest: str, still_meant: bool = False) -> bool:
    """One person's approval of exactly the digest that they saw. Whether it was the last one: the post is released.

    `still_meant`: though the time has passed by which it was wanted (law 11).
    """
    post = cases.get(work, post_id)
    case = cases.case_of(work, post, seen_digest=seen_digest, still_meant=still_meant)
    relied_on = appearing.relied_on(appearing.of_post(work, post))
    more: dict[str, object] = {"permissions": relied_on} if relied_on else {}
    if post.not_before:
        more["held_until"] = post.not_before.isoformat()
    post.agreed_from = post.not_before
    cases.move(work, post, Action.APPROVE, actor, case, **more)
    cases.void_approvals(work, post, of=actor)  # an earlier one that does not count, in its place
    work.session.add(
        Approval(
            post_id=post.id,
            user_id=actor.id,
            as_roles=",".join(sorted(actor.roles)),
            digest=case.digest,
            at=work.now,
            expires_at=approval_ends(work.now, post.not_before, post.wanted_by),
            not_before=post.not_before,
        )
    )
    work.session.flush()
    case = cases.case_of(work, post, seen_digest=seen_digest)
    if case.standing.is_complete:
        cases.move(work, post, Action.RELEASE, actor, case)
    else:
        telling.tell(work, News.WAITS, post, but=(actor.id,))  # whom the route asks next
    claims.let_go(work, post)
    return post.state is State.RELEASED


def take_own_back(work: Work, actor: Actor, post_id: int) -> None:
    """An approver thinks again while the post still waits for others."""
    post = cases.get(work, post_id)
    cases.move(work, post, Action.TAKE_OWN_BACK, actor, cases.case_of(work, post))
    cases.void_approvals(work, post, of=actor)


def decide(work: Work, actor: Actor, post_id: int, action: Action, reason: str, because_of: Sequence[int] = ()) -> None:
    """Send back, stop, resume or take an approval back: each with a reason, a post sent back with flags attached."""
    if action not in (Action.SEND_BACK, Action.STOP, Action.RESUME, Action.UNAPPROVE):
        raise NotFound
    post = cases.get(work, post_id)
    cases.move(work, post, action, actor, cases.case_of(work, post, reason=reason))
    claims.let_go(work, post)
    if action is Action.SEND_BACK:
        versions.sent_back_for(work, post, because_of)
    if action is Action.RESUME:
        scanning.order(work, post)
