"""Fixtures that several tests of services share."""

from collections.abc import Iterator

import numpy as np
import pytest

from moderation.detect.network import FaceNetwork


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
