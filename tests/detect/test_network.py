"""The face network, held against dlib's own, which reads the same file."""

import os
import signal
from pathlib import Path
from typing import Any

import cv2
import dlib
import matplotlib.cbook
import numpy as np
import psutil
import pytest
import skimage.data
from numpy.typing import NDArray
from PIL import Image

from moderation.detect.models import Floats, ModelMissing, Pixels, model_file
from moderation.detect.network import FaceNetwork


@pytest.fixture(scope="module")
def weights() -> Path:
    return model_file("face_recognition_models", "models/dlib_face_recognition_resnet_model_v1.dat")


@pytest.fixture(scope="module")
def network(weights: Path) -> FaceNetwork:
    return FaceNetwork(weights)


@pytest.fixture(scope="module")
def chips() -> Pixels:
    """Faces straight, turned, small, blurred and dark, and what is no face: one colour, noise, a spot in a corner."""
    with Image.open(matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) as picture:
        hopper = np.asarray(picture.convert("RGB"))
    collins = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    found: list[NDArray[Any]] = [
        cv2.GaussianBlur(face, (0, 0), blur) * light
        for rgb, centre, height in ((collins, (226, 118), 120), (hopper, (266, 234), 205))
        for turn in (-90, -30, 0, 15, 180)
        for face in (cut(rgb, centre, height, turn), cut(rgb, centre, 2 * height, turn))
        for blur, light in ((0.3, 1), (3, 0.4))
    ]
    noise = np.random.default_rng(7)
    found += [noise.integers(0, 256, (150, 150, 3)) for _ in range(5)]
    found += [np.full((150, 150, 3), colour) for colour in ((0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 0, 255))]
    for row, column in ((0, 0), (0, 149), (149, 0), (149, 149)):
        found.append(np.full((150, 150, 3), 90))
        found[-1][row, column] = 255
    return np.stack(found).astype(np.uint8)


@pytest.fixture(scope="module")
def by_dlib(weights: Path, chips: Pixels) -> Floats:
    return np.array(dlib.face_recognition_model_v1(str(weights)).compute_face_descriptor(list(chips)), np.float32)


def cut(rgb: Pixels, centre: tuple[int, int], height: int, turn: float) -> Pixels:
    """A chip with the face of that height (pixels) in its middle, turned by so many degrees."""
    way = cv2.getRotationMatrix2D(centre, turn, 100 / height)
    way[:, 2] += 75 - np.array(centre)
    return cv2.warpAffine(rgb, way, (150, 150)).astype(np.uint8)


def test_every_chip_is_described_as_dlib_describes_it(network: FaceNetwork, chips: Pixels, by_dlib: Floats) -> None:
    described = network.describe(chips)
    assert len(chips) > 50
    assert described.shape == (len(chips), 128)
    assert described.dtype == np.float32
    assert np.abs(described - by_dlib).max() < 1e-5


@pytest.mark.parametrize("many", [0, 1, 8, 9])
def test_any_number_of_chips_is_described_in_their_order(
    network: FaceNetwork, chips: Pixels, by_dlib: Floats, many: int
) -> None:
    described = network.describe(chips[:many])
    assert described.shape == (many, 128)
    assert np.allclose(described, by_dlib[:many], rtol=0, atol=1e-5)


def test_a_mirrored_view_needs_no_copy(network: FaceNetwork, chips: Pixels) -> None:
    mirrored = chips[:2, :, ::-1]
    assert np.array_equal(network.describe(mirrored), network.describe(np.ascontiguousarray(mirrored)))


def test_the_network_starts_no_threads_of_its_own(weights: Path, chips: Pixels) -> None:
    before = psutil.Process().num_threads()
    network = FaceNetwork(weights)
    network.describe(chips[:2])
    assert psutil.Process().num_threads() == before


def test_the_network_goes_on_working_in_a_forked_process(network: FaceNetwork, chips: Pixels) -> None:
    here = network.describe(chips[:2])
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # a lock that the fork left shut ends the child instead of the whole run
        os._exit(0 if np.array_equal(network.describe(chips[:2]), here) else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("harm", ["one bit", "cut short", "empty"])
def test_a_file_that_is_not_exactly_the_known_one_is_refused(weights: Path, tmp_path: Path, harm: str) -> None:
    data = bytearray(weights.read_bytes())
    if harm == "one bit":
        data[11_000_000] ^= 1
    else:
        del data[-1000 if harm == "cut short" else 0 :]
    harmed = tmp_path / "weights.dat"
    harmed.write_bytes(data)
    with pytest.raises(ModelMissing, match=r"weights\.dat is damaged .* Install the package face_recognition_models"):
        FaceNetwork(harmed)
