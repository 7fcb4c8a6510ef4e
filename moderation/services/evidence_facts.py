"""What the school can show about one post, as plain fields: the content of an evidence pack."""

import json
from collections.abc import Sequence

from sqlalchemy import select

from moderation.db.models import AuditRow, Finding, Photo, Post, Scan, Version
from moderation.rules.findings import Detector
from moderation.services import audit, evidence_decisions, renditions
from moderation.services.evidence_decisions import Fields, Scope, moment, register_number, rows_of, who
from moderation.services.work import Work

# What these checks say quotes what they read, which may be a pupil's name.
_QUOTES = frozenset({Detector.NAMES, Detector.WORDS})


def of_post(work: Work, post: Post, scope: Scope) -> Fields:
    """Everything but the audit rows. What was purged is not there any more, and its place says so by being empty."""
    return {
        "post": _post(work, post),
        "accounts": _accounts(work, post),
        "pictures": [_picture(work, photo) for photo in post.every_photo],
        "versions": [_version(work, version) for version in rows_of(work, post, Version)],
        "checks": [_check(scan) for scan in rows_of(work, post, Scan)],
        "findings": [_finding(work, one, scope) for one in _findings(work, post)],
        **evidence_decisions.of_post(work, post, scope),
    }


def trail(rows: Sequence[AuditRow], work: Work) -> Fields:
    """The post's rows of the audit trail, each as it was hashed, and the newest of all: the trail's head."""
    links = [(audit.link_of(row), row) for row in rows]
    head, last = links[-1]
    return {
        "rows": [
            {
                "number": link.number,
                "at": link.at,
                "actor": link.actor_id,
                "by": who(work, link.actor_id),
                "action": link.action,
                "post": link.post_id,
                "detail": link.detail,
                "previous": row.previous,
                "hash": row.hash,
            }
            for link, row in links
        ],
        "head": {"number": head.number, "at": head.at, "hash": last.hash},
    }


def _post(work: Work, post: Post) -> Fields:
    return {
        "number": post.id,
        "state": str(post.state),
        "since": moment(post.state_since),
        "author": who(work, post.author_id),
        "last_editor": who(work, post.last_editor_id),
        "purpose": str(post.purpose),
        "words": post.words_out,
        "origin": str(post.origin) if post.origin else None,
        "source": post.source,
        "permission_to_use": post.permission,
        "others_in_it": post.others,
        "taken_on": post.taken_on.isoformat() if post.taken_on else None,
        "created": moment(post.created_at),
        "handed_in": moment(post.submitted_at),
        "wanted_by": moment(post.wanted_by),
        "one_more_person_asked_by": who(work, post.sensitive_by_id),
    }


def _accounts(work: Work, post: Post) -> list[Fields]:
    """With the digests of the pictures that each gets, where they are not the post's own."""
    own = dict(renditions.in_digest(work, post))
    return [
        {
            "number": account.id,
            "network": account.network,
            "handle": account.handle,
            "medium": str(account.medium),
            "pictures": list(own[account.id]) if account.id in own else None,
        }
        for account in post.accounts
    ]


def _picture(work: Work, photo: Photo) -> Fields:
    return {
        "number": photo.id,
        "place": photo.position,
        "sha256": photo.media_key,
        "width": photo.width,
        "height": photo.height,
        "alt_text": photo.alt_text,
        "people": photo.people,
        "covered_from": photo.covered_from_id,
        "covered_by": who(work, photo.covered_by_id),
        "taken_out": moment(photo.removed_at),
    }


def _version(work: Work, version: Version) -> Fields:
    return {
        "number": version.id,
        "at": moment(version.at),
        "digest": version.digest,
        "form": version.form,
        "words": version.caption,
        "pictures": [{"sha256": key, "alt_text": text} for key, text in version.photos],
        "accounts": version.accounts,
        "people": [register_number(work, number) for number in version.people or ()],
        "open_findings": version.flags,
        "sent_back_for": version.because_of,
    }


def _check(scan: Scan) -> Fields:
    return {
        "number": scan.id,
        "of": str(scan.subject),
        "digest": scan.digest,
        "engine": scan.engine,
        "list_version": scan.list_version,
        "roll_version": scan.roll_version,
        "state": str(scan.state),
        "ended": moment(scan.ended_at),
    }


def _findings(work: Work, post: Post) -> Sequence[Finding]:
    question = select(Finding).join(Scan, Scan.id == Finding.scan_id).where(Scan.post_id == post.id)
    return work.session.scalars(question.order_by(Finding.id)).all()


def _finding(work: Work, finding: Finding, scope: Scope) -> Fields:
    return {
        "number": finding.id,
        "check": finding.scan_id,
        "detector": str(finding.detector),
        "kind": str(finding.kind),
        "severity": str(finding.severity),
        "box": list(finding.box) if finding.box else None,
        "person": register_number(work, finding.person_id),
        "score": finding.score,
        "saw": finding.evidence if scope.names or finding.detector not in _QUOTES else None,
        "settled": str(finding.resolution) if finding.resolution else None,
        "reason": finding.reason,
        "by": who(work, finding.resolved_by_id),
        "at": moment(finding.resolved_at),
        "agreed_by": who(work, finding.agreed_by_id),
    }


def canonical(document: Fields) -> bytes:
    """The JSON that is handed out, its fields in the order in which they are explained."""
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
