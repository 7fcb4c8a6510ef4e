"""Chaos: everything is killed, frozen, filled, emptied and locked while the staff work; nothing is lost or wrong.

The run in the suite is small and hurried; `make chaos` runs a thousand posts on `gatepost serve` as it is.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from moderation.db.models import Scan, ScanState, Subject
from moderation.rules.acceptance import Trained
from moderation.rules.roles import STAFF, Actor, Role
from moderation.services import acceptance, scanning, training
from moderation.services.acceptance import PolicyForm
from moderation.services.looking import Looker
from moderation.services.training import TrainingForm
from tests import postgresql
from tests.acceptance.connected import noise
from tests.acceptance.running import wait_for
from tests.builders import School, open_school
from tests.chaos.faults import Injector
from tests.chaos.invariants import Watch
from tests.chaos.ledger import Ledger
from tests.chaos.program import Program, disk
from tests.chaos.relay import Relay
from tests.chaos.staff import GivenUp, No, Patience, Person
from tests.chaos.stories import Story
from tests.chaos.writing import PUPIL, Staff

POSTS = int(os.environ.get("GATEPOST_CHAOS_POSTS", "8"))
FAULTS = int(os.environ.get("GATEPOST_CHAOS_FAULTS", "8"))
SEED = int(os.environ.get("GATEPOST_CHAOS_SEED", "8"))
LONG = POSTS > 20
TELLERS = 8 if LONG else 5
REST = 600 if LONG else 120  # seconds after the last fault in which something has to end, or all has to come to rest
UNSIGNED = (Role.HEADTEACHER, 2)
POLICY = "Be kind, and never show a child whose family has not agreed."


@dataclass
class Scene:
    school: School
    program: Program
    ledger: Ledger
    injector: Injector
    watch: Watch


def people(school: School) -> dict[tuple[Role, int], Actor]:
    one, other = school.people.items(), school.others.items()
    return {**{(role, 1): actor for role, actor in one}, **{(role, 2): actor for role, actor in other}}


def sign_and_train(school: School) -> None:
    """A policy that holds since a week ago, a training that everybody has; one approver has not signed."""
    with school.parts.work() as today:
        work = replace(today, now=today.now - timedelta(days=7))  # for the clock goes back, too
        keeper = school.people[Role.ADMINISTRATOR]
        training.ask(work, keeper, Trained.EVERYBODY)
        policy = acceptance.publish(work, keeper, PolicyForm(POLICY, work.today))
        for which, actor in people(school).items():
            if which != UNSIGNED:
                acceptance.sign(work, actor, policy.number, f"{which[0]} {which[1]}")
            if actor.role in STAFF:
                day = work.today - timedelta(days=60)
                training.record(work, keeper, TrainingForm(actor.id or 0, "Safeguarding", day))
    forename, surname = PUPIL.split()
    school.person("P1", forename, surname, class_name="4B")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("chaos")
    with disk(folder / "disk") as small_disk, ExitStack() as ways:
        school = open_school(folder / "disk", Looker())
        relay = ways.enter_context(by_relay(school)) if postgresql.WANTED else None
        sign_and_train(school)
        ledger = Ledger()
        program = Program(folder / "disk", folder, hurried=not LONG)
        approvers = {actor.id for (role, _), actor in people(school).items() if role is Role.ASSISTANT_HEAD}
        watch = Watch(school.parts, ledger, frozenset(one for one in approvers if one))
        injector = Injector(program, SEED, small_disk, lambda: ledger.figures["stories"] / POSTS, LONG, relay)
        with program.running():
            program.until_well(180)
            yield Scene(school, program, ledger, injector, watch)


def by_relay(school: School) -> Relay:
    """From now on the program finds its PostgreSQL through this; what the server has acknowledged it has written."""
    settings = school.parts.settings
    relay = Relay(settings.database_url)
    with postgresql.connection() as server:
        server.execute(f"ALTER DATABASE {relay.database} SET synchronous_commit = on".encode())
    file = settings.instance / ".env"
    others = [line for line in file.read_text().splitlines() if not line.startswith("GATEPOST_DATABASE_URL=")]
    file.write_text("\n".join([*others, f"GATEPOST_DATABASE_URL='{relay.url}'", ""]))
    return relay


def staff_of(here: Scene) -> Staff:
    """Browsers of one teller's own."""

    def person(role: Role, number: int) -> Person:
        found = people(here.school)[role, number]
        return Person(role, number, found.id or 0, here.program.address, here.ledger)

    approvers = [person(Role.ASSISTANT_HEAD, number) for number in (1, 2)]
    authors = [person(Role.TEACHER, 1), person(Role.TEACHER, 2), approvers[0]]
    return Staff(authors, approvers, person(Role.RESOURCES_MANAGER, 1), person(*UNSIGNED))


def story(here: Scene, number: int, staff: Staff, patience: Patience, picture: bytes) -> Story:
    chance = random.Random(f"{SEED}-{number}")
    return Story(number, staff, here.ledger, patience, here.school.account.id, chance, picture)


def tell(here: Scene, numbers: Iterator[int], patience: Patience) -> None:
    """Stories until there are no more numbers."""
    staff = staff_of(here)
    for number in numbers:
        try:
            story(here, number, staff, patience, noise(number) if number % 10 == 3 else b"").tell()
        except GivenUp as why:  # a story that does not end is a finding
            here.ledger.accuse(f"story {number} did not end: {why}")
            return
        except Exception as error:  # noqa: BLE001 (so is one that broke, whatever it was)
            here.ledger.accuse(f"story {number} broke: {type(error).__name__}: {error}")
        here.ledger.count("stories")
        patience.longer(REST)


def test_a_picture_that_kills_its_check_each_time_is_parked_for_a_person_with_a_sentence(here: Scene) -> None:
    poison = story(here, 0, staff_of(here), Patience(time.monotonic() + REST), large_picture())
    poison.create()
    poison.add_picture()
    poison.hand_in()
    killed = 0
    while (scan := _photo_scan(here, poison)).state is not ScanState.PARKED:
        assert scan.state is not ScanState.DONE, "it was checked before it could be killed"
        poison.patience.pause("the picture is still being checked") if scan.state is ScanState.WAITING else None
        killed += scan.state is ScanState.RUNNING and here.injector.strike("work-horse", signal.SIGKILL)
    assert killed >= scan.runs == scanning.MOST_RUNS
    poison.until("in review")
    page = poison.again(lambda: poison.approver.get(poison.review))
    assert "The check was tried 3 times and did not finish. Nothing here was checked: look for yourself." in page
    with pytest.raises(No, match="409"):
        poison.approver.post(f"{poison.review}/approve", {"digest": poison.digest(page), "held_until": ""})
    poison.approve()  # settles the flag with a reason first
    poison.publish()
    again = _photo_scan(here, poison)
    assert (again.state, again.runs) == (ScanState.PARKED, scanning.MOST_RUNS), "it was not tried for ever"
    print(f"\npoison: killed in each of {again.runs} runs, then parked; settled by a person; live")


def large_picture() -> bytes:
    """Few bytes, and some seconds for the checks: time enough to be killed in."""
    out = BytesIO()
    Image.new("RGB", (4000, 3000), (90, 120, 60)).save(out, "PNG")
    return out.getvalue()


def _photo_scan(here: Scene, poison: Story) -> Scan:
    with here.school.parts.reading() as work:
        of_photo = (Scan.post_id == poison.entry.post_id, Scan.subject == Subject.PHOTO)
        return work.session.scalars(select(Scan).where(*of_photo)).one()


def test_whatever_breaks_nothing_answered_is_lost_and_nothing_goes_out_that_was_not_approved(here: Scene) -> None:
    started, before = time.monotonic(), len(here.ledger.entries)
    patience, numbers = Patience(), _one_at_a_time(POSTS)
    tellers = [threading.Thread(target=tell, args=(here, numbers, patience)) for _ in range(TELLERS)]
    watching = threading.Thread(target=here.watch.run, args=(5.0 if LONG else 1.0,))
    faults = threading.Thread(target=here.injector.run, args=(FAULTS,))
    for thread in (*tellers, watching, faults):
        thread.start()
    faults.join()
    here.injector.end()
    last_fault = time.monotonic()
    patience.until = last_fault + REST
    for thread in tellers:
        thread.join()
    here.watch.over.set()
    watching.join()
    here.program.until_well(REST)
    wait_for(here.watch.resting, REST, "not everything came to rest")
    rest = time.monotonic() - last_fault
    files = here.watch.at_the_end()
    here.program.end()
    left = len(here.program.processes())
    _print(here, files, {"seconds": time.monotonic() - started, "after the last fault": rest, "processes left": left})
    assert here.ledger.wrong == []
    assert len(here.ledger.entries) - before == POSTS and here.injector.done.total() >= FAULTS
    assert left == here.program.left_behind == 0


def _one_at_a_time(most: int) -> Iterator[int]:
    """Numbers that threads may share."""
    lock, numbers = threading.Lock(), iter(range(1, most + 1))

    def next_one() -> int | None:
        with lock:
            return next(numbers, None)

    return iter(next_one, None)  # type: ignore[arg-type]


def _print(here: Scene, files: dict[str, int], times: dict[str, float]) -> None:
    rows: dict[str, object] = dict(sorted(here.ledger.figures.items())) | files
    rows |= {"looks of the watch": here.watch.looks, "starts of the program": here.program.starts}
    rows |= {f"fault: {kind}": times for kind, times in sorted(here.injector.done.items())}
    rows |= {"faults": here.injector.done.total(), "processes left behind by a kill": here.program.left_behind}
    rows |= {name: f"{value:.0f}" for name, value in times.items()}
    rows |= {"wrong": len(here.ledger.wrong)}
    print(f"\nchaos, seed {SEED}")
    for name, value in rows.items():
        print(f"  {name:<40}{value:>8}")
    for what in (*here.ledger.wrong, *(f"not possible here: {one}" for one in here.injector.not_possible_here())):
        print(f"  {what}")
