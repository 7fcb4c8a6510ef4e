"""Photos of a draft are looked at as they are saved, recorded and only so many an hour: nobody tries people out."""

import json
from datetime import timedelta

from sqlalchemy import select

from moderation.db.models import AuditRow, Post, Subject
from moderation.rules.roles import Actor
from moderation.services import audit, checks
from moderation.services.work import Work

MOST_AN_HOUR = 40  # of one person: four full posts
LOOKED_AT = "draft photos looked at"  # in the audit trail


def order(work: Work, actor: Actor, post: Post) -> None:
    """Have those photos looked at that were not yet: what is found is asked before anybody else sees them.

    What is more than an hour's share is looked at when the post is handed in.
    """
    photos = [one for one in checks.subjects(post) if one.subject is Subject.PHOTO]
    there = {scan.digest for scan in checks.current_scans(work, post)}
    known = [one for one in photos if one.digest in there]
    new = [one for one in photos if one.digest not in there][: max(0, MOST_AN_HOUR - _lately(work, actor))]
    checks.order_missing(work, post, known + new)
    if new:
        audit.append(work, actor, LOOKED_AT, post.id, photos=len(new))


def _lately(work: Work, actor: Actor) -> int:
    """How many photos of drafts were looked at for this person in the last hour."""
    since = work.now - timedelta(hours=1)
    mine = (AuditRow.actor_id == actor.id, AuditRow.action == LOOKED_AT, AuditRow.at > since)
    return sum(json.loads(detail)["photos"] for detail in work.session.scalars(select(AuditRow.detail).where(*mine)))
