"""Fixtures that every floor shares."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from moderation.services.looking import Looker
from tests import answered, order, postgresql, quick
from tests.builders import School, open_school

pytest_plugins = ["tests.browser"]  # the fixture `browser`

# What decides whether work lands tries the same examples each time; `make fuzz` looks for new ones.
settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("wide", max_examples=1000, deadline=None)
settings.load_profile("same")

gc.disable()  # until all is collected: what is imported and collected stays, and looking through it takes seconds
quick.install()
answered.install()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What is tried again starts from nothing: in a school that it filled already it would fail for another reason."""
    if getattr(item, "execution_count", 1) > 1:
        for kept in [one for same in item._fixtureinfo.name2fixturedefs.values() for one in same]:
            kept.finish(item._request)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order.put_in_order(items)


def pytest_collection_finish() -> None:
    """What is there now stays to the end: not to be searched for rubbish again after every few hundred objects."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session")
def looker() -> Looker:
    """The real engines, loaded once for the whole run."""
    looker = Looker()
    looker.warm()
    return looker


@pytest.fixture
def school(tmp_path: Path, looker: Looker) -> Iterator[School]:
    """A school of its own: real database, media and keys in a fresh folder; no queue is running."""
    school = open_school(tmp_path / "instance", looker)
    yield school
    if postgresql.WANTED:
        postgresql.drop(school.parts.settings.database_url)
