"""What is live with pictures, the clearest faces first; the list of it as evidence; asking for all of it to go."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from moderation.db.models import AuditRow, Finding, Kit, Photo, Post, Publication, Rendition, Scan, ScanState
from moderation.rules.findings import Kind
from moderation.rules.incident import CLEAR, Clearest
from moderation.rules.roles import Actor
from moderation.rules.workflow import NOT_YOURS, NotYours, Refused, State
from moderation.services import audit, cases, incidents, out, renditions, takedowns
from moderation.services.work import Work


@dataclass(frozen=True)
class Live:
    """One live post with pictures. `asked`: somebody asked already for all of it to be taken down."""

    post: Post
    publications: tuple[Publication, ...]
    clearest: Clearest
    asked: bool


def listed(work: Work) -> list[Live]:
    """Every live post that has a picture: those nobody has looked through first, then by the clearest face."""
    posts = _posts(work)
    seen, links, asked = _looks(work, posts), out.places(work, posts), takedowns.asked_for(work)
    found = [
        Live(
            post,
            tuple(links.get(post.id, ())),
            _clearest(post, seen),
            post.id in links and {row.id for row in links[post.id]} <= asked,
        )
        for post in posts
    ]
    return sorted(found, key=lambda one: (one.clearest.order, -one.post.id))


def perhaps_out(work: Work) -> list[Post]:
    """Approved posts whose kit was opened and that nobody marked live: they may be out already."""
    question = select(Post).join(Kit, Kit.post_id == Post.id).where(Post.state == State.RELEASED).distinct()
    return list(work.session.scalars(question.order_by(Post.id)))


def _posts(work: Work) -> list[Post]:
    pictured = select(Photo.post_id).where(Photo.removed_at.is_(None))
    question = select(Post).where(out.somewhere(), Post.id.in_(pictured))
    return list(work.session.scalars(question.options(selectinload(Post.every_photo), selectinload(Post.accounts))))


def _looks(work: Work, posts: Sequence[Post]) -> dict[tuple[int, str], list[Finding] | None]:
    """What the newest finished look found in each picture, by post and key; None: it broke."""
    question = select(Scan).where(Scan.post_id.in_([post.id for post in posts]), Scan.state != ScanState.WAITING)
    newest: dict[tuple[int, str], list[Finding] | None] = {}
    for scan in work.session.scalars(question.order_by(Scan.id).options(selectinload(Scan.findings))):
        if scan.state is ScanState.RUNNING:
            continue
        broke = scan.state is ScanState.PARKED or any(found.kind is Kind.UNCHECKED for found in scan.findings)
        newest[scan.post_id, scan.digest] = None if broke else list(scan.findings)
    return newest


def _clearest(post: Post, seen: dict[tuple[int, str], list[Finding] | None]) -> Clearest:
    shares = []
    for photo in post.photos:
        found = seen.get((post.id, photo.media_key))
        if found is None:
            return Clearest(None)
        boxes = [one.box for one in found if one.kind in CLEAR and one.box]
        shares += [round(100 * (box.bottom - box.top) / photo.height) for box in boxes]
    return Clearest(max(shares, default=0))


def take_all_down(work: Work, actor: Actor, why: str) -> int:
    """A takedown for each account of every live post with pictures; returns for how many posts it was new."""
    if not incidents.may_open(work, actor):
        raise NotYours(NOT_YOURS)
    new = 0
    for post in _posts(work):
        try:
            takedowns.ask_for(work, actor, post.id, why)
        except Refused as refused:
            if isinstance(refused, NotYours):
                raise
            continue  # it was asked for already
        new += 1
    return new


def evidence(work: Work, actor: Actor) -> bytes:
    """A list, as JSON, of every live picture with its SHA-256 and where it is. No picture is in it, and no name."""
    if not incidents.may_open(work, actor):
        raise NotYours(NOT_YOURS)
    freeze = incidents.standing(work)
    posts = _posts(work)
    links = out.places(work, posts)
    head = work.session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    pictures = [line for post in posts for line in _lines(work, post, links.get(post.id, ()))]
    data = {
        "format": 1,
        "made_at": work.now.isoformat(),
        "made_by": actor.id,
        "stopped_at": freeze.opened_at.isoformat() if freeze else None,
        "audit": {"rows": head.number, "head": head.hash} if head else None,
        "pictures": pictures,
    }
    written = json.dumps(data, ensure_ascii=False, indent=2).encode()
    digest = sha256(written).hexdigest()
    audit.append(work, actor, "incident evidence taken", sha256=digest, pictures=len(pictures))
    return written


def _lines(work: Work, post: Post, publications: Sequence[Publication]) -> list[dict[str, object]]:
    """Each picture of a post as the school holds it, and each that was made of it for a network."""
    others = dict(renditions.in_digest(work, post))
    live = [{"account": row.account_id, "link": row.link, "since": row.at.isoformat()} for row in publications]
    approval = cases.standing_approval(work, post)
    made = set(work.session.scalars(select(Rendition.media_key).where(Rendition.post_id == post.id)))
    keys = {photo.media_key for photo in post.photos}
    return [
        {
            "post": post.id,
            "number": number,
            "sha256": photo.media_key,
            "width": photo.width,
            "height": photo.height,
            "made_for_networks": sorted({theirs[number - 1] for theirs in others.values()} & made - keys),
            "live": live,
            "approved_digest": approval.digest if approval else None,
        }
        for number, photo in enumerate(post.photos, 1)
    ]
