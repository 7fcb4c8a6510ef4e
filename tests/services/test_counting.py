"""How many people the submitter says, and how many faces were found."""

from dataclasses import replace

import pytest

from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.services import intake
from tests.builders import School
from tests.services.moments import Quick, small_photo


def faces(count: int) -> list[Sighting]:
    return [Sighting(Detector.FACES, Kind.FACE_OTHER, Box(20 * n, 5, 20 * n + 15, 25)) for n in range(count)]


def counted(school: School, found: list[Sighting], said: int | None) -> list[str]:
    watched = replace(school, parts=replace(school.parts, looker=Quick(*found)))
    post_id = watched.draft(small_photo())
    say(watched, post_id, said)
    return hand_in(watched, post_id)


def say(school: School, post_id: int, said: int | None) -> None:
    (photo,) = school.post(post_id).photos
    with school.parts.work() as work:
        words = intake.Words("A good day.", (school.account.id,), {}, {photo.id: said})
        intake.save(work, school.teacher, post_id, words, [])


def hand_in(school: School, post_id: int) -> list[str]:
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    return [finding.evidence for finding in school.findings(post_id) if finding.kind is Kind.FACE_COUNT]


@pytest.mark.parametrize(
    ("found", "said", "sentences"),
    [
        (2, 2, []),
        (2, None, []),
        (0, 0, []),
        (1, 6, ["The submitter said 6, 1 was found."]),
        (7, 6, ["The submitter said 6, 7 were found."]),
    ],
)
def test_a_difference_is_a_flag(school: School, found: int, said: int | None, sentences: list[str]) -> None:
    assert counted(school, faces(found), said) == sentences


def test_a_face_that_is_like_two_people_counts_once(school: School) -> None:
    twice = [faces(1)[0], faces(1)[0]]
    assert counted(school, twice, 1) == []


def test_where_nobody_looked_for_faces_nothing_is_counted(school: School) -> None:
    """Law 2: the broken check is the finding; it does not look like an empty picture too."""
    broken = Sighting(Detector.FACES, Kind.UNCHECKED, evidence="The check for faces failed.")
    assert counted(school, [broken], 3) == []


def test_the_flag_goes_when_the_number_is_put_right(school: School) -> None:
    watched = replace(school, parts=replace(school.parts, looker=Quick(*faces(2))))
    post_id = watched.draft(small_photo())
    say(watched, post_id, 3)
    assert hand_in(watched, post_id) == ["The submitter said 3, 2 were found."]
    with watched.parts.work() as work:
        intake.take_back(work, watched.teacher, post_id)
    say(watched, post_id, 2)
    assert hand_in(watched, post_id) == []
