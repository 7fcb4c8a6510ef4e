"""Who must approve a post, in which order: who is asked now, what is missing, is it complete, given what stands."""

from dataclasses import dataclass, replace
from functools import cached_property

from moderation.rules.roles import APPROVERS, Role

Member = Role | int  # whoever holds the role, or one person by id
Slot = frozenset[Member]  # one approval that is needed, and who can give it


@dataclass(frozen=True)
class Given:
    """An approval that stands: of whom, and the roles that they held, also as a deputy."""

    person: int
    roles: frozenset[Role]

    def fits(self, slot: Slot) -> bool:
        return self.person in slot or not self.roles.isdisjoint(slot)


@dataclass(frozen=True)
class Step:
    """Some roles and people, and how many of them have to approve; None: each of them."""

    members: frozenset[Member]
    how_many: int | None = None

    @property
    def slots(self) -> tuple[Slot, ...]:
        if self.how_many is None:
            return tuple(frozenset({member}) for member in sorted(self.members, key=str))
        return (self.members,) * self.how_many

    def brings(self, other: "Step") -> bool:
        """Whether this step cannot be complete without what the other one asks for."""
        if other.how_many is None:
            return self.how_many is None and other.members <= self.members
        if self.how_many is None:
            return len(self.members & other.members) >= other.how_many
        return self.members <= other.members and self.how_many >= other.how_many


@dataclass(frozen=True)
class Route:
    """Steps, all of which have to be complete; `in_order`: each only after the one before it. Without steps: never."""

    steps: tuple[Step, ...] = ()
    in_order: bool = False

    def with_extra(self, extra: Step | None) -> "Route":
        """The route of a sensitive post. A step that asks for the same anyway is not doubled: a school has one head."""
        if extra is None or any(step.brings(extra) for step in self.steps):
            return self
        return replace(self, steps=(*self.steps, extra))

    @property
    def stages(self) -> tuple[tuple[Slot, ...], ...]:
        """What is needed one after the other; all at once if the order is free."""
        if self.in_order:
            return tuple(step.slots for step in self.steps)
        return (tuple(slot for step in self.steps for slot in step.slots),)


Filled = tuple[tuple[Slot, Given | None], ...]


@dataclass(frozen=True)
class Standing:
    """A route, the approvals that stand for today's digest (in the order given, one a person), and who is barred."""

    route: Route = Route()
    approvals: tuple[Given, ...] = ()
    barred: frozenset[int] = frozenset()
    deciders: frozenset[Role] = APPROVERS  # who can approve such a post at all

    @cached_property
    def slots(self) -> Filled:
        """Every approval that is needed, and the one that counts for it. An approval counts once."""
        rest, found = tuple(one for one in self.approvals if one.person not in self.barred), list[Filled]()
        for stage in self.route.stages:
            filled, rest = _first(stage, rest)
            found.append(filled)
        return tuple(one for filled in found for one in filled)

    def with_one_more(self, person: int, roles: frozenset[Role]) -> "Standing":
        """As it would stand with this approval too."""
        return replace(self, approvals=(*self.approvals, Given(person, roles)))

    @property
    def counting(self) -> tuple[Given, ...]:
        return tuple(given for _, given in self.slots if given)

    @property
    def is_complete(self) -> bool:
        return bool(self.slots) and all(given for _, given in self.slots)

    @property
    def waits_for(self) -> tuple[Slot, ...]:
        """What is missing and may be given now; later steps of an order are not asked for yet."""
        missing = [slot for slot, given in self.slots if given is None]
        if not self.route.in_order or not missing:
            return tuple(missing)
        done = len(self.slots) - len(missing)
        for stage in self.route.stages:
            if done < len(stage):
                return tuple(missing[: len(stage) - done])
            done -= len(stage)
        return ()

    def asks(self, person: int, roles: frozenset[Role]) -> bool:
        """Whether an approval by this person would count now.

        A route that became complete by a change asks anybody whom it names for one more: no change completes a post.
        """
        if person in self.barred:
            return False
        mine = Given(person, roles)
        new = replace(self, approvals=(*(one for one in self.approvals if one.person != person), mine))
        if self.is_complete:
            return new.is_complete and any(mine.fits(slot) for slot, _ in self.slots)
        return len(new.counting) > len(self.counting)

    def can_be_completed(self, people: tuple[Given, ...]) -> bool:
        """Whether those people together could complete the route, each counting once."""
        slots = tuple(slot for step in self.route.steps for slot in step.slots)
        able = tuple(one for one in people if one.person not in self.barred and one.roles & self.deciders)
        return bool(slots) and all(given for _, given in _fill(slots, able))


def _first(stage: tuple[Slot, ...], approvals: tuple[Given, ...]) -> tuple[Filled, tuple[Given, ...]]:
    """The stage as filled by the first approvals that complete it, and the approvals after those."""
    filled = _fill(stage, ())
    for number in range(1, len(approvals) + 1):
        filled = _fill(stage, approvals[:number])
        if all(given for _, given in filled):
            return filled, approvals[number:]
    return filled, ()


def _fill(slots: tuple[Slot, ...], approvals: tuple[Given, ...]) -> Filled:
    """As many slots as can be filled, each approval in one of them."""
    held: list[Given | None] = [None] * len(slots)

    def place(given: Given, tried: set[int]) -> bool:
        for number, slot in enumerate(slots):
            if number in tried or not given.fits(slot):
                continue
            tried.add(number)
            other = held[number]
            if other is None or place(other, tried):
                held[number] = given
                return True
        return False

    for given in approvals:
        place(given, set())
    return tuple(zip(slots, held, strict=True))
