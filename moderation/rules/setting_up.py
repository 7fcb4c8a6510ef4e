"""The way through setting up a school: what is to do, whose it is, and what comes before and after a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from moderation.rules.language import N_, gettext
from moderation.rules.roles import KEEPERS, Role

SETS_UP = KEEPERS | {Role.DATA_LEAD, Role.RESOURCES_MANAGER}  # whose pages show the list


class Step(StrEnum):
    NAME = "name"
    PEOPLE = "people"
    ACCOUNTS = "accounts"
    PRESET = "preset"
    REGISTER = "register"
    FIRST_POST = "first post"
    BACKUP = "backup"
    ROUTE = "route"
    POLICY = "policy"
    FACES = "faces"
    MAIL = "mail"


# What each is called, and why it is there.
WORDS: Mapping[Step, tuple[str, str]] = {
    Step.NAME: (
        N_("Give the school its name"),
        N_("On every page, and what parents see. Its colour and logo too, if you wish."),
    ),
    Step.PEOPLE: (N_("Invite the people who sign in"), N_("At least one person for each role; others can follow.")),
    Step.ACCOUNTS: (
        N_("Register the school’s accounts"),
        N_("Where posts go. Somebody applies, the headteacher approves."),
    ),
    Step.PRESET: (
        N_("Take the ready setting that fits the school’s policy"),
        N_("Where pupils may appear, and who permits it."),
    ),
    Step.REGISTER: (
        N_("Fill the register"),
        N_("Names to look for, who may appear, who must not. A file from the office will do."),
    ),
    Step.FIRST_POST: (
        N_("Send in a first post"),
        N_("A teacher writes it once an account is in use, and it goes the whole way."),
    ),
    Step.BACKUP: (N_("Make a backup every night"), N_("Whoever looks after the machine runs gatepost backup.")),
    Step.ROUTE: (
        N_("Say who approves"),
        N_("Without it, one approval is enough: by an assistant head or by the headteacher."),
    ),
    Step.POLICY: (N_("Put in the policy that staff sign"), N_("Nobody is asked to sign anything before.")),
    Step.FACES: (
        N_("Decide whether faces are recognised"),
        N_(
            "Locked until it is recorded what that rests on. Without it people look at every face themselves, and "
            "names are still looked for."
        ),
    ),
    Step.MAIL: (
        N_("Switch e-mail on"),
        N_("Whoever looks after the machine does it. Until then, people have to look."),
    ),
}
WISHES = frozenset({Step.ROUTE, Step.POLICY, Step.FACES, Step.MAIL})  # posts can go out without

# Endpoints, and whole parts of the web, that lead on to the next step while setting up is unfinished.
PAGES: Mapping[str, Step] = {
    "look": Step.NAME,
    "invitations": Step.PEOPLE,
    "accounts": Step.ACCOUNTS,
    "account_steps": Step.ACCOUNTS,
    "permissions.asked_for": Step.PRESET,
    "permissions.set_asked_for": Step.PRESET,
    "importing": Step.REGISTER,
    "routes": Step.ROUTE,
    "acceptance.edit": Step.POLICY,
    "acceptance.save": Step.POLICY,
    "matching.recognition": Step.FACES,
    "matching.record": Step.FACES,
    "messages": Step.MAIL,
}


def step_of(endpoint: str) -> Step | None:
    """The step to which a page belongs; None for a page of another matter."""
    return PAGES.get(endpoint) or PAGES.get(endpoint.partition(".")[0])


@dataclass(frozen=True)
class Task:
    """One line of the list. `endpoint`: the page where it is done; empty where no page does it.

    `whose`: who can do it as it stands now. `says`: how far it has come, for a task of several parts. `waits`: nothing
    is to do but to wait for somebody.
    """

    step: Step
    endpoint: str
    whose: frozenset[Role]
    done: bool
    says: str = ""
    waits: bool = False

    @property
    def title(self) -> str:
        return gettext(WORDS[self.step][0])

    @property
    def why(self) -> str:
        return gettext(WORDS[self.step][1])

    @property
    def needed(self) -> bool:
        return self.step not in WISHES

    @property
    def is_open(self) -> bool:
        return not (self.done or self.waits)


@dataclass(frozen=True)
class Way:
    """Where somebody stands: how much of what is needed is done, the task of this page, and their own around it.

    `skips`: what this page is about is theirs and not done yet. `then`: what is needed next from somebody else, where
    nothing is left for this person.
    """

    done: int
    needed: int
    here: Task | None
    skips: bool
    back: Task | None
    next: Task | None
    then: Task | None


def is_unfinished(tasks: Sequence[Task]) -> bool:
    """Whether anybody still has to do something on these pages before the school's posts go their way."""
    return any(task.needed and not task.done and task.whose for task in tasks)


def way(tasks: Sequence[Task], roles: frozenset[Role], endpoint: str) -> Way:
    """From a task of one's own on, what is still to do after it comes first, then what was skipped before it.

    Elsewhere only what is needed is offered: what a school may wish waits on the list.
    """
    own = [task for task in tasks if not roles.isdisjoint(task.whose)]
    here = next((task for task in tasks if task.step is step_of(endpoint)), None)
    at = tasks.index(here) if here else -1
    before, after = [one for one in own if tasks.index(one) < at], [one for one in own if tasks.index(one) > at]
    ahead = [one for one in after + before if one.is_open and (one.needed or here)]
    needed = [task for task in tasks if task.needed]
    return Way(
        done=sum(task.done for task in needed),
        needed=len(needed),
        here=here,
        skips=here in own and here.is_open,
        back=before[-1] if before else None,
        next=next(iter(ahead), None),
        then=next((one for one in needed if one.is_open and one.whose and one not in own), None) if not ahead else None,
    )
