"""What a school may set about faces: how much is pointed at, and how large a clear face may be."""

import pytest

from moderation.rules.faces import AS_MEASURED, MATCH, Candidate, FaceRules, Grade, Quality, grade, identifiable, judge
from moderation.rules.findings import Kind

CLEAR = Quality(height=200, sharpness=0.02, sureness=0.95, turn=0.05)


def kinds(distance: float, wider: float) -> list[Kind]:
    return [judgement.kind for judgement in judge(CLEAR, [Candidate("p", distance, 1, 1)], 1, wider)]


def test_a_wider_limit_points_at_more_and_a_narrower_one_at_fewer() -> None:
    just_beyond = MATCH[0] + 0.01
    assert kinds(just_beyond, 0.0) == [Kind.FACE_POSSIBLE]
    assert kinds(just_beyond, 0.03) == [Kind.FACE_MATCH]
    assert kinds(0.55, 0.0) == [Kind.FACE_POSSIBLE]
    assert kinds(0.55, -0.03) == [Kind.FACE_OTHER]


@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        (CLEAR, Grade.CLEAR),
        (Quality(40, 0.02, 0.95, 0.05), Grade.SMALL),
        (Quality(200, 0.003, 0.95, 0.05), Grade.SMALL),
        (Quality(200, 0.02, 0.95, 0.6), Grade.TURNED_AWAY),
        (Quality(200, 0.02, 0.5, 0.05), Grade.TURNED_AWAY),
    ],
)
def test_a_face_is_graded_by_size_sharpness_and_turn(quality: Quality, expected: Grade) -> None:
    assert grade(quality) is expected


def test_the_rule_on_clear_faces_is_off_until_a_school_sets_it() -> None:
    assert identifiable(CLEAR, 0.9, AS_MEASURED) is None


def test_a_clear_frontal_face_larger_than_the_rule_is_pointed_at_and_a_smaller_or_turned_one_is_not() -> None:
    rules = FaceRules(largest_clear=0.05)
    judgement = identifiable(CLEAR, 0.08, rules)
    assert judgement is not None and judgement.kind is Kind.FACE_IDENTIFIABLE
    assert judgement.evidence == "a clear frontal face on 8.0% of the picture; the school allows 5.0%"
    assert identifiable(CLEAR, 0.04, rules) is None
    assert identifiable(Quality(200, 0.02, 0.95, 0.6), 0.08, rules) is None
