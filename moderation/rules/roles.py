"""Who somebody is at the gate."""

from dataclasses import dataclass
from enum import StrEnum

from moderation.rules.language import N_


class Role(StrEnum):
    TEACHER = N_("teacher")
    ASSISTANT_HEAD = N_("assistant head")
    HEADTEACHER = N_("headteacher")
    RESOURCES_MANAGER = N_("resources manager")
    DATA_LEAD = N_("data lead")
    ADMINISTRATOR = N_("administrator")
    SYSTEM = N_("system")  # the program itself; never a sign-in


# Everybody who works at the school. The administrator keeps people and settings and has no part in posts.
STAFF = frozenset({Role.TEACHER, Role.ASSISTANT_HEAD, Role.HEADTEACHER, Role.RESOURCES_MANAGER, Role.DATA_LEAD})
APPROVERS = frozenset({Role.ASSISTANT_HEAD, Role.HEADTEACHER})
# A second pair of eyes on a large import: who already sees names of pupils. The administrator keeps no register.
IMPORT_CONFIRMERS = APPROVERS | {Role.DATA_LEAD}
# Who may take away what the school can show about a post.
EVIDENCE_READERS = APPROVERS | {Role.DATA_LEAD}
PUBLISHERS = frozenset({Role.RESOURCES_MANAGER})
# Who writes the policy and records trainings.
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.HEADTEACHER})
# Roles that somebody else of the staff can hold for some days.
DEPUTISED = APPROVERS
SIGN_INS = frozenset(Role) - {Role.SYSTEM}


@dataclass(frozen=True)
class Actor:
    """A person, or the program itself (`id` None), doing something now."""

    id: int | None
    role: Role
    acting: frozenset[Role] = frozenset()  # whose deputy they are today

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held today. What needs a role of one's own, such as naming a deputy, asks `role`."""
        return self.acting | {self.role}


SYSTEM = Actor(None, Role.SYSTEM)
