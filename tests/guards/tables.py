"""Changes to the tables that decide: one role more, one state more from which, one guard less.

Each lets something through that was shut. What would shut more than before is no guard removed, and is left out: the
tests that are named here compare the whole table, so they notice that as well.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

AUDIENCES = "tests/web/test_audience.py::test_every_endpoint_is_for_exactly_these_roles"
WORKFLOW = "tests/rules/test_workflow.py"
ACCOUNTS = "tests/rules/test_accounts.py"


@dataclass(frozen=True)
class Change:
    """One change of a table, which is undone before the next is made."""

    name: str
    family: str
    make: Callable[[], None]
    undo: Callable[[], None]
    where: str  # the tests that should notice: a file, or one test


def changes() -> list[Change]:
    return [*_audiences(), *_transitions(), *_account_steps()]


def _audiences() -> Iterator[Change]:
    from moderation.rules.roles import SIGN_INS
    from moderation.web.audience import AUDIENCE, HALFWAY, PUBLIC

    def entry(endpoint: str, audience: Any, what: str) -> Change:
        before = AUDIENCE[endpoint]
        return Change(
            f"audience {endpoint} · {what}",
            "audiences",
            lambda: AUDIENCE.update({endpoint: audience}),
            lambda: AUDIENCE.update({endpoint: before}),
            AUDIENCES,
        )

    for endpoint, audience in list(AUDIENCE.items()):
        if audience is PUBLIC:
            continue
        yield entry(endpoint, PUBLIC, "for strangers")
        if audience is HALFWAY:
            yield entry(endpoint, SIGN_INS, "for whoever is signed in")
            continue
        for role in sorted(SIGN_INS - audience):
            yield entry(endpoint, audience | {role}, f"{role} more")


def _transitions() -> Iterator[Change]:
    from moderation.rules import workflow
    from moderation.rules.roles import Role

    names = ("sources", "roles", "guards")
    for row in workflow.TRANSITIONS:
        for what, changed in _rows(row, frozenset(Role), frozenset(workflow.State)):
            make, undo = _put(row, changed, names), _put(row, replace(row), names)
            yield Change(f"transition {row.action} · {what}", "transitions", make, undo, WORKFLOW)


def _rows(row: Any, roles: frozenset[Any], states: frozenset[Any]) -> Iterator[tuple[str, Any]]:
    for role in sorted(roles - row.roles):
        yield f"{role} more", replace(row, roles=row.roles | {role})
    for state in sorted(states - row.sources):
        yield f"from {state} more", replace(row, sources=row.sources | {state})
    for guard in row.guards:
        less = tuple(one for one in row.guards if one is not guard)
        yield f"without {guard.__name__}", replace(row, guards=less)


def _put(row: Any, values: Any, names: tuple[str, ...]) -> Callable[[], None]:
    """The tables are held by name in many places: the row itself is written over."""

    def put() -> None:
        for name in names:
            object.__setattr__(row, name, getattr(values, name))

    return put


def _account_steps() -> Iterator[Change]:
    from moderation.rules import accounts
    from moderation.rules.roles import Role

    names = ("moves", "roles", "named_too", "guards")
    for row in accounts.ROWS:
        for what, changed in _account_rows(row, frozenset(Role), (None, *accounts.AccountStanding)):
            make, undo = _put(row, changed, names), _put(row, replace(row), names)
            yield Change(f"account step {row.step} · {what}", "account steps", make, undo, ACCOUNTS)


def _account_rows(row: Any, roles: frozenset[Any], standings: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for role in sorted(roles - row.roles):
        yield f"{role} more", replace(row, roles=row.roles | {role})
    if not row.named_too:
        yield "named people too", replace(row, named_too=True)
    for standing in standings:
        if standing not in row.moves:
            moves = {**row.moves, standing: next(iter(row.moves.values()))}
            yield f"from {standing or 'nothing'} more", replace(row, moves=moves)
    for guard in row.guards:
        less = tuple(one for one in row.guards if one is not guard)
        yield f"without {guard.__name__}", replace(row, guards=less)
