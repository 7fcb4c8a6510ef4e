"""What a new school still has to say before its first post, and whose it is. Each answer is asked of what is there."""

from sqlalchemy import Select, select

from moderation.db.models import Account, Post, User
from moderation.rules.accounts import AccountStanding
from moderation.rules.language import N_, gettext
from moderation.rules.roles import KEEPERS, Role
from moderation.rules.route import Slot
from moderation.rules.setting_up import Step, Task
from moderation.services import acceptance, audit, backups, matching, register, routes, school_look, staff, standards
from moderation.services.work import Work

_NEEDED = (Role.HEADTEACHER, Role.RESOURCES_MANAGER, Role.DATA_LEAD, Role.TEACHER)  # who approves comes to these
_ADMINISTRATOR, _DATA_LEAD = frozenset({Role.ADMINISTRATOR}), frozenset({Role.DATA_LEAD})
_TEACHER = frozenset({Role.TEACHER})
_HEADTEACHER, _MANAGER = frozenset({Role.HEADTEACHER}), frozenset({Role.RESOURCES_MANAGER})


def tasks(work: Work, has_mail: bool) -> list[Task]:
    """What is needed, then what a school may wish."""
    return needed(work) + wishes(work, has_mail)


def needed(work: Work) -> list[Task]:
    """In the order in which it is best done."""
    sent_in = _any(work, select(Post.id).where(Post.submitted_at.is_not(None)))
    accounts = _accounts(work)
    return [
        Task(Step.NAME, "look.show", _ADMINISTRATOR, school_look.is_named(work)),
        _people(work),
        accounts,
        Task(Step.PRESET, "permissions.asked_for", _DATA_LEAD, standards.are_chosen(work)),
        Task(Step.REGISTER, "importing.start", _DATA_LEAD, not register.is_empty(work)),
        Task(Step.FIRST_POST, "writing.new", _TEACHER, sent_in, waits=not accounts.done),
        Task(Step.BACKUP, "", frozenset(), not backups.last(work).late),
    ]


def wishes(work: Work, has_mail: bool) -> list[Task]:
    policy = acceptance.in_force(work) is not None or bool(acceptance.coming(work))
    recognises = matching.in_force(work) is not None
    return [
        Task(Step.ROUTE, "routes.show", _ADMINISTRATOR, audit.newest(work, "route set") is not None),
        Task(Step.POLICY, "acceptance.edit", KEEPERS, policy),
        Task(Step.FACES, "matching.recognition", _DATA_LEAD, recognises),
        Task(Step.MAIL, "messages.show", _ADMINISTRATOR, has_mail),
    ]


def _people(work: Work) -> Task:
    """Who is invited can be waited for; who is missing has to be invited."""
    here = [user for user in staff.everybody(work) if user.is_here(work.today)]
    came_in = [user for user in here if user.password_is_own]

    def lacking(people: list[User]) -> list[str]:
        there = {user.role for user in people} | {user.id for user in people}
        return [_said(slot) for slot in _slots(work) if there.isdisjoint(slot)]

    nobody, absent = lacking(here), lacking(came_in)
    invited = [one for one in absent if one not in nobody]
    parts = [(gettext("Still missing"), nobody), (gettext("Invited, and not come in yet"), invited)]
    return Task(
        Step.PEOPLE, "invitations.form" if nobody else "invitations.waiting", _ADMINISTRATOR, not absent,
        says=" ".join(f"{what}: {', '.join(roles)}." for what, roles in parts if roles),
        waits=not nobody,
    )  # fmt: skip


def _slots(work: Work) -> list[Slot]:
    """The roles that every school needs, and whoever else has to approve its posts; each once."""
    stages = routes.in_force(work).route.stages
    besides = [slot for stage in stages for slot in stage if slot.isdisjoint(_NEEDED)]
    return list(dict.fromkeys([frozenset({role}) for role in _NEEDED] + besides))


def _said(slot: Slot) -> str:
    roles = [gettext(one) for one in sorted(str(one) for one in slot if isinstance(one, Role))]
    return f" {gettext('or')} ".join(roles) if roles else gettext("somebody who approves")


def _accounts(work: Work) -> Task:
    """Whose it is goes on from the application to the headteacher, and to whoever records the credentials."""
    first = work.session.scalars(
        select(Account).where(Account.standing != AccountStanding.CLOSED).order_by(Account.id).limit(1)
    ).first()
    standing = first.standing if first else None
    whose, says = {
        AccountStanding.APPLIED: (_HEADTEACHER, N_("It is applied for: the headteacher approves it.")),
        AccountStanding.APPROVED: (KEEPERS | _MANAGER, N_("It is approved: say where its credentials are kept.")),
    }.get(standing, (_ADMINISTRATOR | _MANAGER, ""))  # type: ignore[arg-type]
    return Task(
        Step.ACCOUNTS, "accounts.every" if first else "accounts.new", whose,
        _any(work, select(Account.id).where(Account.in_use)), says=gettext(says),
    )  # fmt: skip


def _any(work: Work, question: Select[int]) -> bool:
    return work.session.scalars(question.limit(1)).first() is not None
