"""The servers, started once for all files that post to them."""

from collections.abc import Iterator

import pytest

from tests.connectors import servers
from tests.connectors.servers import Server


@pytest.fixture(scope="session")
def bluesky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.bluesky(tmp_path_factory.mktemp("bluesky")) as server:
        yield server


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.wordpress(tmp_path_factory.mktemp("wordpress")) as server:
        yield server
