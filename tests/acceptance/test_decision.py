"""The decision: every route with everybody on the real school, and races that never make two decisions of one."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from moderation.db.models import Approval
from moderation.rules.post_kinds import PostKind
from moderation.rules.roles import Actor, Role
from moderation.rules.route_presets import PRESETS
from moderation.rules.workflow import Refused, State
from moderation.services import audit, cases, intake, permissions, publishing, review, route_changes, routes
from moderation.services.looking import Looker
from moderation.services.work import Work
from tests.acceptance.deciding import (
    approve,
    finish_checks,
    in_review,
    name_deputy,
    permitted_people,
    set_route,
)
from tests.builders import School, open_school
from tests.in_full import often
from tests.racing import at_once
from tests.rules.route_table import EXTRA, Row, rows

ROUNDS = often(20, 200)
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """No check looks at anything here; the posts are words."""
    return open_school(tmp_path_factory.mktemp("decision") / "instance", Looker())


@pytest.fixture(scope="module")
def cast(school: School) -> dict[str, Actor]:
    """The people of the table: see tests/rules/route_table.py."""
    some, others = school.people, school.others
    return {
        "A": some[Role.ASSISTANT_HEAD],
        "A2": name_deputy(school, others[Role.RESOURCES_MANAGER], Role.ASSISTANT_HEAD),
        "H": some[Role.HEADTEACHER],
        "D": name_deputy(school, others[Role.TEACHER], Role.HEADTEACHER),
        "B": name_deputy(school, others[Role.ASSISTANT_HEAD], Role.HEADTEACHER),
        "T": others[Role.HEADTEACHER],  # the author of these posts, and headteacher
        "M": some[Role.RESOURCES_MANAGER],
        "L": some[Role.DATA_LEAD],
        "X": some[Role.ADMINISTRATOR],
    }


class Undo(Exception):
    """Thrown to undo an attempt."""


def test_law_3_every_route_asks_and_releases_exactly_whom_the_table_names(
    school: School, cast: dict[str, Actor], capsys: pytest.CaptureFixture[str]
) -> None:
    table, tried, started = rows(), 0, time.monotonic()
    posts = in_review(school, len(table))
    for row, post_id in zip(table, posts, strict=True):
        _prepare(school, cast, row, post_id)
        outcomes = {name: _attempt(school, actor, post_id) for name, actor in cast.items()}
        asked = {name for name, state in outcomes.items() if state}
        releases = {name for name, state in outcomes.items() if state is State.RELEASED}
        assert (asked, releases) == (row.asked, row.releases), row
        tried += len(outcomes)
    with capsys.disabled():
        print(f"\nroutes: {len(table)} moments × {len(cast)} people = {tried} attempts as the table says,", end=" ")
        print(f"{time.monotonic() - started:.1f} s")


def _prepare(school: School, cast: dict[str, Actor], row: Row, post_id: int) -> None:
    """The route, the tick, the approvals so far; and an author who could approve anybody else's post."""
    if row.kind is PostKind.REMINDER:
        set_route(school, PRESETS["both"].route, EXTRA, row.name.removeprefix("reminders "))
    else:
        set_route(school, PRESETS[row.name].route if row.name in PRESETS else row.route, EXTRA)
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        post.author_id, post.kind = cast["T"].id or 0, row.kind
        if row.sensitive:
            route_changes.mark_sensitive(work, school.teacher, post_id)
    for name in row.so_far:
        approve(school, cast[name], post_id, school.digest(post_id))
    assert school.state(post_id) is State.IN_REVIEW


def _attempt(school: School, actor: Actor, post_id: int) -> State | None:
    """What the post would be after this person's approval, or None if it is refused."""
    state: State | None = None
    try:
        with school.parts.work() as work:
            review.approve(work, actor, post_id, cases.digest_of(work, cases.get(work, post_id)))
            state = cases.get(work, post_id).state
            raise Undo
    except (Undo, Refused):
        return state


@pytest.mark.parametrize("name", ["both", "either"])  # half of the rounds each
def test_law_7_two_approvers_at_once_never_make_two_decisions(
    school: School, cast: dict[str, Actor], name: str, told: Callable[[str, Counter[str]], None]
) -> None:
    set_route(school, PRESETS[name].route)
    outcomes: Counter[str] = Counter()
    for post_id in in_review(school, ROUNDS // 2):
        seen = school.digest(post_id)
        pair = [late(partial(approve, school, cast[one], post_id, seen)) for one in ("A", "H")]
        outcomes[" and ".join(sorted(at_once(*pair)))] += 1
        with school.parts.reading() as work:
            assert cases.get(work, post_id).state is State.RELEASED
            assert releases(work, post_id) == 1
            assert len(given(work, post_id)) == (1 if name == "either" else 2)
            assert approved_digests(work, post_id) == {seen}
    assert set(outcomes) == ({"Stale and done"} if name == "either" else {"done and done"})
    told(f"two approvers, {name}", outcomes)


def test_law_1_an_approver_against_the_author_never_approves_what_was_not_seen(
    school: School, cast: dict[str, Actor], told: Callable[[str, Counter[str]], None]
) -> None:
    """The author takes the post back, changes it and sends it again while the approver presses the button."""
    set_route(school, PRESETS["either"].route)
    outcomes: Counter[str] = Counter()
    for post_id in in_review(school, ROUNDS):
        seen = school.digest(post_id)

        def edit(post_id: int = post_id) -> None:
            with school.parts.work() as work:
                intake.take_back(work, school.teacher, post_id)
            with school.parts.work() as work:
                intake.save_words(work, school.teacher, post_id, intake.Words("Changed.", (school.account.id,)))
                intake.submit(work, school.teacher, post_id)
                finish_checks(work, post_id)

        outcome = at_once(late(partial(approve, school, cast["A"], post_id, seen)), late(edit))
        outcomes["approved, then taken back" if outcome[0] == "done" else f"refused: {outcome[0]}"] += 1
        assert outcome[1] == "done"
        with school.parts.reading() as work:
            assert cases.get(work, post_id).state is State.IN_REVIEW
            assert given(work, post_id) == [], "nothing stands for the changed post"
            assert approved_digests(work, post_id) <= {seen}
    with pytest.raises(Refused):
        approve(school, cast["A"], post_id, seen)
    assert set(outcomes) <= {"approved, then taken back", "refused: Stale"}
    told("approver against editor", outcomes)


def test_law_1_an_approver_against_a_withdrawal_never_leaves_a_post_approved(
    school: School, cast: dict[str, Actor], told: Callable[[str, Counter[str]], None]
) -> None:
    set_route(school, PRESETS["either"].route)
    people = permitted_people(school, ROUNDS)
    outcomes: Counter[str] = Counter()
    for post_id, (person, permission) in zip(
        in_review(school, ROUNDS, [one for one, _ in people]), people, strict=True
    ):
        seen = school.digest(post_id)

        def withdraw(person_id: int = person.id, permission: int = permission) -> None:
            with school.parts.work() as work:
                permissions.withdraw(work, school.data_lead, person_id, permission)

        outcome = at_once(late(partial(approve, school, cast["A"], post_id, seen)), late(withdraw))
        outcomes["approved, then void" if outcome[0] == "done" else f"refused: {outcome[0]}"] += 1
        assert outcome[1] == "done"
        with school.parts.reading() as work:
            assert cases.get(work, post_id).state is State.CHECKING
            assert given(work, post_id) == []
            assert approved_digests(work, post_id) <= {seen}
    with pytest.raises(Refused), school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    told("approver against withdrawal", outcomes)


def late(attempt: Callable[[], None]) -> Callable[[], None]:
    """Up to some milliseconds later, so that either may be the first."""

    def run() -> None:
        time.sleep(random.uniform(0, 0.02))
        attempt()

    return run


def given(work: Work, post_id: int) -> list[Approval]:
    return routes.approvals(work, cases.get(work, post_id))


def releases(work: Work, post_id: int) -> int:
    return sum(row.action == "release" for row in audit.of_post(work.session, post_id))


def approved_digests(work: Work, post_id: int) -> set[str]:
    """What approvals were recorded for, by the audit trail."""
    return {
        json.loads(row.detail)["digest"]
        for row in audit.of_post(work.session, post_id)
        if row.action in ("approve", "release")
    }


@pytest.fixture
def told(school: School, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[str, Counter[str]], None]]:
    """Prints the figures of a race; afterwards the audit trail is still one chain."""
    started = time.monotonic()

    def tell(what: str, outcomes: Counter[str]) -> None:
        with capsys.disabled():
            figures = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
            print(f"\n{what}, {sum(outcomes.values())} times: {figures}; {time.monotonic() - started:.1f} s")

    yield tell
    with school.parts.reading() as work:
        assert audit.verify(work.session) is None
