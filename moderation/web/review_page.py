"""What the page of a post under review shows: everything that a decision needs, asked for in one place."""

from typing import Any

from moderation.db.models import Post, Subject
from moderation.rules.findings import Kind
from moderation.rules.holding import MOVABLE, decides
from moderation.rules.roles import Actor
from moderation.services import (
    appearing,
    audit,
    cases,
    checklist,
    checks,
    claims,
    counting,
    deputies,
    devices,
    enrolment,
    following,
    holding,
    insight,
    previews,
    pupils,
    register,
    review,
    routes,
    staff,
    tone,
    versions,
)
from moderation.services.work import Work
from moderation.web import route_words


def shown(work: Work, actor: Actor, post: Post) -> dict[str, Any]:
    """By the names that the template uses."""
    scans = checks.current_scans(work, post)
    findings = checks.sorted_findings(scans)
    tagged = appearing.of_post(work, post)
    standing = review.standing(work, post)
    uncompared = [finding for finding in findings if finding.kind is Kind.FACE_UNCOMPARED]
    return {
        "post": post,
        "digest": cases.digest_of(work, post),
        "by_two": work.register_version.matches_by_two,
        "findings": [finding for finding in findings if finding.must_be_settled],
        "notes": [finding for finding in findings if not finding.must_be_settled],
        "labels": {finding.id: n for n, finding in enumerate(sorted(findings, key=lambda f: f.id), 1)},
        "turned_out": insight.turned_out(work, {finding.kind for finding in findings if finding.must_be_settled}),
        "numbers": checks.photo_numbers(work, post),
        "progress": checks.progress(post, scans),
        "unlooked": enrolment.listed(work) if uncompared else enrolment.cannot_be_recognised(work),
        "uncompared": uncompared,
        "nobody": register.is_empty(work),
        "offers": cases.offers(work, post, actor),
        "history": audit.of_post(work.session, post.id),
        "asked": review.asks(standing, actor),
        "releases": actor.id is not None and standing.with_one_more(actor.id, actor.roles).is_complete,
        "took_cover_off": actor.id in routes.took_cover_off(work, post),
        "route": route_words.progress(
            standing, routes.approvals(work, post), staff.everybody(work), deputies.everybody(work)
        ),
        "topics": routes.topics(work, post),
        "tagged": tagged,
        "grown_ups": pupils.adults(tagged, work),
        "ticks": checklist.ticks(work, post),
        "seen": [counting.faces_found(scan) for scan in scans if scan.subject is Subject.PHOTO],
        "claim": claims.standing(work, actor, [post.id]).get(post.id),
        "before": versions.approved_before(work, post),
        "changed": versions.changed(work, post),
        "again": versions.asked_again(work, post, findings),
        "taken_with": devices.of_photos(work, post.photos),
        "hints": tone.hints(post.words_out),
        "links": following.listed(work, post),
        "NAMED": following.NAMED,
        "may_hold": post.state in MOVABLE and decides(holding.of(work, post), actor),
        "late": bool(post.wanted_by and post.wanted_by <= work.now),
        "previews": previews.of_post(work, post, findings),
    }
