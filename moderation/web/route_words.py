"""How pages say who approves: roles and people in plain words, and how far a post's route has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from moderation.db.models import Approval, User
from moderation.rules.language import N_, gettext, listed
from moderation.rules.roles import APPROVERS, Role
from moderation.rules.route import Given, Member, Slot, Standing

OR = N_("or")
_ROLES: dict[Role, str] = {
    Role.ASSISTANT_HEAD: N_("an assistant head"),
    Role.HEADTEACHER: N_("the headteacher"),
    Role.RESOURCES_MANAGER: N_("the resources manager"),
}
_SEVERAL: dict[Role, str] = {
    Role.ASSISTANT_HEAD: N_("assistant heads"),
    Role.HEADTEACHER: N_("headteachers"),
}
_NUMBERS = (
    N_("none"), N_("one"), N_("two"), N_("three"), N_("four"),
    N_("five"), N_("six"), N_("seven"), N_("eight"), N_("nine"),
)  # fmt: skip


def token(member: Member) -> str:
    """How forms name a member."""
    return str(member) if isinstance(member, Role) else f"user-{member}"


def choices(people: Iterable[User]) -> list[tuple[str, str]]:
    """Everybody who can be part of the route of posts: (token, words), roles first."""
    roles: list[tuple[str, str]] = [
        (token(role), gettext(words)) for role, words in _ROLES.items() if role in APPROVERS
    ]
    return roles + [(token(user.id), user.name) for user in people]


def _member(member: Member, names: dict[int, str]) -> str:
    if isinstance(member, Role):
        return gettext(_ROLES.get(member, str(member)))
    return names.get(member) or gettext("somebody who left")


def missing(slots: Iterable[Slot], names: dict[int, str]) -> str:
    """“the headteacher”, “two of Ann, Bob and the headteacher”, and all that are missing joined by “and”."""
    counted: dict[Slot, int] = {}
    for slot in slots:
        counted[slot] = counted.get(slot, 0) + 1
    return listed([_slot(slot, count, names) for slot, count in counted.items()])


def _slot(slot: Slot, count: int, names: dict[int, str]) -> str:
    members = [_member(member, names) for member in sorted(slot, key=token)]
    if count == 1:
        return listed(members, OR)
    number = gettext(_NUMBERS[count])
    if slot <= APPROVERS:
        people = listed([gettext(_SEVERAL[member]) for member in sorted(slot) if isinstance(member, Role)])
        return gettext("{number} people out of: {people}").format(number=number, people=people)
    return gettext("{number} of {people}").format(number=number, people=listed(members))


def waits_for(standing: Standing, names: dict[int, str]) -> str:
    """Who is asked now. Complete by a change, a route asks one of those whom it names once more."""
    slots = standing.waits_for or tuple(dict.fromkeys(slot for slot, _ in standing.slots))
    return missing(slots, names) if standing.waits_for else listed([missing([slot], names) for slot in slots], OR)


@dataclass(frozen=True)
class Progress:
    """What a page says about a route: “1 of 2”, approved by whom, who is asked next."""

    done: int
    all: int
    approved: tuple[Approval, ...]
    waits_for: str
    again: bool  # complete by a change: one approval has to be given again
    impossible: bool  # nobody who signs in can give what is missing

    @property
    def holds_until(self) -> datetime:
        return min(one.expires_at for one in self.approved)


def progress(
    standing: Standing, approvals: Iterable[Approval], people: Iterable[User], able: tuple[Given, ...]
) -> Progress:
    counting = {given.person for given in standing.counting}
    return Progress(
        len(standing.counting),
        len(standing.slots),
        tuple(one for one in approvals if one.user_id in counting),
        waits_for(standing, {user.id: user.name for user in people}),
        standing.is_complete,
        not standing.can_be_completed(able),
    )


def who(one: Approval) -> str:
    """“Ann”, “Ann, acting headteacher”."""
    acting = [gettext(role) for role in sorted(one.given.roles & APPROVERS - {one.user.role})]
    if not acting:
        return one.user.name
    return gettext("{name}, acting {roles}").format(name=one.user.name, roles=listed(acting))
