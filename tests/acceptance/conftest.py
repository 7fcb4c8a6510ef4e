"""Schools for the acceptance tests: the demonstration as anybody starts it, and one that tests fill themselves."""

from collections.abc import Iterator

import pytest

from moderation.services.looking import Looker
from tests.acceptance.albums import COLLINS, alone, jpeg
from tests.acceptance.running import Demo, demo
from tests.acceptance.serving import Served, served
from tests.builders import School, open_school


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("demo") / "instance") as school:
        yield school


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> Iterator[Served]:
    """A school whose pages a browser can open; tests write their own posts. Collins is on the list, with one photo."""
    school = open_school(tmp_path_factory.mktemp("faces") / "instance", looker)
    school.person("p1", "Maya", "Marchetti", class_name="4B", references=[jpeg(alone(COLLINS))])
    with served(school) as running:
        yield running


@pytest.fixture(scope="session")
def school(pages: Served) -> School:
    return pages.school
