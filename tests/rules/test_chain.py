"""Law 7: the chain of the audit trail holds as written, and breaks at the first row that somebody touched."""

import hashlib
import json
from dataclasses import fields, replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from moderation.rules.chain import START, Link, first_bad, link_hash

# A busy machine is not a failed rule.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
Row = tuple[Link, str, str]
details = st.tuples(
    st.none() | st.integers(1, 99), st.text(max_size=20), st.none() | st.integers(1, 99), st.text(max_size=20)
)
chains = st.lists(details, min_size=1, max_size=8).map(lambda rows: chain(rows))


def chain(rows: list[tuple[int | None, str, int | None, str]]) -> list[Row]:
    """Rows as the program writes them."""
    made: list[Row] = []
    previous = START
    for number, (actor, action, post, detail) in enumerate(rows, 1):
        link = Link(number, f"2026-01-01T00:00:00.{number:06}+00:00", actor, action, post, detail)
        made.append((link, previous, link_hash(previous, link)))
        previous = made[-1][2]
    return made


@unhurried
@given(chains)
def test_law_7_an_untouched_chain_holds(rows: list[Row]) -> None:
    assert first_bad(rows) is None


def test_an_empty_chain_holds() -> None:
    assert first_bad([]) is None


@unhurried
@given(chains, st.data())
def test_law_7_a_changed_row_is_found_and_named(rows: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    link, previous, claimed = rows[at]
    name = data.draw(st.sampled_from(["at", "actor_id", "action", "post_id", "detail"]))
    value: Any = data.draw(st.integers(1, 99) if name.endswith("_id") else st.text(max_size=20))
    assume(value != getattr(link, name))
    rows[at] = (replace(link, **{name: value}), previous, claimed)
    assert first_bad(rows) == link.number


@unhurried
@given(chains, st.data())
def test_law_7_a_changed_row_is_found_even_if_its_own_hash_was_made_to_fit(
    rows: list[Row], data: st.DataObject
) -> None:
    """Whoever recomputes one hash has to recompute every later one, and then the exported ones differ."""
    assume(len(rows) > 1)
    at = data.draw(st.integers(0, len(rows) - 2))
    link, previous, _ = rows[at]
    forged = replace(link, detail=link.detail + "!")
    rows[at] = (forged, previous, link_hash(previous, forged))
    assert first_bad(rows) == link.number + 1


@unhurried
@given(chains, st.data())
def test_law_7_a_removed_row_is_found_at_the_one_behind_it(rows: list[Row], data: st.DataObject) -> None:
    assume(len(rows) > 1)
    at = data.draw(st.integers(0, len(rows) - 2))
    del rows[at]
    assert first_bad(rows) == at + 2


@unhurried
@given(chains, st.data())
def test_law_7_rows_in_another_order_are_found(rows: list[Row], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    assume(shuffled != rows)
    assert first_bad(shuffled) is not None


@unhurried
@given(chains, st.data())
def test_law_7_a_row_slipped_in_is_found(rows: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    rows.insert(at, rows[at])
    assert first_bad(rows) == at + 1


def test_the_hash_covers_every_field_of_a_row() -> None:
    link = Link(1, "2026-01-01T00:00:00.000000+00:00", 1, "approve", 1, "{}")
    other = Link(2, "2026-01-01T00:00:00.000001+00:00", 2, "submit", 2, "[]")
    for field in fields(Link):
        assert link_hash(START, replace(link, **{field.name: getattr(other, field.name)})) != link_hash(START, link)
    assert link_hash("1" * 64, link) != link_hash(START, link)


@unhurried
@given(chains, st.data())
def test_law_7_a_row_that_claims_another_row_before_it_is_found(rows: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    link, _, claimed = rows[at]
    rows[at] = (link, "f" * 64, claimed)
    assert first_bad(rows) == link.number


@unhurried
@given(details, st.text(max_size=20))
def test_law_7_the_form_that_is_hashed_is_canonical_json(
    one: tuple[int | None, str, int | None, str], before: str
) -> None:
    actor, action, post, detail = one
    link = Link(7, "2026-01-01T00:00:00.000007+00:00", actor, action, post, detail)
    form = json.dumps({"previous": before, **vars(link)}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert link_hash(before, link) == hashlib.sha256(form.encode()).hexdigest()
