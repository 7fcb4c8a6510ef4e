"""The face engine, and two public-domain portraits that ship with packages."""

from collections.abc import Iterator

import matplotlib.cbook
import numpy as np
import pytest
import skimage.data
from PIL import Image

from moderation.detect.faces import FaceEngine, enrol
from moderation.detect.gallery import Gallery
from moderation.detect.models import Pixels
from tests import answered


@pytest.fixture(autouse=True, scope="module")
def each_time() -> Iterator[None]:
    """The engines are what is tested here."""
    with answered.each_time():
        yield


@pytest.fixture(scope="session")
def engine() -> FaceEngine:
    return FaceEngine()


@pytest.fixture(scope="session")
def collins() -> Pixels:
    return np.ascontiguousarray(skimage.data.astronaut())  # type: ignore[no-untyped-call]


@pytest.fixture(scope="session")
def hopper() -> Pixels:
    with Image.open(matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.fixture(scope="session")
def gallery(engine: FaceEngine, collins: Pixels, hopper: Pixels) -> Gallery:
    return Gallery.build(
        {"collins": enrol(engine, collins).encoding[None], "hopper": enrol(engine, hopper).encoding[None]}
    )
