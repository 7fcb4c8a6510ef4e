"""Two schools that tests only look at, made once a file."""

import pytest

from tests.trust.schools import Two, two_schools


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return two_schools(tmp_path_factory.mktemp("trust"))
