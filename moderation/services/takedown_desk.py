"""The desk of takedowns: account by account, under a clock, taken on by somebody, told on when it is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from moderation.db.models import AuditRow, Kit, NewsRow, Post, Takedown
from moderation.rules.incident import down_by
from moderation.rules.language import gettext
from moderation.rules.roles import APPROVERS, PUBLISHERS, Actor
from moderation.rules.telling import News
from moderation.rules.workflow import NOT_YOURS, NotYours, Refused, Stale, State
from moderation.services import audit, board, cases, incidents, safeguarding, takedowns, telling
from moderation.services.takedowns import LONGEST_PROOF, Task
from moderation.services.work import NotFound, Work, written

LOOKED = "looked whether it was out"


@dataclass(frozen=True)
class Entry:
    """One thing to take down. `hours`: whole ones that it is open."""

    task: Task
    due_at: datetime
    hours: int
    is_late: bool


def by_account(work: Work) -> dict[str, list[Entry]]:
    """What waits, by the account's title; accounts with what is due soonest first."""
    grouped: dict[str, list[Entry]] = {}
    for entry in sorted(entries(work, takedowns.waiting(work)), key=lambda one: (one.due_at, one.task.takedown.id)):
        grouped.setdefault(entry.task.takedown.publication.account.title, []).append(entry)
    return grouped


def entries(work: Work, tasks: Sequence[Task]) -> list[Entry]:
    freeze, days = incidents.standing(work), safeguarding.settings(work).takedown_days
    times, since = telling.school_times(work), freeze.opened_at if freeze else None
    found = []
    for task in tasks:
        opened = task.takedown.opened_at
        due_at = down_by(opened, days, times, since)
        hours = int((work.now - opened).total_seconds() // 3600)
        found.append(Entry(task, due_at, hours, due_at <= work.now))
    return found


def take_on(work: Work, actor: Actor, takedown_id: int) -> None:
    """“I’ll do it”: everybody sees who. It bars nobody, and somebody else may take it over."""
    if actor.roles.isdisjoint(PUBLISHERS | APPROVERS):
        raise NotYours(NOT_YOURS)
    row = work.session.get(Takedown, takedown_id)
    if row is None:
        raise NotFound
    if row.end is not None:
        raise Stale(gettext("This was done already. Load the page again."))
    row.taken_by_id, row.taken_at = actor.id, work.now
    work.session.flush()
    audit.append(work, actor, "takedown taken on", row.publication.post_id, takedown=row.id)


def give_back(work: Work, actor: Actor, takedown_id: int) -> None:
    """Whoever took it on does not do it after all: nobody is named any more. Its clock runs on."""
    row = work.session.get(Takedown, takedown_id)
    if row is None:
        raise NotFound
    if row.end is not None or row.taken_by_id != actor.id:
        raise Stale(gettext("This is not yours any more: it was done, or somebody took it over."))
    row.taken_by_id, row.taken_at = None, None
    work.session.flush()
    audit.append(work, actor, "takedown given back", row.publication.post_id, takedown=row.id)


def late(work: Work) -> list[int]:
    """Those whose clock has run out and that the headteacher was not told of since they were opened."""
    told = select(NewsRow.about, func.max(NewsRow.at)).where(NewsRow.news == News.TAKEDOWN_LATE).group_by(NewsRow.about)
    since = {row[0]: row[1] for row in work.session.execute(told)}
    waiting = (one for one in entries(work, takedowns.waiting(work)) if one.is_late)
    rows = [one.task.takedown for one in waiting]
    return [row.id for row in rows if row.id not in since or since[row.id] < row.opened_at]


def tell_late(work: Work, takedown_id: int) -> None:
    row = work.session.get_one(Takedown, takedown_id)
    if row.end is None:
        telling.tell(work, News.TAKEDOWN_LATE, about=takedown_id)


def stopped_after_kit(work: Work) -> list[Post]:
    """Stopped posts whose kit was opened before, and nobody has said since that they looked: they may be out."""
    kit = select(Kit.id).where(Kit.post_id == Post.id).exists()
    since = (AuditRow.post_id == Post.id, AuditRow.action == LOOKED, AuditRow.at >= Post.state_since)
    looked = select(AuditRow.number).where(*since).exists()
    question = select(Post).where(Post.state == State.STOPPED, kit, ~looked)
    return board.listed(work, question.order_by(Post.state_since))


def looked(work: Work, actor: Actor, post_id: int, proof: str) -> None:
    """Somebody looked on the accounts of a stopped post: it is not there, or it was and is removed."""
    if actor.roles.isdisjoint(PUBLISHERS | APPROVERS):
        raise NotYours(NOT_YOURS)
    post = cases.get(work, post_id)
    if post.state is not State.STOPPED:
        raise Refused(gettext("This post is {state} now. Load the page again.").format(state=gettext(post.state)))
    proof = written(proof, LONGEST_PROOF, gettext("Say what you saw: it is not there, or it was and is removed."))
    audit.append(work, actor, LOOKED, post.id, reason=proof)
