"""What takes long is done a little in every run, and in full by `make test-long`, which sets GATEPOST_IN_FULL."""

import os

import pytest

IN_FULL = os.environ.get("GATEPOST_IN_FULL") == "1"
only_in_full = pytest.mark.skipif(not IN_FULL, reason="make test-long does this")


def often(little: int, in_full: int) -> int:
    """How often: for tests that are marked as long."""
    return in_full if IN_FULL else little
