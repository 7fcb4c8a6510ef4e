"""Which route a post takes today, and which approvals stand for it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from moderation.db.models import Approval, ApprovalRoute, ApprovalStep, AuditRow, Post, SensitiveWord
from moderation.rules import sensitive
from moderation.rules.post_kinds import DECIDERS
from moderation.rules.route import Route, Standing, Step
from moderation.rules.route_presets import REMINDERS
from moderation.rules.sensitive import Topic
from moderation.rules.workflow import Action
from moderation.services.work import Work


@dataclass(frozen=True)
class Rules:
    """What the school has set: the routes, what a sensitive topic adds, and the words that make one."""

    route: Route
    extra: Step | None
    words: tuple[str, ...]
    reminders: str  # the ready route of reminders, by its name


_KEPT = "approval rules"  # in what a session carries along: they are asked for with every post


def in_force(work: Work) -> Rules:
    """What holds in this transaction."""
    rules: Rules = work.session.info.get(_KEPT) or _read(work)
    work.session.info[_KEPT] = rules
    return rules


def topics(work: Work, post: Post) -> list[Topic]:
    """Where words of the list stand in what goes out with the post."""
    return work.once("topics", post.id, lambda: _topics(post, in_force(work).words))


def _topics(post: Post, words: tuple[str, ...]) -> list[Topic]:
    texts = [("the caption", post.words_out)]
    texts += [(f"the description of photo {number}", photo.alt_text) for number, photo in enumerate(post.photos, 1)]
    return sensitive.find(texts, words)


def route_of(work: Work, post: Post) -> Route:
    """Which route it takes by the rules in force: a sensitive topic asks for one more person."""
    rules = in_force(work)
    asked_for_one_more = post.sensitive_by_id is not None or bool(topics(work, post))
    route = REMINDERS[rules.reminders].route if post.is_reminder else rules.route
    return route.with_extra(rules.extra if asked_for_one_more else None)


def forget(work: Work) -> None:
    """After a change in this transaction."""
    work.session.info.pop(_KEPT, None)


def _read(work: Work) -> Rules:
    steps = selectinload(ApprovalRoute.steps).selectinload(ApprovalStep.members)
    row = work.session.scalars(select(ApprovalRoute).order_by(ApprovalRoute.id.desc()).limit(1).options(steps)).one()
    words = sorted(work.session.scalars(select(SensitiveWord.word)), key=str.casefold)
    return Rules(row.route, row.extra, tuple(words), row.reminders)


def approvals(work: Work, post: Post) -> list[Approval]:
    """Those that nobody and nothing has voided, in the order given."""
    return list(work.once("approvals", post.id, lambda: _approvals(work, post.id)))


def _approvals(work: Work, post_id: int) -> Sequence[Approval]:
    of_post = select(Approval).where(Approval.post_id == post_id, Approval.void_at.is_(None))
    return work.session.scalars(of_post.order_by(Approval.id)).all()


def standing(work: Work, post: Post, digest: str, given: list[Approval]) -> Standing:
    """The post's route with the approvals that count today: for this digest, and not expired."""
    return Standing(
        route_of(work, post),
        tuple(one.given for one in given if one.digest == digest and one.expires_at > work.now),
        barred(work, post),
        DECIDERS[post.kind],
    )


def barred(work: Work, post: Post) -> frozenset[int]:
    """Who never approves this post, whatever their role."""
    return frozenset({post.author_id, post.last_editor_id}) | took_cover_off(work, post)


def took_cover_off(work: Work, post: Post) -> frozenset[int]:
    """Who took off a cover that somebody else had put on: what it hid needs another person, for good.

    Not only while it lies open: covered a second time, it may be covered less.
    """
    covered_by = {photo.id: photo.covered_by_id for photo in post.every_photo if photo.taken_off_at}
    if not covered_by:
        return frozenset()
    uncovered = select(AuditRow).where(AuditRow.post_id == post.id, AuditRow.action == Action.UNCOVER)
    rows = work.once("uncovered", post.id, lambda: work.session.scalars(uncovered).all())
    return frozenset(
        row.actor_id for row in rows if row.actor_id and covered_by.get(json.loads(row.detail)["photo"]) != row.actor_id
    )
