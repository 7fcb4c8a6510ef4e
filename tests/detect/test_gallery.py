"""Comparing encodings with the people on the list."""

import time

import numpy as np
import pytest

from moderation.detect.gallery import Gallery
from moderation.rules.faces import REACH

rng = np.random.default_rng(7)


def towards(start: np.ndarray, distance: float) -> np.ndarray:
    """Another encoding, exactly so far from `start`."""
    step = rng.normal(size=128)
    return start + distance * step / np.linalg.norm(step)


def test_a_face_is_compared_with_the_mean_of_a_persons_references() -> None:
    middle = rng.normal(size=128)
    step = towards(np.zeros(128), 0.3)
    gallery = Gallery.build({"p1": np.stack((middle - step, middle + step))})
    ((candidate,),) = gallery.compare(middle[None])
    assert candidate.distance == pytest.approx(0, abs=1e-5)
    assert (candidate.person_id, candidate.references) == ("p1", 2)


def test_the_nearest_reference_is_named_counting_from_one() -> None:
    face = rng.normal(size=128)
    gallery = Gallery.build({"p1": [towards(face, 0.1)], "p2": np.stack([towards(face, d) for d in (0.5, 0.4, 0.2)])})
    (candidates,) = gallery.compare(face[None])
    assert [(c.person_id, c.reference, c.references) for c in candidates] == [("p1", 1, 1), ("p2", 3, 3)]


def test_of_a_long_list_nobody_is_left_out_who_is_near_enough() -> None:
    face = rng.normal(size=128)
    distances = {f"p{number}": number / 500 for number in range(600)}
    gallery = Gallery.build({person: [towards(face, distance)] for person, distance in distances.items()})
    (found,) = gallery.compare(face[None])
    measured = np.linalg.norm(gallery.means - np.asarray(face, np.float32), axis=1)
    assert [(one.person_id, one.distance) for one in found] == [
        (person, distance)
        for person, distance in zip(gallery.people, measured.tolist(), strict=True)
        if distance <= REACH
    ]


def test_people_too_far_away_for_any_judgement_are_left_out() -> None:
    face = rng.normal(size=128)
    gallery = Gallery.build({"far": [towards(face, 1.2)], "near": [towards(face, 0.3)]})
    assert [c.person_id for c in gallery.compare(face[None])[0]] == ["near"]


def test_wider_limits_reach_farther() -> None:
    face = rng.normal(size=128)
    gallery = Gallery.build({"far": [towards(face, REACH + 0.03)]})
    assert gallery.compare(face[None]) == [[]]
    assert [c.person_id for c in gallery.compare(face[None], wider=0.04)[0]] == ["far"]


def test_each_face_has_its_own_answer_and_no_face_none() -> None:
    one, other = rng.normal(size=(2, 128))
    gallery = Gallery.build({"p1": [one], "p2": [other]})
    assert [[c.person_id for c in found] for found in gallery.compare([other, one])] == [["p2"], ["p1"]]
    assert gallery.compare(np.empty((0, 128))) == []


def test_somebody_on_the_list_without_an_encoding_is_refused_not_skipped() -> None:
    with pytest.raises(ValueError, match="no encoding"):
        Gallery.build({"p1": rng.normal(size=(2, 128)), "p2": np.empty((0, 128))})


def test_an_empty_list_has_nobody() -> None:
    gallery = Gallery.build({})
    assert len(gallery) == 0
    assert gallery.compare(rng.normal(size=(2, 128))) == [[], []]


def test_one_face_is_compared_with_ten_thousand_encodings_in_five_milliseconds() -> None:
    gallery = Gallery.build({f"p{n}": rng.normal(size=(2, 128)) for n in range(5000)})
    face = rng.normal(size=(1, 128))
    spent = []
    for _ in range(20):
        start = time.process_time()
        gallery.compare(face)
        spent.append(time.process_time() - start)
    assert sorted(spent)[10] < 0.005
