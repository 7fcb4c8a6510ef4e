"""The tour of a role: a few pages in their order, with a post that is there. The guides under Help say the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from moderation.db.models import AuditRow, Person, Post
from moderation.rules.language import N_
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import State
from moderation.services import audit, board, checks, review, roster
from moderation.services.work import Work

PUT_AWAY = "tour put away"


@dataclass(frozen=True)
class Step:
    """What to do, a sentence on it, and the page: an endpoint and what stands in its address."""

    title: str
    hint: str
    endpoint: str
    values: dict[str, object] = field(default_factory=dict)


def steps(work: Work, actor: Actor) -> list[Step]:
    """Of the role that somebody has, whoever they act for. Where no post is as it has to be, its list stands there."""
    return _STEPS[actor.role](work, actor)


def is_over(work: Work, actor: Actor) -> bool:
    rows = select(AuditRow.number).where(AuditRow.action == PUT_AWAY, AuditRow.actor_id == actor.id)
    return work.session.scalars(rows.limit(1)).first() is not None


def put_away(work: Work, actor: Actor) -> None:
    """For good; under Help it stays."""
    if not is_over(work, actor):
        audit.append(work, actor, PUT_AWAY)


def _teacher(work: Work, actor: Actor) -> list[Step]:
    own = board.of_author(work, actor)
    back = next((post.id for post in own if post.state is State.SENT_BACK), None)
    pointed = next((post.id for post in own if post.state is State.IN_REVIEW and checks.unsettled(work, post)), None)
    return [
        Step(N_("Look before you take photos"), N_("Pick a class and see who must not be in them."), "today.show"),
        Step(N_("Write a post"), N_("Photos, who is in them, a line of text. It is saved as you type."), "writing.new"),
        _of_post(N_("See what the checks point at"), N_("Each flag says why it is there."), "posts", pointed, "mine"),
        _of_post(N_("See why a post came back"), N_("What to change, and a button to do it."), "posts", back, "mine"),
    ]  # fmt: skip


def _decider(work: Work, actor: Actor) -> list[Step]:
    waiting = review.waiting(work, actor)
    flags = {post.id: checks.unsettled(work, post) for post in waiting}
    flagged = next((number for number, some in flags.items() if some), None)
    clear = next((number for number, some in flags.items() if not some), flagged)
    first = waiting[0].id if waiting else None
    return [
        _of_post(N_("Open the post that waits longest"), N_("It looks as everybody would see it."), "review", first),
        _of_post(
            N_("Settle a flag"), N_("Compare, then cover it or say what it is."), "review", flagged, anchor="flags"
        ),
        _of_post(
            N_("Approve, or send back"),
            N_("With a reason that its author can use."),
            "review",
            clear,
            anchor="decision",
        ),
        Step(
            N_("See how the checks do"), N_("How long posts wait, and what the flags turned out to be."), "insight.show"
        ),
    ]


def _headteacher(work: Work, actor: Actor) -> list[Step]:
    return [
        *_decider(work, actor)[:3],
        Step(N_("See the school’s accounts"), N_("Who asked for one, and who holds its password."), "accounts.every"),
        Step(N_("See what the staff sign"), N_("The policy, and who has signed it."), "training.overview"),
    ]


def _publisher(work: Work, actor: Actor) -> list[Step]:
    live = work.session.scalars(select(Post.id).where(Post.state == State.LIVE).order_by(Post.id).limit(1)).first()
    reminder = next((post.id for post in review.waiting(work, actor)), None)
    return [
        Step(
            N_("Open a kit"), N_("Words, pictures and their descriptions, as each account takes them."), "publish.board"
        ),
        _of_post(
            N_("See a post that is live"), N_("Where it is, and what happened on the way."), "posts", live, "everybodys"
        ),
        _of_post(
            N_("Let a reminder out"), N_("A few words to parents, which you may decide about."), "review", reminder
        ),
        Step(N_("See what has to come down"), N_("Each needs somebody who does it and says so."), "takedowns.waiting"),
    ]


def _data_lead(work: Work, actor: Actor) -> list[Step]:
    listed = select(Person.id).where(Person.no_publish, roster.on_register(work)).order_by(Person.id).limit(1)
    person = work.session.scalars(listed).first()
    here: dict[str, object] = {"person_id": person} if person else {}
    return [
        Step(
            N_("Open somebody who must not appear"),
            N_("What was permitted, and the photos that faces are compared with."),
            "register.edit" if person else "register.everybody",
            here,
        ),
        Step(
            N_("See what is held about them"),
            N_("Everything, to hand over when a family asks."),
            "held.show" if person else "register.everybody",
            here,
        ),
        Step(
            N_("Bring in a file from the office"),
            N_("You see each change before anything is written."),
            "importing.start",
        ),
        Step(N_("See what runs out"), N_("Permissions that end soon."), "permissions.running_out"),
    ]


def _administrator(work: Work, actor: Actor) -> list[Step]:
    return [
        Step(N_("Invite somebody"), N_("They choose their own password. You never know it."), "invitations.form"),
        Step(N_("Say who approves"), N_("One person, two, or two in an order."), "routes.show"),
        Step(N_("See how the checks stand"), N_("What waits, and what broke."), "watching.show"),
        Step(N_("See what a new school sets up"), N_("The list ticks itself off."), "getting_started.show"),
    ]


def _of_post(
    title: str, hint: str, pages: str, post_id: int | None, otherwise: str = "waiting", anchor: str = ""
) -> Step:
    if post_id is None:
        return Step(title, hint, f"{pages}.{otherwise}")
    return Step(title, hint, f"{pages}.show", {"post_id": post_id} | ({"_anchor": anchor} if anchor else {}))


_STEPS: dict[Role, Callable[[Work, Actor], list[Step]]] = {
    Role.TEACHER: _teacher,
    Role.ASSISTANT_HEAD: _decider,
    Role.HEADTEACHER: _headteacher,
    Role.RESOURCES_MANAGER: _publisher,
    Role.DATA_LEAD: _data_lead,
    Role.ADMINISTRATOR: _administrator,
}
