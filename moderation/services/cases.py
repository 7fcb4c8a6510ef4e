"""The one hinge: every change of a post's state, by the table of transitions, together with its audit row."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from moderation.db.models import Account, Approval, AuditRow, Freeze, Kit, Photo, Post, Publication, Subject, Takedown
from moderation.rules.digest import Content, canonical, digest
from moderation.rules.holding import said
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import Action, Case, State, advance, available
from moderation.services import (
    acceptance,
    audit,
    checklist,
    checks,
    fitting,
    publisher_consents,
    renditions,
    restored,
    routes,
    safeguarding,
    telling,
    versions,
)
from moderation.services.work import NotFound, Work

Part = TypeVar("Part")
# What leaves the approvals of a post that waits or is released as they are. Everything else that moves it voids them.
_APPROVALS_STAND = (Action.APPROVE, Action.RELEASE, Action.ASK_AGAIN, Action.TAKE_OWN_BACK, Action.OUT_ON_ONE)


def get(work: Work, post_id: int) -> Post:
    post = work.session.get(Post, post_id)
    if post is None:
        raise NotFound
    return post


def account_of(post: Post, account_id: int) -> Account:
    """Raises NotFound for an account that the post is not for."""
    return _there(account for account in post.accounts if account.id == account_id)


def photo_of(post: Post, photo_id: int) -> Photo:
    """A photo of the post as it is now. Raises NotFound."""
    return _there(photo for photo in post.photos if photo.id == photo_id)


def publication_on(work: Work, post: Post, account_id: int) -> Publication:
    """Where it is out on that account. Raises NotFound."""
    return _there(one for one in publications(work, post) if one.account_id == account_id)


def _there(found: Iterator[Part]) -> Part:
    for one in found:
        return one
    raise NotFound


def digest_of(work: Work, post: Post, wanted: Sequence[checks.Needed] | None = None) -> str:
    """What an approver would answer for at this moment."""
    return digest(content_of(work, post, wanted))


def content_of(work: Work, post: Post, wanted: Sequence[checks.Needed] | None = None) -> Content:
    """What that digest is of."""
    wanted = checks.needed(work, post) if wanted is None else wanted
    version = work.register_version
    return Content(
        caption=post.words_out,
        photos=tuple((photo.media_key, photo.alt_text) for photo in post.photos),
        accounts=tuple((account.id, account.network, account.handle) for account in post.accounts),
        list_version=version.list_version,
        roll_version=version.roll_version,
        people=next((one.digest for one in wanted if one.subject is Subject.PEOPLE), ""),
        pictures=renditions.in_digest(work, post),
    )


def standing_approval(work: Work, post: Post) -> Approval | None:
    """The last one given. Whether more are needed is the route's affair."""
    return next(reversed(routes.approvals(work, post)), None)


def case_of(
    work: Work,
    post: Post,
    reason: str = "",
    seen_digest: str | None = None,
    links_missing: int | None = None,
    still_meant: bool = False,
) -> Case:
    """The facts that the guards ask for, read now."""
    given = routes.approvals(work, post)
    approval = given[-1] if given else None
    wanted = checks.needed(work, post)
    scans = checks.current_scans(work, post, wanted)
    digest_now = digest_of(work, post, wanted)
    out = publications(work, post)
    there = {one.account_id for one in out}
    standing = routes.standing(work, post, digest_now, given)
    expired = any(one.expires_at <= work.now for one in given)
    opened = approval and _kit_of(work, approval)
    return Case(
        author_id=post.author_id,
        last_editor_id=post.last_editor_id,
        kind=post.kind,
        took_cover_off=routes.took_cover_off(work, post),
        says_something=bool(post.caption.strip() or post.photos),
        photos_without_alt_text=sum(not photo.alt_text.strip() for photo in post.photos),
        accounts=len(post.accounts),
        misfits=len(fitting.misfits(post))
        + (checks.not_made(work, post, scans) if post.state is State.IN_REVIEW else 0),
        closed_accounts=sum(not account.in_use for account in post.accounts if account.id not in there),
        checks_waiting=sum(not checks.has_ended(scan) for scan in scans),
        checks_current=len(scans) == len(wanted),
        unsettled=sum(not finding.is_settled for scan in scans for finding in scan.findings),
        digest=digest_now,
        seen_digest=seen_digest,
        approved_digest=approval.digest if approval else None,
        standing=standing,
        approval_expired=expired and not standing.is_complete,
        kit_opened=bool(opened),
        links_missing=len(post.accounts) if links_missing is None else links_missing,
        out_on=len(out),
        to_take_down=_to_take_down(work, post) if out else 0,
        reason=reason,
        entry=acceptance.entry(work),
        handing=checklist.handing(work, post),
        handed_in=post.state not in (State.SENT_BACK, State.STOPPED) or _was_handed_in(work, post),
        restored=restored.is_behind(work),
        held_until=said(post.not_before, work.zone) if post.not_before and post.not_before > work.now else "",
        publishers=publisher_consents.who(work),
        frozen=is_frozen(work),
        kept_apart=safeguarding.is_apart(work, post),
        in_time=still_meant or post.wanted_by is None or post.wanted_by > work.now,
    )


def _kit_of(work: Work, approval: Approval) -> Kit | None:
    return work.once("kit", approval.id, lambda: _opened(work, approval.id))


def _opened(work: Work, approval_id: int) -> Kit | None:
    return work.session.scalars(select(Kit).where(Kit.approval_id == approval_id).limit(1)).first()


def _to_take_down(work: Work, post: Post) -> int:
    question = select(func.count(Takedown.id)).join(Publication, Publication.id == Takedown.publication_id)
    return work.session.scalar(question.where(Publication.post_id == post.id, Takedown.end.is_(None))) or 0


def is_frozen(work: Work) -> bool:
    """Whether the school has stopped everything from going out."""
    return work.once("frozen", None, lambda: _standing_freeze(work)) is not None


def _standing_freeze(work: Work) -> int | None:
    return work.session.scalars(select(Freeze.id).where(Freeze.stands.is_(True)).limit(1)).first()


def _was_handed_in(work: Work, post: Post) -> bool:
    """Whether it was stopped as its author handed it in; sent back, it may hold words that they never sent."""
    way = select(AuditRow.action).where(
        AuditRow.post_id == post.id, AuditRow.action.in_((Action.SUBMIT, Action.SEND_BACK))
    )
    return work.session.scalars(way.order_by(AuditRow.number.desc()).limit(1)).first() == Action.SUBMIT


def move(work: Work, post: Post, action: Action, actor: Actor, case: Case, **detail: object) -> None:
    """Change the post's state. Raises Refused, Stale or NotYours with a sentence, and then nothing has changed."""
    before = post.state
    post.state = advance(before, action, actor, case)
    flag_modified(post, "state")  # two moves at once: the version of the row lets one of them through
    if post.state is not before:
        post.state_since = work.now
        if actor.role is not Role.SYSTEM:
            post.note = case.reason.strip()
    if case.reason:
        detail["reason"] = case.reason.strip()
    waits = before in (State.IN_REVIEW, State.RELEASED)
    if waits and post.state is not State.LIVE and action not in _APPROVALS_STAND:
        void_approvals(work, post)
    if post.state is not before and post.state in versions.ENDS:
        versions.keep(work, post, case.digest, canonical(content_of(work, post)), case.handed_in)
    audit.append(work, actor, str(action), post.id, before=before, after=post.state, digest=case.digest, **detail)
    telling.moved(work, post, before, action, actor, case)
    work.session.flush()


def void_approvals(work: Work, post: Post, of: Actor | None = None) -> None:
    """Every approval that stands, or those of one person."""
    for approval in routes.approvals(work, post):
        if of is None or approval.user_id == of.id:
            approval.void_at = work.now
    work.session.flush()


def offers(work: Work, post: Post, actor: Actor) -> frozenset[Action]:
    """What a page may offer this person for this post."""
    return available(post.state, actor, post.author_id, post.last_editor_id, len(publications(work, post)), post.kind)


def publications(work: Work, post: Post) -> list[Publication]:
    """Where it is out, or was until it was taken down; in the order in which it went out."""
    return list(work.once("publications", post.id, lambda: _publications(work, post.id)))


def _publications(work: Work, post_id: int) -> Sequence[Publication]:
    question = select(Publication).where(Publication.post_id == post_id).order_by(Publication.id)
    return work.session.scalars(question).all()
