"""The audit trail: appended to in the transaction of what it records, chained by hash, verified row by row."""

import json
from collections.abc import Iterator
from datetime import UTC

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from moderation.db.models import AuditRow
from moderation.rules.chain import START, Link, first_bad, link_hash
from moderation.rules.roles import Actor
from moderation.services.work import Work

EVIDENCE_MADE = "evidence made"  # it reads a post and leaves it as it was


def append(work: Work, actor: Actor, action: str, post_id: int | None = None, **detail: object) -> AuditRow:
    """Add a row. `detail` holds ids, states, digests and the person's own reason; never a pupil's name."""
    if actor.acting:
        detail["acting_as"] = sorted(actor.acting)
    last = work.session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    row = AuditRow(
        number=last.number + 1 if last else 1,
        at=work.now,
        actor_id=actor.id,
        action=action,
        post_id=post_id,
        detail=json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
        previous=last.hash if last else START,
    )
    row.hash = link_hash(row.previous, link_of(row))
    work.session.add(row)
    work.session.flush()
    work.steps.append(row.number)
    return row


def link_of(row: AuditRow) -> Link:
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return Link(row.number, at, row.actor_id, row.action, row.post_id, row.detail)


def verify(session: Session) -> int | None:
    """The number of the first row that does not fit the chain, or None."""
    return first_bad(_chain(session))


def _chain(session: Session) -> Iterator[tuple[Link, str, str]]:
    for row in session.scalars(select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=1000)):
        yield link_of(row), row.previous, row.hash


def of_post(session: Session, post_id: int) -> list[AuditRow]:
    """What happened to a post, oldest first."""
    return list(session.scalars(select(AuditRow).where(AuditRow.post_id == post_id).order_by(AuditRow.number)))


def newest(work: Work, action: str) -> AuditRow | None:
    """The last time that this was done."""
    rows = select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.number.desc())
    return work.session.scalars(rows.limit(1)).first()


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditRow)) or 0
