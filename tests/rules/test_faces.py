"""What a face's size, sharpness and distance mean: law 2 (unchecked is a flag) and law 4 (no match proves nothing)."""

from dataclasses import astuple, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.faces import (
    HEIGHT,
    MATCH,
    POSSIBLE,
    REACH,
    SHARPNESS,
    SURENESS,
    Candidate,
    Quality,
    allowance,
    judge,
    unusable,
)
from moderation.rules.findings import SEVERITY, Kind, Severity

CLEAR = Quality(height=120, sharpness=0.1, sureness=0.95)
qualities = st.builds(Quality, st.integers(1, 2000), st.floats(0, 1), st.floats(0, 1))
distances = st.lists(st.floats(0, 2), min_size=1, max_size=5)


def at(distance: float, person: str = "p1", references: int = 3) -> Candidate:
    return Candidate(person, distance, reference=2, references=references)


def test_a_near_face_is_a_match_and_says_which_reference_it_is_near() -> None:
    (judgement,) = judge(CLEAR, [at(0.41)], people=1)
    assert (judgement.kind, judgement.subject) == (Kind.FACE_MATCH, "p1")
    assert judgement.evidence == "0.41 from reference photo 2 of 3"


def test_a_face_a_little_farther_away_is_a_possible_match() -> None:
    (judgement,) = judge(CLEAR, [at((MATCH[2] + POSSIBLE[2]) / 2)], people=1)
    assert (judgement.kind, judgement.subject) == (Kind.FACE_POSSIBLE, "p1")


def test_wider_limits_are_wider_for_matches_and_for_possible_ones() -> None:
    nearly = [at(MATCH[2] + 0.01)]
    beyond = [at(POSSIBLE[2] + 0.01)]
    assert [judge(CLEAR, nearly, 1, wider)[0].kind for wider in (0, 0.02)] == [Kind.FACE_POSSIBLE, Kind.FACE_MATCH]
    assert [judge(CLEAR, beyond, 1, wider)[0].kind for wider in (0, 0.02)] == [Kind.FACE_OTHER, Kind.FACE_POSSIBLE]
    assert judge(CLEAR, nearly, 1, wider=-0.1)[0].kind == Kind.FACE_OTHER


def test_a_far_face_is_compared_and_never_called_safe() -> None:
    (judgement,) = judge(CLEAR, [at(0.9, f"p{n}") for n in range(12)], people=12)
    assert judgement.kind == Kind.FACE_OTHER
    assert judgement.evidence == "compared with 12 people on the list: no match found"


def test_a_face_near_two_siblings_is_pointed_at_for_both_the_nearer_first() -> None:
    found = judge(CLEAR, [at(0.45, "younger"), at(0.42, "older"), at(0.9, "other")], people=3)
    assert [(one.kind, one.subject) for one in found] == [(Kind.FACE_MATCH, "older"), (Kind.FACE_MATCH, "younger")]


def test_a_face_too_small_is_unclear_however_near_it_seems() -> None:
    (judgement,) = judge(replace(CLEAR, height=17), [at(0.1)], people=1)
    assert (judgement.kind, judgement.evidence) == (Kind.FACE_UNCLEAR, "too small to compare: 17 px high")
    assert SEVERITY[judgement.kind] == Severity.BLOCK


def test_a_face_too_blurred_is_unclear() -> None:
    (judgement,) = judge(replace(CLEAR, sharpness=SHARPNESS[1] / 2), [at(0.9)], people=1)
    assert (judgement.kind, judgement.evidence) == (Kind.FACE_UNCLEAR, "too blurred to compare")


def test_a_face_mostly_hidden_is_unclear() -> None:
    (judgement,) = judge(replace(CLEAR, sureness=SURENESS[1] - 0.01), [at(0.9)], people=1)
    assert (judgement.kind, judgement.evidence) == (Kind.FACE_UNCLEAR, "too much hidden or turned away to compare")


def test_without_a_list_the_finding_says_that_nobody_was_compared() -> None:
    (judgement,) = judge(CLEAR, [], people=0)
    assert (judgement.kind, judgement.evidence) == (Kind.FACE_OTHER, "nobody is on the list to compare with")


@pytest.mark.parametrize(
    "badly_seen",
    [
        replace(CLEAR, height=HEIGHT[1]),
        replace(CLEAR, sharpness=SHARPNESS[1]),
        replace(CLEAR, sureness=SURENESS[1]),
    ],
)
def test_a_face_seen_badly_may_be_farther_from_its_references_than_a_clear_one(badly_seen: Quality) -> None:
    farther = [at(POSSIBLE[2] + 0.03)]
    assert judge(CLEAR, farther, people=1)[0].kind == Kind.FACE_OTHER
    assert judge(badly_seen, farther, people=1)[0].kind == Kind.FACE_POSSIBLE


def test_the_mean_of_several_references_must_be_nearer_than_a_single_one() -> None:
    between = (POSSIBLE[0] + POSSIBLE[2]) / 2
    assert judge(CLEAR, [at(between, references=1)], people=1)[0].kind == Kind.FACE_POSSIBLE
    assert judge(CLEAR, [at(between, references=7)], people=1)[0].kind == Kind.FACE_OTHER


@given(qualities, distances)
def test_every_face_gets_at_least_one_judgement_with_a_reason(quality: Quality, found: list[float]) -> None:
    judgements = judge(quality, [at(distance, str(n)) for n, distance in enumerate(found)], people=len(found))
    assert judgements
    assert all(judgement.evidence for judgement in judgements)
    assert all(j.kind == Kind.FACE_UNCLEAR for j in judgements) == (unusable(quality) is not None)


@given(qualities, qualities)
def test_the_allowance_never_shrinks_when_a_face_is_seen_worse(one: Quality, other: Quality) -> None:
    worse = Quality(*map(min, astuple(one), astuple(other)))
    assert REACH - max(POSSIBLE) + 1e-9 >= allowance(worse) >= allowance(one) >= 0
