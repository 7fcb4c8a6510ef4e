"""Going live: the kit for exactly what was approved, the links, and taking down."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from moderation.db.models import Account, Approval, AuditRow, Kit, Post, Publication
from moderation.rules.roles import PUBLISHERS, Actor
from moderation.rules.workflow import (
    NOT_YOURS,
    RELEASABLE,
    Action,
    NotYours,
    Refused,
    State,
    check,
    kit_was_opened,
)
from moderation.services import audit, board, cases, holding, kit_pictures, takedowns
from moderation.services.work import Work


@dataclass(frozen=True)
class KitFiles:
    """What the publisher takes away: (name, bytes) in order, `manifest.json` last."""

    post_id: int
    digest: str
    files: tuple[tuple[str, bytes], ...]

    def zipped(self) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.files:
                archive.writestr(zipfile.ZipInfo(name), data)
        return buffer.getvalue()


def columns(work: Work) -> dict[State, list[Post]]:
    """Posts that concern a publisher: released ones oldest first, then those that are live or were taken down."""
    orders = {
        State.RELEASED: Post.state_since.asc(),
        State.LIVE: Post.state_since.desc(),
        State.TAKEN_DOWN: Post.state_since.desc(),
    }
    return {
        state: board.listed(work, select(Post).where(Post.state == state).order_by(order))
        for state, order in orders.items()
    }


def until_their_time(work: Work, posts: Sequence[Post]) -> list[Post]:
    """Those of them that are held until a time to come, the first to go out first."""
    return sorted((post for post in posts if holding.is_held(work, post)), key=lambda post: post.not_before or work.now)


def held(work: Work) -> list[Post]:
    """Posts that were released before and are on their way again: nothing of them may go out meanwhile."""
    released = select(AuditRow.post_id).where(AuditRow.detail.contains('"after":"released"'))
    again = Post.state.in_((State.CHECKING, State.IN_REVIEW)) & Post.id.in_(released)
    return board.listed(work, select(Post).where(again).order_by(Post.state_since.desc()))


def open_kit(work: Work, actor: Actor, post_id: int) -> None:
    """Record that this publisher opens the kit, if it may be opened now."""
    post, approval = _releasable(work, actor, post_id)
    kit = Kit(post_id=post.id, approval_id=approval.id, user_id=actor.id, digest=approval.digest, opened_at=work.now)
    work.session.add(kit)
    work.session.flush()
    audit.append(work, actor, "kit opened", post.id, kit=kit.id, digest=approval.digest)


def opened_kit(work: Work, actor: Actor, post_id: int) -> Post:
    """The post whose kit was opened. It closes by itself when the post, its approval, the list or the roll changes."""
    post, _ = _releasable(work, actor, post_id)
    check((kit_was_opened,), cases.case_of(work, post), actor)
    return post


def kit_files(work: Work, actor: Actor, post_id: int) -> KitFiles:
    """Everything in the opened kit. Each taking away is recorded."""
    post = opened_kit(work, actor, post_id)
    audit.append(work, actor, "kit taken", post.id)
    return _files(work, post, cases.digest_of(work, post))


def _releasable(work: Work, actor: Actor, post_id: int) -> tuple[Post, Approval]:
    """The post and its approval, if today's post is the approved one and today's list and roll were checked."""
    if actor.role not in PUBLISHERS:
        raise NotYours(NOT_YOURS)
    post = cases.get(work, post_id)
    approval = cases.standing_approval(work, post)
    if post.state is not State.RELEASED or approval is None:
        raise Refused(f"This post is {post.state} now, so its kit is closed.")
    check(RELEASABLE, cases.case_of(work, post), actor)
    return post, approval


def _files(work: Work, post: Post, digest: str) -> KitFiles:
    pictures = kit_pictures.of_post(work, post)
    caption = post.words_out.encode()
    manifest = {
        "format": 1,
        "post": post.id,
        "digest": digest,
        "accounts": [account.title for account in post.accounts],
        "caption": {"file": "caption.txt", "sha256": sha256(caption).hexdigest()},
        "photos": [file.listed() for file in pictures.own],
        "photos_of": {account.title: [file.listed() for file in files] for account, files in pictures.of_accounts},
    }
    alt_texts = [f"photo-{number}.jpg: {photo.alt_text}" for number, photo in enumerate(post.photos, 1)]
    return KitFiles(
        post.id,
        digest,
        (
            ("caption.txt", caption),
            *((file.name, file.data) for file in pictures.files),
            ("alt-texts.txt", "\n\n".join(alt_texts).encode()),
            ("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2).encode()),
        ),
    )


def mark_live(work: Work, actor: Actor, post_id: int, links: dict[int, str]) -> None:
    """Record the link of the live post for each account."""
    post = cases.get(work, post_id)
    given = {account.id: links.get(account.id, "").strip() for account in post.accounts}
    for account in post.accounts:
        if given[account.id]:
            _check_link(account, given[account.id])
    case = cases.case_of(work, post, links_missing=sum(not link for link in given.values()))
    cases.move(work, post, Action.MARK_LIVE, actor, case, links=given)
    for account_id, link in given.items():
        work.session.add(Publication(post_id=post.id, account_id=account_id, link=link, user_id=actor.id, at=work.now))
    work.session.flush()


def _check_link(account: Account, link: str) -> None:
    if not link.startswith(("https://", "http://")) or len(link) > 2000 or any(c.isspace() for c in link):
        raise Refused(f"The link for {account.title} does not look like a web address. It starts with https://")


def take_down(work: Work, actor: Actor, post_id: int, reason: str) -> None:
    post = cases.get(work, post_id)
    cases.move(work, post, Action.TAKE_DOWN, actor, cases.case_of(work, post, reason=reason))
    takedowns.post_taken_down(work, actor, post)
