"""The decision: findings settled, things covered, posts approved or sent back, stopped or resumed."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from moderation.db.models import Approval, Finding, Photo, Post, Resolution
from moderation.media import photo as pictures
from moderation.rules.findings import Kind
from moderation.rules.roles import APPROVERS, Actor
from moderation.rules.workflow import Action, NotYours, Refused, Stale, State, check, is_not_author
from moderation.services import audit, cases, checks, scanning
from moderation.services.work import NotFound, Work

APPROVAL_HOLDS = timedelta(days=14)


_CHOICES = {
    Kind.FACE_POSSIBLE: [Resolution.FALSE_ALARM, Resolution.LOOKED_AT],
    Kind.FACE_UNCLEAR: [Resolution.LOOKED_AT],
    Kind.TEXT_UNREADABLE: [Resolution.LOOKED_AT],
    Kind.UNCHECKED: [Resolution.LOOKED_AT],
    Kind.TEXT_PERSONAL: [Resolution.FALSE_ALARM, Resolution.ALLOWED],
}


def waiting(work: Work) -> list[Post]:
    """The queue: what waits for a decision, oldest first."""
    return list(
        work.session.scalars(select(Post).where(Post.state == State.IN_REVIEW).order_by(Post.submitted_at, Post.id))
    )


def choices(finding: Finding) -> list[Resolution]:
    """What a person may say about a finding. A face on the list or a roll name is never simply allowed."""
    return _CHOICES.get(finding.kind, [Resolution.FALSE_ALARM])


def settle(
    work: Work, actor: Actor, post_id: int, finding_id: int, resolution: Resolution, reason: str, seen_digest: str
) -> None:
    """One person's word on one finding of the post as it is now."""
    post = _to_decide(work, actor, post_id, seen_digest)
    finding = _finding(work, post, finding_id)
    if resolution not in choices(finding):
        raise Refused("This cannot be settled like that. Cover it, or remove the photo.")
    if not reason.strip():
        raise Refused("Say why, in a few words.")
    finding.resolution = resolution
    finding.reason = reason.strip()
    finding.resolved_by_id = actor.id
    finding.resolved_at = work.now
    audit.append(work, actor, "finding settled", post.id, finding=finding.id, kind=finding.kind, word=resolution)


def unsettle(work: Work, actor: Actor, post_id: int, finding_id: int, seen_digest: str) -> None:
    """Undo: the finding is open again."""
    post = _to_decide(work, actor, post_id, seen_digest)
    finding = _finding(work, post, finding_id)
    finding.resolution, finding.reason, finding.resolved_by_id, finding.resolved_at = None, "", None, None
    audit.append(work, actor, "finding opened again", post.id, finding=finding.id, kind=finding.kind)


def cover(work: Work, actor: Actor, post_id: int, finding_ids: Sequence[int], seen_digest: str) -> None:
    """A solid block over what the findings of one photo point at.

    The covered picture takes the old one's place and is checked again by itself (law 5).
    """
    post = _to_decide(work, actor, post_id, seen_digest)
    findings = [_finding(work, post, finding_id) for finding_id in finding_ids]
    boxes = [finding.box for finding in findings if finding.box]
    digests = {finding.scan.digest for finding in findings}
    photo = next((photo for photo in post.photos if {photo.media_key} == digests), None)
    if photo is None or len(boxes) != len(findings):
        raise Refused("There is no place in the picture to cover. Remove the photo, or send the post back.")
    case = cases.case_of(work, post, seen_digest=seen_digest)
    replacement = _replace(work, photo, pictures.cover(work.store.get(photo.media_key), boxes))
    work.session.expire(post, ["every_photo"])
    ids = [finding.id for finding in findings]
    cases.move(work, post, Action.COVER, actor, case, findings=ids, photo=photo.id, covered=replacement.id)
    checks.order(work, post)


def _replace(work: Work, photo: Photo, covered: pictures.Photo) -> Photo:
    photo.removed_at = work.now
    replacement = Photo(
        post_id=photo.post_id,
        position=photo.position,
        media_key=work.store.put(covered.jpeg),
        width=covered.width,
        height=covered.height,
        alt_text=photo.alt_text,
        file_name=photo.file_name,
        covered_from_id=photo.id,
    )
    work.session.add(replacement)
    work.session.flush()
    return replacement


def remove_photo(work: Work, actor: Actor, post_id: int, photo_id: int, seen_digest: str) -> None:
    """Take a photo out of the post. What is left goes through the checks again."""
    post = _to_decide(work, actor, post_id, seen_digest)
    case = cases.case_of(work, post, seen_digest=seen_digest)
    photo = next((photo for photo in post.photos if photo.id == photo_id), None)
    if photo is None:
        raise NotFound
    photo.removed_at = work.now
    work.session.flush()
    cases.move(work, post, Action.REMOVE_PHOTO, actor, case, photo=photo_id)
    checks.order(work, post)
    scanning.finish(work, post)


def approve(work: Work, actor: Actor, post_id: int, seen_digest: str) -> None:
    """Release the post: for exactly the digest that the approver saw."""
    post = cases.get(work, post_id)
    case = cases.case_of(work, post, seen_digest=seen_digest)
    cases.move(work, post, Action.APPROVE, actor, case)
    work.session.add(
        Approval(
            post_id=post.id,
            user_id=actor.id,
            digest=case.digest,
            at=work.now,
            expires_at=work.now + APPROVAL_HOLDS,
        )
    )
    post.note = ""
    work.session.flush()


def decide(work: Work, actor: Actor, post_id: int, action: Action, reason: str) -> None:
    """Send back, stop, resume or take an approval back: each with a reason."""
    if action not in (Action.SEND_BACK, Action.STOP, Action.RESUME, Action.UNAPPROVE):
        raise NotFound
    post = cases.get(work, post_id)
    cases.move(work, post, action, actor, cases.case_of(work, post, reason=reason))
    if action is Action.RESUME:
        checks.order(work, post)
        scanning.finish(work, post)


def _to_decide(work: Work, actor: Actor, post_id: int, seen_digest: str) -> Post:
    post = cases.get(work, post_id)
    if actor.role not in APPROVERS:
        raise NotYours("That is not yours to do.")
    check((is_not_author,), cases.case_of(work, post), actor)
    if post.state is not State.IN_REVIEW:
        raise Stale(f"This post is {post.state} now, so that is no longer possible.")
    if cases.digest_of(work, post) != seen_digest:
        raise Stale("This post changed since you opened it. Look at it as it is now, then decide.")
    return post


def _finding(work: Work, post: Post, finding_id: int) -> Finding:
    for finding in checks.findings(work, post):
        if finding.id == finding_id:
            return finding
    raise Stale("This finding is of an earlier version of the post. Look at it as it is now, then decide.")
