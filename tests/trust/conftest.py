"""Two schools that tests only look at: with people alone, made once a file, and with something of everything."""

import pytest

from tests.trust.filled import Both
from tests.trust.schools import Two, two_schools


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return two_schools(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    return Both(tmp_path_factory.mktemp("both"))
