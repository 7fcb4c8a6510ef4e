"""One demonstration school for all acceptance tests."""

from collections.abc import Iterator

import pytest

from tests.acceptance.running import Demo, demo


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("demo") / "instance") as school:
        yield school
