"""Changes of who must approve: the route, its extra step, the words of sensitive topics, a tick on one post.

None of them completes a post that waits. What is asked for in addition counts at once, also for posts that were
released already and are not live yet.
"""

from sqlalchemy import delete, select

from moderation.db.models import (
    ApprovalMember,
    ApprovalRoute,
    ApprovalStep,
    Finding,
    Post,
    Scan,
    SensitiveWord,
    User,
)
from moderation.rules import sensitive
from moderation.rules.findings import BY_TWO, Resolution
from moderation.rules.language import gettext
from moderation.rules.roles import APPROVERS, STAFF, SYSTEM, Actor, Role
from moderation.rules.route import Route, Step
from moderation.rules.route_presets import PRESETS, REMINDERS
from moderation.rules.workflow import NOT_YOURS, Action, NotYours, Refused, State
from moderation.services import audit, board, cases, deputies, routes, scanning
from moderation.services.work import Mistake, Work

MOST_WORDS = 500
LONGEST_WORD = 80
_NOT_OVER = (State.DRAFT, State.CHECKING, State.IN_REVIEW, State.SENT_BACK, State.RELEASED, State.STOPPED)


def approvers(work: Work) -> list[User]:
    """People who can be named in a route: those who hold an approver's role themselves."""
    return deputies.by_own_role(work, APPROVERS)


def set_route(work: Work, actor: Actor, route: Route, extra: Step | None, reminders: str | None = None) -> None:
    """From now on every post takes this route; a sensitive one `extra` too.

    `reminders`: the name of the ready route that reminders take; None: as it is.
    """
    if actor.role is not Role.ADMINISTRATOR:
        raise NotYours(NOT_YOURS)
    now = routes.in_force(work)
    reminders = now.reminders if reminders is None else reminders
    if (now.route, now.extra, now.reminders) != (route, extra, reminders):
        _set(work, actor, route, extra, reminders)


def _set(work: Work, actor: Actor, route: Route, extra: Step | None, reminders: str) -> None:
    _check(work, route.steps + ((extra,) if extra else ()))
    if reminders not in REMINDERS:
        raise Mistake(gettext("Choose who approves reminders."))
    row = ApprovalRoute(in_order=route.in_order, reminders=reminders, set_by_id=actor.id, set_at=work.now)
    row.steps = [_row(step, position, False) for position, step in enumerate(route.steps, 1)]
    if extra:
        row.steps.append(_row(extra, len(row.steps) + 1, True))
    work.session.add(row)
    work.session.flush()
    steps = [[sorted(map(str, step.members)), step.how_many] for step in route.steps]
    more = [sorted(map(str, extra.members)), extra.how_many] if extra else None
    audit.append(
        work, actor, "route set",
        route=row.id, in_order=route.in_order, steps=steps, sensitive=more, reminders=reminders,
    )  # fmt: skip
    _hold_back(work)


def ask_as_preset(work: Work, actor: Actor, name: str) -> None:
    """The ready route that a policy asks for. It comes with the policy, so whoever takes that may set it.

    A route of the school's own that asks for all of it, and for more or in an order, stays as it is.
    """
    now, asked = routes.in_force(work), PRESETS[name].route
    if not all(any(step.brings(one) for step in now.route.steps) for one in asked.steps):
        _set(work, actor, asked, now.extra, now.reminders)


def _check(work: Work, steps: tuple[Step, ...]) -> None:
    """Raises Mistake for a route that nobody could ever complete."""
    known = {user.id for user in approvers(work)} | APPROVERS
    if not steps or not all(step.members and step.members <= known for step in steps):
        raise Mistake(gettext("Choose who approves."))
    for step in steps:
        if step.how_many is not None and step.how_many < 1:
            raise Mistake(gettext("At least one person has to approve."))
        if step.members.isdisjoint(APPROVERS) and (step.how_many or 0) > len(step.members):
            raise Mistake(gettext("That is more approvals than people. Tick more people, or ask for fewer."))


def _row(step: Step, position: int, only_sensitive: bool) -> ApprovalStep:
    members = [
        ApprovalMember(role=member) if isinstance(member, Role) else ApprovalMember(user_id=member)
        for member in sorted(step.members, key=str)
    ]
    return ApprovalStep(position=position, how_many=step.how_many, sensitive=only_sensitive, members=members)


def set_words(work: Work, actor: Actor, text: str) -> None:
    """The words of sensitive topics, one a line."""
    if actor.role is not Role.ADMINISTRATOR:
        raise NotYours(NOT_YOURS)
    words = sensitive.parse(text)
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        raise Mistake(
            gettext("At most {most} words or phrases fit, each of at most {longest} characters.").format(
                most=MOST_WORDS, longest=LONGEST_WORD
            )
        )
    if set(words) == set(routes.in_force(work).words):
        return
    work.session.execute(delete(SensitiveWord))
    work.session.add_all(SensitiveWord(word=word) for word in words)
    work.session.flush()
    audit.append(work, actor, "sensitive words set", words=len(words))
    _hold_back(work)


def set_matches_by_two(work: Work, actor: Actor, wanted: bool) -> None:
    """Whether two approvers may let a match through together. Switched off, what was let through is open again."""
    if actor.role is not Role.ADMINISTRATOR:
        raise NotYours(NOT_YOURS)
    version = work.register_version
    if version.matches_by_two == wanted:
        return
    version.matches_by_two = wanted
    audit.append(work, actor, "matches by two" if wanted else "matches by nobody")
    if not wanted:
        _open_again(work)


def _open_again(work: Work) -> None:
    """Every match that was let through in a post that is not out yet; released ones are checked again."""
    allowed = select(Finding).join(Scan).join(Post, Post.id == Scan.post_id).where(
        Finding.kind.in_(BY_TWO), Finding.resolution == Resolution.ALLOWED, Post.state.in_(_NOT_OVER)
    )  # fmt: skip
    posts = set()
    for finding in work.session.scalars(allowed).all():
        finding.resolution, finding.reason, finding.resolved_by_id, finding.resolved_at = None, "", None, None
        finding.agreed_by_id = None
        posts.add(finding.scan.post_id)
    work.session.flush()
    for post_id in sorted(posts):
        post = cases.get(work, post_id)
        cases.void_approvals(work, post)
        if post.state is State.RELEASED:
            cases.move(work, post, Action.RECHECK, SYSTEM, cases.case_of(work, post))
            scanning.order(work, post)


def mark_sensitive(work: Work, actor: Actor, post_id: int) -> None:
    """Ask one more person about a post. Anybody on the staff who sees it may; nobody takes it off again."""
    if actor.roles.isdisjoint(STAFF):
        raise NotYours(NOT_YOURS)
    post = board.visible(work, actor, post_id)
    if post.state not in _NOT_OVER:
        raise Refused(
            gettext("This post is {state} now, so nobody is asked about it.").format(state=gettext(post.state))
        )
    if post.sensitive_by_id is not None:
        return
    post.sensitive_by_id, post.sensitive_at = actor.id, work.now
    work.session.flush()
    audit.append(work, actor, "marked sensitive", post.id)
    ask_again(work, post)


def _hold_back(work: Work) -> None:
    routes.forget(work)
    for post in work.session.scalars(select(Post).where(Post.state == State.RELEASED).order_by(Post.id)).all():
        ask_again(work, post)


def ask_again(work: Work, post: Post) -> None:
    """A released post for which more is asked now waits for the rest. What was approved stands."""
    case = cases.case_of(work, post)
    if post.state is State.RELEASED and not case.standing.is_complete:
        cases.move(work, post, Action.ASK_AGAIN, SYSTEM, case)
