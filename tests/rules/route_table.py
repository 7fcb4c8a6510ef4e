"""Who is asked and who releases, on every route at every stage: written out by hand, for the rules and for the school.

A, A2: assistant heads. H: the headteacher. D: a teacher acting as headteacher. B: an assistant head acting as one.
T, M, L, X: teacher, resources manager, data lead, administrator. Nobody of these four is ever asked about a post;
about a reminder the resources manager is, where its route has them.
"""

from dataclasses import dataclass

from moderation.rules.post_kinds import PostKind
from moderation.rules.roles import Role
from moderation.rules.route import Given, Route, Step
from moderation.rules.route_presets import PRESETS, REMINDERS, any_of

A, H = Role.ASSISTANT_HEAD, Role.HEADTEACHER
HELD: dict[str, frozenset[Role]] = {
    "A": frozenset({A}),
    "A2": frozenset({A}),
    "H": frozenset({H}),
    "D": frozenset({Role.TEACHER, H}),
    "B": frozenset({A, H}),
    "T": frozenset({Role.TEACHER}),
    "M": frozenset({Role.RESOURCES_MANAGER}),
    "L": frozenset({Role.DATA_LEAD}),
    "X": frozenset({Role.ADMINISTRATOR}),
}
ID = {name: number for number, name in enumerate(HELD, 1)}
EXTRA = Step(frozenset({H}), 1)
ROUTES = {name: preset.route for name, preset in PRESETS.items()} | {"any two": any_of(frozenset({A, H}), 2)}
ROUTES |= {f"reminders {name}": preset.route for name, preset in REMINDERS.items()}

# route · sensitive or not · approved so far, in this order · who is asked now · whose approval releases the post
TABLE = """
either         ·           · -    · A A2 H D B · A A2 H D B
either         · sensitive · -    · A A2 H D B · -
either         · sensitive · A    · H D B      · H D B
either         · sensitive · H    · A A2 D B   · A A2 D B
either         · sensitive · B    · A A2 H D   · A A2 H D
assistant-head ·           · -    · A A2 B     · A A2 B
assistant-head · sensitive · -    · A A2 H D B · -
assistant-head · sensitive · A    · H D B      · H D B
assistant-head · sensitive · H    · A A2 B     · A A2 B
assistant-head · sensitive · B    · A A2 H D   · A A2 H D
both           ·           · -    · A A2 H D B · -
both           ·           · A    · H D B      · H D B
both           ·           · H    · A A2 B     · A A2 B
both           ·           · D    · A A2 B     · A A2 B
both           ·           · B    · A A2 H D   · A A2 H D
both           · sensitive · -    · A A2 H D B · -
both           · sensitive · A    · H D B      · H D B
in-order       ·           · -    · A A2 B     · -
in-order       ·           · A    · H D B      · H D B
in-order       ·           · B    · H D        · H D
in-order       · sensitive · -    · A A2 B     · -
in-order       · sensitive · A    · H D B      · H D B
headteacher    ·           · -    · H D B      · H D B
headteacher    · sensitive · -    · H D B      · H D B
any two        ·           · -    · A A2 H D B · -
any two        ·           · A    · A2 H D B   · A2 H D B
any two        ·           · H    · A A2 D B   · A A2 D B
any two        · sensitive · -    · A A2 H D B · -
any two        · sensitive · A    · A2 H D B   · -
any two        · sensitive · A A2 · H D B      · H D B
any two        · sensitive · H D  · A A2 B     · A A2 B
reminders office ·         · -    · A A2 H D B M · A A2 H D B M
reminders office · sensitive · -  · A A2 H D B M · -
reminders office · sensitive · M  · H D B      · H D B
reminders office · sensitive · A  · H D B      · H D B
reminders office · sensitive · H  · A A2 D B M · A A2 D B M
reminders heads  ·         · -    · A A2 H D B · A A2 H D B
reminders heads  · sensitive · -  · A A2 H D B · -
reminders heads  · sensitive · H  · A A2 D B   · A A2 D B
"""


@dataclass(frozen=True)
class Row:
    name: str
    sensitive: bool
    so_far: tuple[str, ...]
    asked: frozenset[str]
    releases: frozenset[str]

    @property
    def title(self) -> str:
        return f"{self.name}{', sensitive' if self.sensitive else ''}, after {' '.join(self.so_far) or 'nobody'}"

    @property
    def kind(self) -> PostKind:
        return PostKind.REMINDER if self.name.startswith("reminders ") else PostKind.POST

    @property
    def route(self) -> Route:
        return ROUTES[self.name].with_extra(EXTRA if self.sensitive else None)


def given(name: str) -> Given:
    return Given(ID[name], HELD[name])


def _names(cell: str) -> tuple[str, ...]:
    return tuple(cell.replace("-", "").split())


def rows() -> list[Row]:
    cells = [[cell.strip() for cell in line.split("·")] for line in TABLE.strip().splitlines()]
    return [
        Row(name, bool(topic), _names(so_far), frozenset(_names(asked)), frozenset(_names(releases)))
        for name, topic, so_far, asked, releases in cells
    ]
