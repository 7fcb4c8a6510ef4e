"""Who must approve, in which order: against a table written by hand, and against trying every assignment."""

from itertools import permutations, product

import pytest

from moderation.rules.acceptance import OPEN
from moderation.rules.guards import Case, Refused
from moderation.rules.post_kinds import DECIDERS, PostKind
from moderation.rules.roles import SIGN_INS, Actor, Role
from moderation.rules.route import Given, Route, Slot, Standing, Step
from moderation.rules.route_presets import PRESETS, REMINDERS, any_of, preset_of
from moderation.rules.workflow import Action, State, advance
from tests.rules.route_table import EXTRA, HELD, ID, ROUTES, A, H, Row, given, rows


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.title)
def test_law_3_each_route_asks_and_releases_as_the_table_says(row: Row) -> None:
    standing = Standing(row.route, tuple(map(given, row.so_far)))
    asked = {name for name in HELD if standing.asks(ID[name], HELD[name])}
    releases = {name for name in asked if Standing(row.route, (*map(given, row.so_far), given(name))).is_complete}
    assert (asked, releases) == (row.asked, row.releases)
    assert not standing.is_complete


def test_the_table_knows_every_route_with_and_without_a_sensitive_topic() -> None:
    assert {(row.name, row.sensitive) for row in rows()} == set(product(ROUTES, (False, True)))


def test_law_3_whoever_wrote_or_changed_a_post_is_asked_on_no_route_and_counts_on_none() -> None:
    for row, name in product(rows(), HELD):
        barred = frozenset({ID[name]})
        standing = Standing(row.route, tuple(map(given, row.so_far)), barred)
        assert not standing.asks(ID[name], HELD[name])
        assert not Standing(row.route, (given(name),) * 3, barred).counting


def test_law_3_not_even_once_more_on_a_route_that_a_change_made_complete() -> None:
    complete = Standing(PRESETS["either"].route, (given("A"),), frozenset({ID["H"]}))
    assert complete.is_complete
    assert complete.asks(ID["A2"], HELD["A2"])
    assert not complete.asks(ID["H"], HELD["H"])


def test_a_person_who_is_named_counts_by_name_and_others_of_the_role_do_not() -> None:
    named = Standing(any_of(frozenset({ID["A"], ID["H"]}), 2))
    assert {name for name in HELD if named.asks(ID[name], HELD[name])} == {"A", "H"}
    assert Standing(named.route, (given("A"), given("H"))).is_complete
    assert not Standing(named.route, (given("A2"), given("D"))).counting


def test_laws_3_and_7_every_route_role_and_state_by_the_table_of_transitions() -> None:
    """In review an approval is possible for exactly whom the route asks; in every other state for nobody."""
    walked = 0
    for row, state, name in product(rows(), State, HELD):
        own, *acting = sorted(HELD[name], key=lambda role: role == H)
        actor = Actor(ID[name], own, frozenset(acting))
        standing = Standing(row.route, tuple(map(given, row.so_far)))
        case = Case(
            99, 99, says_something=True, accounts=1, checks_current=True, digest="now", seen_digest="now",
            standing=standing, entry=OPEN, kind=row.kind,
        )  # fmt: skip
        after = tried(state, Action.APPROVE, actor, case)
        assert (after is State.IN_REVIEW) == (state is State.IN_REVIEW and name in row.asked), (row, state, name)
        assert tried(state, Action.RELEASE, actor, case) is None, "nothing is released while somebody is missing"
        walked += 1
    assert walked == len(rows()) * len(State) * len(HELD)
    print(f"{walked} moments of {len(ROUTES)} routes, {len(State)} states and {len(HELD)} people: as the table says")


def tried(state: State, action: Action, actor: Actor, case: Case) -> State | None:
    try:
        return advance(state, action, actor, case)
    except Refused:
        return None


# Stranger routes than the pages offer: the rules know them all the same.
STRANGE = {
    "each of a role and a person": Route((Step(frozenset({A, ID["H"]})),)),
    "two of three people, then the headteacher": Route(
        (Step(frozenset({ID["A"], ID["A2"], ID["T"]}), 2), Step(frozenset({H}))), in_order=True
    ),
    "three in a row": Route((Step(frozenset({A})), Step(frozenset({H})), Step(frozenset({A}))), in_order=True),
    "two assistant heads and anybody": Route((Step(frozenset({A}), 2), Step(frozenset({A, H}), 1))),
}
EVERY = ROUTES | STRANGE | {f"{name}, sensitive": route.with_extra(EXTRA) for name, route in ROUTES.items()}


def most(slots: tuple[Slot, ...], some: tuple[Given, ...]) -> int:
    """How many slots can be filled at most: every way of handing out the approvals is tried."""
    padded = (*some, *[None] * len(slots))
    return max(
        sum(one is not None and one.fits(slot) for one, slot in zip(way, slots, strict=True))
        for way in permutations(padded, len(slots))
    )


def filled(route: Route, some: tuple[Given, ...]) -> int:
    """The same for a whole route; in an order, every way of cutting the row of approvals in pieces is tried."""
    first, *rest = route.stages
    best = most(first, some)
    if rest:
        later = Route(route.steps[1:], in_order=True)
        cuts = [cut for cut in range(len(some) + 1) if most(first, some[:cut]) == len(first)]
        best = max([best, *(len(first) + filled(later, some[cut:]) for cut in cuts)])
    return best


@pytest.mark.parametrize("name", EVERY)
def test_no_approval_counts_twice_whoever_approves_in_whatever_order(name: str) -> None:
    route = EVERY[name]
    people = [given(one) for one in ("A", "A2", "H", "D", "B", "T")]
    needed = sum(len(stage) for stage in route.stages)
    for length in range(4):
        for some in permutations(people, length):
            standing = Standing(route, some)
            assert len(standing.counting) == filled(route, some)
            assert len(set(standing.counting)) == len(standing.counting)
            assert standing.is_complete == (filled(route, some) == needed)
            for one in people:
                if one not in some and not standing.is_complete:
                    helps = filled(route, (*some, one)) > filled(route, some)
                    assert standing.asks(one.person, one.roles) == helps


def test_a_change_of_the_route_completes_nothing_and_asks_one_of_its_people_once_more() -> None:
    for (before, after), name in product(permutations(ROUTES.values(), 2), HELD):
        standing = Standing(before)
        if not standing.asks(ID[name], HELD[name]) or Standing(before, (given(name),)).is_complete:
            continue
        changed = Standing(after, (given(name),))  # it waits, as before: only advance() with an approval releases
        asked = {other for other in HELD if changed.asks(ID[other], HELD[other])}
        assert asked, "somebody can always go on"
        if changed.is_complete:
            assert name in asked or not after.in_order
            assert all(any(given(one).fits(slot) for slot, _ in changed.slots) for one in asked)


def test_an_approval_out_of_order_counts_once_it_is_given_again_in_its_turn() -> None:
    """The route was “any order” when the headteacher approved, and is an order now."""
    route = PRESETS["in-order"].route
    assert not Standing(route, (given("H"),)).counting
    after = Standing(route, (given("H"), given("A")))
    assert [one.person for one in after.counting] == [ID["A"]]
    assert after.asks(ID["H"], HELD["H"])


def test_what_a_step_asks_for_anyway_is_not_asked_twice() -> None:
    assert PRESETS["headteacher"].route.with_extra(EXTRA) == PRESETS["headteacher"].route
    assert PRESETS["both"].route.with_extra(EXTRA) == PRESETS["both"].route
    assert len(PRESETS["either"].route.with_extra(EXTRA).steps) == 2, "the assistant head alone may have approved"
    assert any_of(frozenset({H}), 2).with_extra(EXTRA).steps == any_of(frozenset({H}), 2).steps
    assert len(any_of(frozenset({ID["A"], ID["H"]}), 1).with_extra(Step(frozenset({ID["H"]}))).steps) == 2


def test_what_is_missing_is_told_stage_by_stage() -> None:
    in_order, both = Standing(PRESETS["in-order"].route), Standing(PRESETS["both"].route)
    assert in_order.waits_for == (frozenset({A}),)
    assert set(both.waits_for) == {frozenset({A}), frozenset({H})}
    assert Standing(in_order.route, (given("A"),)).waits_for == (frozenset({H}),)
    assert Standing(in_order.route, (given("A"), given("H"))).waits_for == ()


def test_whether_those_who_sign_in_could_complete_a_route() -> None:
    both = Standing(PRESETS["both"].route)
    assert both.can_be_completed((given("A"), given("H")))
    assert not both.can_be_completed((given("A"), given("A2"))), "there is no headteacher"
    assert not both.can_be_completed((given("B"),)), "one person is not two"
    assert not Standing(both.route, barred=frozenset({ID["H"]})).can_be_completed((given("A"), given("H")))
    named = Standing(any_of(frozenset({ID["T"]}), 1))
    assert not named.can_be_completed((given("T"),)), "whoever is named needs an approver's role too"
    office, decide = REMINDERS["office"].route, DECIDERS[PostKind.REMINDER]
    assert Standing(office, deciders=decide).can_be_completed((given("M"),))
    assert not Standing(office.with_extra(EXTRA), deciders=decide).can_be_completed((given("M"), given("A")))


def test_a_route_without_steps_is_never_complete_and_asks_nobody() -> None:
    for roles in (frozenset({role}) for role in SIGN_INS):
        assert not Standing().asks(1, roles)
    assert not Standing(approvals=(given("H"),)).is_complete


def test_every_ready_route_is_known_again() -> None:
    assert {preset_of(preset.route) for preset in PRESETS.values()} == set(PRESETS)
    assert preset_of(any_of(frozenset({Role.HEADTEACHER, 5}), 2)) == "any"
