"""What a new school still has to say before its first post, and whose it is. Each answer is asked of what is there."""

from dataclasses import dataclass

from sqlalchemy import Select, select

from moderation.db.models import Account, Post
from moderation.rules.roles import KEEPERS, SIGN_INS, STAFF, Role
from moderation.services import acceptance, audit, backups, matching, register, school_look, staff
from moderation.services.work import Work

SETS_UP = KEEPERS | {Role.DATA_LEAD}  # whose pages show the list
_NEEDED = (Role.HEADTEACHER, Role.ASSISTANT_HEAD, Role.RESOURCES_MANAGER, Role.DATA_LEAD, Role.TEACHER)


@dataclass(frozen=True)
class Task:
    """One line of the list. `endpoint`: the page where it is done; empty where no page does it.

    `waits_for` says what is still missing, for a task of several parts.
    """

    title: str
    why: str
    endpoint: str
    whose: frozenset[Role]
    done: bool
    needed: bool = True
    waits_for: str = ""


def tasks(work: Work, has_mail: bool) -> list[Task]:
    """In the order in which they are best done."""
    came_in = {user.role for user in staff.everybody(work) if user.password_is_own and user.is_here(work.today)}
    missing = [str(role) for role in _NEEDED if role not in came_in]
    data_lead, administrator = frozenset({Role.DATA_LEAD}), frozenset({Role.ADMINISTRATOR})
    preset = _was_done(work, "ready setting taken", "standard set")
    policy = acceptance.in_force(work) is not None or bool(acceptance.coming(work))
    account = _any(work, select(Account.id).where(Account.in_use))
    sent_in = _any(work, select(Post.id).where(Post.submitted_at.is_not(None)))
    return [
        Task("Invite the people who sign in", "At least one person for each role; others can follow.",
            "staff.people", administrator, not missing, waits_for=", ".join(missing)),
        Task("Take the ready setting that fits the school’s policy", "Where pupils may appear, and who permits it.",
            "permissions.asked_for", data_lead, preset),
        Task("Say who approves", "Without it, one assistant head does.",
            "routes.show", administrator, _was_done(work, "route set"), needed=False),
        Task("Choose the school’s colour and logo", "They stand on every page, and on the page for parents.",
            "look.show", administrator, school_look.colour(work) is not None or school_look.logo_name(work) is not None,
            needed=False),
        Task("Put in the policy that staff sign", "Nobody is asked to sign anything before.",
            "acceptance.edit", KEEPERS, policy, needed=False),
        Task("Fill the register", "Names to look for, who may appear, who must not. A file from the office will do.",
            "importing.start", data_lead, not register.is_empty(work)),
        Task("Register the school’s accounts", "Staff apply, the headteacher approves.",
            "accounts.every", SIGN_INS, account),
        Task("Decide whether faces are recognised", "Locked until it is recorded what that rests on. Without it people "
            "look at every face themselves, and names are still looked for.",
            "matching.recognition", data_lead, matching.in_force(work) is not None, needed=False),
        Task("Switch e-mail on", "Whoever looks after the machine does it. Until then, people have to look.",
            "messages.show", administrator, has_mail, needed=False),
        Task("Make a backup every night", "Whoever looks after the machine runs gatepost backup.",
            "", frozenset(), not backups.last(work).late),
        Task("Send in a first post", "A teacher writes it, and it goes the whole way once.",
            "writing.new", STAFF, sent_in),
    ]  # fmt: skip


def _any(work: Work, question: Select[int]) -> bool:
    return work.session.scalars(question.limit(1)).first() is not None


def left(tasks: list[Task]) -> int:
    """How many that are needed are still to do."""
    return sum(task.needed and not task.done for task in tasks)


def _was_done(work: Work, *actions: str) -> bool:
    return any(audit.newest(work, action) for action in actions)
