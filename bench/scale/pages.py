"""The pages that people have open all day, each by one who sees it, and how long they take."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from moderation.db.models import Person, Post
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services.work import Work
from tests import postgresql
from tests.builders import School
from tests.statements import heard

TEACHER, HEAD, MANAGER, LEAD, ADMINISTRATOR = (
    Role.TEACHER, Role.ASSISTANT_HEAD, Role.RESOURCES_MANAGER, Role.DATA_LEAD, Role.ADMINISTRATOR,
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page: its name in the table, who asks, its address, and what is typed into its search."""

    name: str
    who: Role | None
    address: str
    search: str = ""
    held: bool = False  # to twice its time of the smallest school


PAGES = (
    Page("the queue of posts to decide about", HEAD, "/review/", held=True),
    Page("one post under review", HEAD, "/review/{in_review}", held=True),
    Page("the register", LEAD, "/register/", held=True),
    Page("the register, one class", LEAD, "/register/?group=11A", held=True),
    Page("the register, its last page", LEAD, "/register/?page=99999"),
    Page("the register, searched by a name", LEAD, "/register/", "quillon", held=True),
    Page("the register, searched by a number", LEAD, "/register/", "U00000123", held=True),
    Page("a person", LEAD, "/register/{person}", held=True),
    Page("a person on the list", LEAD, "/register/{listed}"),
    Page("a teacher’s own posts", TEACHER, "/posts/"),
    Page("one post, its author’s view", TEACHER, "/posts/{own}"),
    Page("posts under way", TEACHER, "/posts/everybodys"),
    Page("the calendar", TEACHER, "/calendar/"),
    Page("before the photos", TEACHER, "/register/today/"),
    Page("what is new", TEACHER, "/news/"),
    Page("publishing", MANAGER, "/publish/"),
    Page("live and as approved", MANAGER, "/live/"),
    Page("takedowns", HEAD, "/takedowns/"),
    Page("evidence of a post", HEAD, "/evidence/{live}"),
    Page("at a glance", HEAD, "/insight/"),
    Page("the checks", ADMINISTRATOR, "/watching/"),
    Page("rights and time", LEAD, "/retention/"),
    Page("permissions running out", LEAD, "/register/running-out"),
    Page("/healthz", None, "/healthz"),
    Page("/metrics", None, "/metrics"),
)


@dataclass(frozen=True)
class Taken:
    """Milliseconds: half of the times were under `p50`, all but one in twenty under `p95`; `statements` of SQL."""

    p50: float
    p95: float
    statements: int


def numbers(work: Work, teacher: int) -> dict[str, int]:
    """What stands for the names in addresses."""

    def newest(*which: object) -> int:
        question = select(Post.id).where(*which).order_by(Post.id.desc()).limit(1)  # type: ignore[arg-type]
        return work.session.scalars(question).one()

    return {
        "in_review": newest(Post.state == State.IN_REVIEW),
        "live": newest(Post.state == State.LIVE),
        "own": newest(Post.author_id == teacher, Post.state == State.LIVE),
        "person": work.session.scalars(select(Person.id).where(Person.no_publish.is_(False)).limit(1)).one(),
        "listed": work.session.scalars(select(Person.id).where(Person.no_publish).limit(1)).one(),
    }


def ask(browser: FlaskClient, page: Page, known: dict[str, int]) -> None:
    """Open the page. Raises AssertionError for anything but the page."""
    address = page.address.format_map(known)
    answer = browser.post(address, data={"find": page.search}) if page.search else browser.get(address)
    fine = (200, 303) if page.search else (200, 503) if page.who is None else (200,)  # 503: no worker runs here
    assert answer.status_code in fine, f"{address}: {answer.status_code}"
    assert answer.data is not None


def measure(
    school: School, page: Page, browser: FlaskClient, known: dict[str, int], times: int, longest: float
) -> Taken:
    """So often as given, or until `longest` seconds are over, but three times at least."""
    return timed(lambda: ask(browser, page, known), school.parts.engine, times, longest)


def _processor_seconds() -> float:
    servers = postgresql.processes() if postgresql.WANTED else []
    theirs = sum(float(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in servers)
    return time.process_time() + theirs / 1e9


def _once(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = _processor_seconds()
    act()
    return 1000 * (_processor_seconds() - began)


def timed(act: Callable[[], object], engine: Engine, times: int, longest: float) -> Taken:
    """By the processor's time, of this process and of a database server: what else runs meanwhile does not count."""
    until = time.perf_counter() + longest
    act()  # templates, plans and pages of the disk
    taken: list[float] = []
    with heard(engine) as heard_once:
        taken.append(_once(act))
    statements = len(heard_once)
    while len(taken) < 3 or (len(taken) < times and time.perf_counter() < until):
        if taken[0] > 1000 * longest:  # it grows, and twice as many times would not say so any better
            return Taken(taken[0], taken[0], statements)
        taken.append(_once(act))
    parts = quantiles(taken, n=20, method="inclusive")
    return Taken(parts[9], parts[18], statements)
