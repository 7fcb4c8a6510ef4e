"""While a school grows, pages and the sweep ask as often as before, and nothing reads every row that there ever was."""

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine

from bench.scale import pages, rounds
from bench.scale.seeding import fill
from moderation.db.models import Base
from moderation.rules.workflow import State
from moderation.services.looking import Looker
from tests import postgresql
from tests.builders import School, open_school
from tests.statements import heard

_FEW = {State.IN_REVIEW: 3, State.RELEASED: 3, State.CHECKING: 3, State.SENT_BACK: 3}
_MANY = {State.IN_REVIEW: 60, State.RELEASED: 60, State.CHECKING: 60, State.SENT_BACK: 60}
_ROUNDS = {name: deed for deeds in rounds.EVERY.values() for name, deed in deeds.items()}
# What is there for each post, photo or check that there ever was.
_READS_ALL = re.compile(
    r"SCAN (posts|photos|scans|findings|audit|publications|approvals|kits|versions|takedowns|deliveries)\b"
)
_BUNDLES = 2  # SQLAlchemy asks for what belongs to 500 rows at once: a thousand checks take three statements
_ALL = {"/metrics"}  # who asks for every figure gets every figure

# Of these an index has only what waits, however much lies behind.
_PARTIAL = {
    index.name
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
Statements = dict[str, list[tuple[str, object]]]


def _reads_all(statement: str, plan: list[str]) -> bool:
    """Walking through an index in its order until there are enough is not reading all."""
    if "LIMIT" in statement and not any("TEMP B-TREE FOR ORDER BY" in step for step in plan):
        plan = [step for step in plan if "USING INDEX" not in step and "USING COVERING INDEX" not in step]
    return any(_READS_ALL.match(step) and _PARTIAL.isdisjoint(step.split()) for step in plan)


def _asked(school: School) -> Statements:
    """By page and by part of a round: every statement."""
    browsers = {role: school.browser(role) for role in {page.who for page in pages.PAGES}}
    with school.parts.reading() as work:
        known = pages.numbers(work, school.teacher.id or 0)
    acts: dict[str, Callable[[], object]] = {
        page.name: partial(pages.ask, browsers[page.who], page, known) for page in pages.PAGES
    }
    acts |= {name: partial(deed, school.parts) for name, deed in _ROUNDS.items()}
    return {name: _statements(act, school.parts.engine) for name, act in acts.items()}


def _statements(act: Callable[[], object], engine: Engine) -> list[tuple[str, object]]:
    act()  # the first page of a process reads what the others have
    with heard(engine) as found:
        act()
    return list(found)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> Iterator[Statements]:
    school = open_school(tmp_path_factory.mktemp("few") / "instance", looker, GATEPOST_METRICS="1")
    fill(school, 240, _FEW)
    yield _asked(school)
    if postgresql.WANTED:
        postgresql.drop(school.parts.settings.database_url)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    school = open_school(tmp_path_factory.mktemp("many") / "instance", looker, GATEPOST_METRICS="1")
    fill(school, 480, _MANY)
    return school


@pytest.fixture(scope="module")
def many(large: School) -> Statements:
    return _asked(large)


NAMES = [*(page.name for page in pages.PAGES), *_ROUNDS]


@pytest.mark.parametrize("name", NAMES)
def test_twenty_times_as_many_posts_take_no_statement_more(name: str, few: Statements, many: Statements) -> None:
    more = len(many[name]) - len(few[name])
    assert more <= _BUNDLES, sorted({one for one, _ in many[name]} - {one for one, _ in few[name]})


@postgresql.sqlite_only
@pytest.mark.parametrize("name", [name for name in NAMES if name not in _ALL])
def test_no_statement_reads_every_row_of_what_grows(name: str, large: School, many: Statements) -> None:
    with large.parts.engine.connect() as connection:
        for statement, values in many[name]:
            if statement.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[call-overload]
                assert not _reads_all(statement, [row[3] for row in plan]), statement
