"""Which photos can be a reference, and what the others are told: law 12 (bad input gets a clear sentence)."""

import cv2
import numpy as np
import pytest

from moderation.detect.faces import FaceEngine, NotUsable, enrol
from moderation.detect.models import Pixels
from tests.detect.portraits import COLLINS_BOX, beside, shared, smaller


def test_a_reference_shows_one_face(engine: FaceEngine, collins: Pixels, hopper: Pixels) -> None:
    with pytest.raises(NotUsable, match="shows 2 faces; use one that shows only this person"):
        enrol(engine, beside(collins, smaller(hopper, 0.55)))
    with pytest.raises(NotUsable, match="No face was found"):
        enrol(engine, np.full((400, 400, 3), 90, np.uint8))
    with pytest.raises(NotUsable, match="too small to compare"):
        enrol(engine, smaller(collins, 0.13))
    with pytest.raises(NotUsable, match="too blurred to compare"):
        enrol(engine, cv2.GaussianBlur(collins, (0, 0), 7).astype(np.uint8))


def test_a_small_face_far_behind_does_not_spoil_a_reference(
    engine: FaceEngine, collins: Pixels, hopper: Pixels
) -> None:
    enrolled = enrol(engine, beside(collins, smaller(hopper, 0.2)))
    assert shared(enrolled.face.box, COLLINS_BOX) > 0.7
