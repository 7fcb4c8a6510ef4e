"""A school for each test as a copy of one that was set up once: hashing twelve passwords takes two seconds."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from moderation.detect.network import FaceNetwork
from moderation.services.looking import Looker
from moderation.settings import load
from moderation.wiring import wire
from tests.builders import School, open_school


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    return open_school(tmp_path_factory.mktemp("pattern") / "instance", looker)


@pytest.fixture
def school(pattern: School, tmp_path: Path) -> Iterator[School]:
    """A school of its own: real database, media and keys in a fresh folder; no queue is running."""
    folder = tmp_path / "instance"
    copytree(pattern.parts.settings.instance, folder)
    yield replace(pattern, parts=replace(wire(load({}, instance=folder)), looker=pattern.parts.looker))


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many pictures of faces the network was given, call by call."""
    calls: list[int] = []
    real = FaceNetwork.describe

    def counted(network: FaceNetwork, chips: np.ndarray) -> np.ndarray:
        calls.append(len(chips))
        return real(network, chips)

    monkeypatch.setattr(FaceNetwork, "describe", counted)
    yield calls
