"""What counts say: how sure a share is, how it is told, and when the pictures are too few to advise anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.faces import WIDEST
from moderation.rules.findings import Kind
from moderation.rules.measuring import (
    NOT_FOUND,
    STEPS,
    Look,
    Measured,
    advise,
    by_size,
    figures,
    in_hundred,
    in_words,
    share,
)

IN_FORCE = STEPS.index(0.0)


def looks(count: int, kinds: dict[float, Kind], listed: bool = True, height: int | None = 90) -> list[Look]:
    """So many pictures, each of another person, said to be `kinds` from that step on."""
    said = tuple(kinds[max(start for start in kinds if start <= step)] for step in STEPS)
    return [Look(f"p{n}", f"p{n}/{listed}{height}{said}", listed, height, said) for n in range(count)]


def seen_from(step: float) -> dict[float, Kind]:
    return {-1.0: Kind.FACE_OTHER, step: Kind.FACE_MATCH}


def measured(found: list[Look], references: int = 1, people: int = 100) -> Measured:
    return Measured(references, people, 20, figures(found), by_size(found))


def test_a_share_of_nothing_is_not_a_share() -> None:
    assert share(0, 0, 0) is None


def test_none_missed_of_few_may_still_be_many() -> None:
    few, many = share(0, 10, 10), share(0, 1000, 1000)
    assert few and many
    assert few.rate == many.rate == 0
    assert few.high > 0.2
    assert many.high < 0.005


def test_the_same_picture_in_many_rounds_makes_a_share_no_surer() -> None:
    once, often = share(2, 50, 50), share(20, 500, 50)
    assert once == often


@given(st.integers(0, 300), st.integers(1, 300), st.integers(1, 300))
def test_a_share_lies_between_its_bounds(happened: int, looked: int, pictures: int) -> None:
    found = share(min(happened, looked), looked, min(pictures, looked))
    assert found
    assert 0 <= found.low <= found.rate <= found.high <= 1


def test_missed_and_unclear_are_shares_of_the_listed_alarms_of_the_others() -> None:
    missed, unclear = looks(1, seen_from(1)), looks(2, {-1.0: Kind.FACE_UNCLEAR}, height=10)
    pointed_at = looks(5, seen_from(-1)) + looks(2, {-1.0: Kind.FACE_POSSIBLE})
    others = looks(3, {-1.0: Kind.FACE_POSSIBLE}, listed=False) + looks(1, seen_from(0.0), listed=False)
    row = figures(missed + unclear + pointed_at + others)[IN_FORCE]
    assert row.missed and row.unclear and row.false_match and row.false_possible and row.others_unclear
    assert (row.listed, row.others) == (10, 4)
    assert (row.missed.rate, row.unclear.rate) == (0.1, 0.2)
    assert (row.false_match.rate, row.false_possible.rate, row.others_unclear.rate) == (0.25, 0.75, 0)
    assert row.alarms == 1


def test_heights_are_told_apart_and_a_face_that_was_not_found_has_a_row_of_its_own() -> None:
    sizes = by_size([look for height in (None, 27, 28, 39, 40, 500) for look in looks(1, seen_from(0), height=height)])
    assert {size: rows[0].listed for size, rows in sizes.items()} == {
        NOT_FOUND: 1, "below 28 px": 1, "28–39 px": 2, "40–59 px": 1, "120 px and more": 1,
    }  # fmt: skip


def test_misses_are_told_as_so_many_in_a_hundred_and_how_sure_that_is() -> None:
    rows = figures(looks(97, seen_from(-1)) + looks(3, seen_from(1)))
    assert in_words("60–79 px", rows[IN_FORCE]) == (
        "Of 100 listed faces, 60–79 px: about 3 would not be pointed at (likely 1 to 9)."
    )


@pytest.mark.parametrize("found", [looks(19, seen_from(-1)), looks(30, seen_from(-1), listed=False)])
def test_of_a_few_faces_nothing_is_said(found: list[Look]) -> None:
    assert "too few pictures to say" in in_words("60–79 px", figures(found)[IN_FORCE])


def test_a_share_is_told_as_so_many_in_a_hundred() -> None:
    assert [in_hundred(rate) for rate in (0, 0.004, 0.006, 0.025, 0.62)] == [
        "fewer than 1", "fewer than 1", "about 1", "about 2", "about 62",
    ]  # fmt: skip


def test_the_limits_that_miss_two_in_a_hundred_with_the_fewest_alarms_are_advised() -> None:
    listed = looks(95, seen_from(-1)) + looks(3, seen_from(0.02)) + looks(2, seen_from(1))
    others = looks(5, seen_from(0.02), listed=False) + looks(5, seen_from(0.04), listed=False)
    advice = advise([measured(listed + others)])
    assert advice.wider == 0.02
    assert advice.words.startswith(
        "Set +0.02 instead of +0.00: with +0.02, of people with 1 reference photo 2.0% (likely 0.6% to 7.0%) are missed"
    )
    assert "50.0% of others' pictures are alarms" in advice.words


def test_one_number_is_advised_for_all_and_whoever_is_missed_most_decides() -> None:
    others = looks(50, seen_from(-0.02), listed=False)
    one = measured(looks(95, seen_from(-1)) + looks(5, seen_from(0.02)) + others)
    three = measured(looks(95, seen_from(-1)) + looks(5, seen_from(-0.04)) + others, references=3)
    assert advise([three]).wider == -0.04
    advice = advise([one, three])
    assert advice.wider == 0.02
    assert "people with 1 reference photo" in advice.words
    assert "people with 3 reference photos" in advice.words


def test_too_few_pictures_with_three_references_leave_the_word_to_those_with_one() -> None:
    enough = measured(looks(100, seen_from(-1)) + looks(50, {-1.0: Kind.FACE_OTHER}, listed=False))
    few = measured(looks(20, seen_from(1)), references=3)
    assert advise([enough, few]).wider == 0


def test_limits_that_could_be_narrower_without_gain_are_kept() -> None:
    found = measured(looks(100, seen_from(-1)) + looks(50, {-1.0: Kind.FACE_OTHER}, listed=False))
    assert advise([found]).wider == 0
    assert advise([found]).words.startswith("Keep what is in force, +0.00")
    assert advise([found], now=0.04).words.startswith("Set +0.00 instead of +0.04")


@pytest.mark.parametrize(("pictures", "people"), [(99, 99), (100, 19)])
def test_too_few_pictures_or_people_are_too_small_to_say(pictures: int, people: int) -> None:
    advice = advise([measured(looks(pictures, seen_from(-1)), people=people)])
    assert advice.wider is None
    assert advice.words.startswith(f"Too small to say: {pictures} pictures of {people} people")


def test_where_no_limit_keeps_misses_low_that_is_said() -> None:
    advice = advise([measured(looks(90, seen_from(-1)) + looks(10, seen_from(1)))])
    assert advice.wider is None
    assert advice.words.startswith("None of these limits keeps misses at 2%: with +0.06, of people with 1 reference")


def test_what_is_tried_can_be_set() -> None:
    assert (STEPS[0], STEPS[-1]) == (-WIDEST, WIDEST)
