"""Who decided about a post, where it went, what was taken down, and what permitted it: plain fields of a pack."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from moderation.db.models import (
    Approval,
    Kit,
    LiveCheck,
    Permission,
    Person,
    Post,
    Publication,
    Scan,
    Takedown,
    User,
    Version,
)
from moderation.services import appearing
from moderation.services.work import Work

Fields = dict[str, Any]
Row = TypeVar("Row", Version, Scan, Approval, Kit, Publication, LiveCheck)


@dataclass(frozen=True)
class Scope:
    """How much is told. `names`: of people on the register. `why`: also what an answer about somebody rests on."""

    names: bool
    why: bool


def of_post(work: Work, post: Post, scope: Scope) -> Fields:
    return {
        "approvals": [_approval(work, one) for one in rows_of(work, post, Approval)],
        "kits": [
            {"number": kit.id, "approval": kit.approval_id, "by": who(work, kit.user_id), "at": moment(kit.opened_at)}
            for kit in rows_of(work, post, Kit)
        ],
        "publications": [_publication(work, one) for one in rows_of(work, post, Publication)],
        "compared": [_compared(work, one) for one in rows_of(work, post, LiveCheck)],
        "takedowns": [_takedown(work, one) for one in _takedowns(work, post)],
        "people": _people(work, post, scope),
    }


def rows_of(work: Work, post: Post, table: type[Row]) -> Sequence[Row]:
    """The rows of a table that belong to the post, in their order."""
    return work.session.scalars(select(table).where(table.post_id == post.id).order_by(table.id)).all()


def moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="microseconds") if at else None


def who(work: Work, user_id: int | None) -> Fields | None:
    """A member of staff; None: nobody, or the program."""
    user = work.session.get(User, user_id) if user_id is not None else None
    return {"number": user.id, "name": user.name, "role": str(user.role)} if user else None


def register_number(work: Work, person_id: int | None) -> str | None:
    person = work.session.get(Person, person_id) if person_id is not None else None
    return person.key if person else None


def _approval(work: Work, approval: Approval) -> Fields:
    return {
        "number": approval.id,
        "by": who(work, approval.user_id),
        "as": approval.as_roles.split(","),
        "digest": approval.digest,
        "at": moment(approval.at),
        "holds_until": moment(approval.expires_at),
        "void": moment(approval.void_at),
    }


def _publication(work: Work, publication: Publication) -> Fields:
    return {
        "number": publication.id,
        "account": publication.account_id,
        "link": publication.link,
        "by": who(work, publication.user_id),
        "at": moment(publication.at),
    }


def _compared(work: Work, check: LiveCheck) -> Fields:
    return {
        "number": check.id,
        "account": check.account_id,
        "at": moment(check.at),
        "by": who(work, check.by_id),
        "how": str(check.how),
        "screenshot_sha256": check.shot,
        "result": str(check.result),
        "details": check.details,
        "settled": moment(check.settled_at),
        "settled_by": who(work, check.settled_by_id),
        "reason": check.reason,
    }


def _takedowns(work: Work, post: Post) -> Sequence[Takedown]:
    question = select(Takedown).join(Publication, Publication.id == Takedown.publication_id)
    return work.session.scalars(question.where(Publication.post_id == post.id).order_by(Takedown.id)).all()


def _takedown(work: Work, takedown: Takedown) -> Fields:
    return {
        "number": takedown.id,
        "publication": takedown.publication_id,
        "person": register_number(work, takedown.person_id),
        "reason": str(takedown.reason),
        "said": takedown.said,
        "opened": moment(takedown.opened_at),
        "opened_by": who(work, takedown.opened_by_id),
        "end": str(takedown.end) if takedown.end else None,
        "ended": moment(takedown.ended_at),
        "ended_by": who(work, takedown.ended_by_id),
        "proof": takedown.proof,
    }


def _people(work: Work, post: Post, scope: Scope) -> Fields:
    """Who was tagged when it was approved last, and what the register says about that day; else about today."""
    standing_first = (Approval.void_at.is_(None).desc(), Approval.id.desc())
    question = select(Approval).where(Approval.post_id == post.id).order_by(*standing_first)
    approval = work.session.scalars(question.limit(1)).first()
    then = replace(work, now=approval.at) if approval else work
    standings = appearing.of_people(then, _tagged(work, post, approval), appearing.setting_of(post))
    return {
        "on": then.today.isoformat(),
        "is_day_of_approval": approval is not None,
        "tagged": [_standing(work, standing, scope) for standing in standings],
    }


def _tagged(work: Work, post: Post, approval: Approval | None) -> list[Person]:
    """By the version that was approved; where none was kept, as they are tagged now."""
    if approval is not None:
        kept = select(Version).where(Version.post_id == post.id, Version.digest == approval.digest)
        version = work.session.scalars(kept.order_by(Version.id.desc()).limit(1)).first()
        if version and version.people is not None:
            rows = select(Person).where(Person.id.in_(version.people)).order_by(Person.id)
            return list(work.session.scalars(rows))
    return appearing.tagged(work, post)


def _standing(work: Work, standing: appearing.Standing, scope: Scope) -> Fields:
    return {
        "person": standing.person.key,
        "name": standing.person.called if scope.names else None,
        "kind": str(standing.person.kind),
        "answers": [
            {
                "account": account.id,
                "may_appear": answer.may,
                "said": answer.said,
                "because": str(answer.because) if scope.why else None,
                "permission": _permission(work, answer.record),
            }
            for account, answer in standing.answers
        ],
    }


def _permission(work: Work, permission_id: int | None) -> Fields | None:
    row = work.session.get(Permission, permission_id) if permission_id is not None else None
    if row is None:
        return None
    return {
        "number": row.id,
        "purpose": str(row.purpose) if row.purpose else None,
        "medium": str(row.medium) if row.medium else None,
        "account": row.account_id,
        "from": row.starts.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "withdrawn": row.withdrawn_on.isoformat() if row.withdrawn_on else None,
    }
