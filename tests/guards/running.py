"""Runs the tests that meet a guard with that guard switched off, each guard in a process of its own, forked.

A guard is killed when one of them fails, and that one passes with every guard in its place. What survives is a guard
whose loss no test would notice. The program and its tests are loaded once; a fork has them for nothing.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from tests.guards import switch
from tests.guards.ends import End, Ends
from tests.guards.finding import Guard
from tests.guards.plugin import recorded
from tests.guards.tables import Change, changes

MOST_SECONDS = 60.0  # of tests, as they were recorded, before a guard counts as survived
SLOW_FIXTURES = {"gallery": 30.0, "case": 20.0, "browser": 5.0}  # made anew in each process; recorded once
SHARED_SAFELY = {"tmp_path_factory", "looker"}  # nothing that one test does to them another sees


@dataclass(frozen=True)
class Trial:
    """Guards are switched by their number; with none, the program is as it is."""

    items: dict[str, pytest.Item]
    costs: dict[str, float]

    def fails(self, nodeid: str, number: int = -1) -> bool:
        return self.first_that_fails([nodeid], number) is not None

    def first_that_fails(self, nodeids: Sequence[str], number: int) -> str | None:
        """The first of these tests that does, in a child; None if all pass. One that never ends has failed."""
        room = Path(tempfile.mkdtemp(prefix="guard-"))
        at_work, says = os.pipe()
        child = os.fork()
        if child == 0:
            run = [self.items[one] for one in nodeids]
            _in_the_child(run, number, says, room, 60 + int(3 * sum(map(self.cost, nodeids))))
        os.close(says)
        with os.fdopen(at_work) as told:
            begun = told.read().split("\n")
        _, status = os.waitpid(child, 0)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what a test that failed has left running
        shutil.rmtree(room, ignore_errors=True)
        return None if status == 0 else next((one for one in reversed(begun) if one), nodeids[0])

    def cost(self, nodeid: str) -> float:
        fixtures = getattr(self.items[nodeid], "fixturenames", ())
        return self.costs.get(nodeid, 0.0) + sum(more for name, more in SLOW_FIXTURES.items() if name in fixtures)

    def cheapest(self, nodeids: Iterable[str]) -> list[str]:
        chosen, seconds = [], 0.0
        for nodeid in sorted((one for one in nodeids if one in self.items), key=lambda one: (self.cost(one), one)):
            seconds += self.cost(nodeid)
            if chosen and seconds > MOST_SECONDS:
                break
            chosen.append(nodeid)
        return chosen

    def end_of(self, guard: Guard, nodeids: list[str], number: int) -> End:
        run = len(nodeids)
        while nodeids:
            failed = self.first_that_fails(nodeids, number)
            if failed is None:
                break
            if _passes_as_it_is(self, failed):
                return End(guard.name, guard.family, True, failed)
            nodeids = nodeids[nodeids.index(failed) + 1 :]
        return End(guard.name, guard.family, False, f"{run} tests")

    def __hash__(self) -> int:
        return id(self)


@cache
def _passes_as_it_is(trial: Trial, nodeid: str) -> bool:
    """As recorded, where it shares nothing with other tests; else it is run once by itself."""
    info = getattr(trial.items[nodeid], "_fixtureinfo", None)
    used = info.name2fixturedefs.items() if info else ()
    shared = {name for name, defs in used if any(one.scope != "function" for one in defs)} - SHARED_SAFELY
    return (info is not None and not shared) or not trial.fails(nodeid)


def _in_the_child(run: Sequence[pytest.Item], number: int, says: int, room: Path, seconds: int) -> None:
    os.setpgid(0, 0)
    signal.alarm(seconds)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    run[0].config._tmp_path_factory._basetemp = room  # type: ignore[attr-defined]
    switch.switch_off(number)
    for item, following in zip(run, [*run[1:], None], strict=True):
        os.write(says, f"{item.nodeid}\n".encode())
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            os._exit(1)
    os._exit(0)


def every_guard(session: pytest.Session, found: list[Guard]) -> None:
    """All guards and changes of this process's share; how each ended goes into the folder."""
    folder = Path(session.config.getoption("--guards-off"))
    share, of = map(int, session.config.getoption("--guards-share").split("/"))
    only = str(session.config.getoption("--guards-only")).split(",")

    def mine(name: str) -> bool:
        return any(part in name for part in only)

    costs: dict[str, float] = {}
    met: dict[str, list[str]] = {}
    for nodeid, took, names in recorded(folder):
        costs[nodeid] = took
        for name in names:
            met.setdefault(name, []).append(nodeid)
    trial = Trial({item.nodeid: item for item in session.items}, costs)
    _make_ready(session)
    guards = [(number, one) for number, one in enumerate(found) if one.is_of_permission_or_state and mine(one.name)]
    table = [one for one in changes() if mine(one.name)]
    ends = Ends(folder, share, len(guards[share::of]) + len(table[share::of]))
    for number, guard in guards[share::of]:
        if not ends.has(guard.name):
            ends.add(trial.end_of(guard, trial.cheapest(met.get(guard.name, ())), number))
    for end in each_change(trial, [one for one in table[share::of] if not ends.has(one.name)]):
        ends.add(end)
    ends.close()


def each_change(trial: Trial, wanted: Sequence[Change]) -> Iterator[End]:
    """Changes of the tables, in this process: their tests only read, so what they need is made once."""

    def fails(item: pytest.Item) -> bool:
        others = (other for other in trial.items.values() if other is not item)
        following = next((other for other in others if other.parent is item.parent), None)
        return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))

    sound: dict[str, list[pytest.Item]] = {}
    for change in wanted:
        if change.where not in sound:
            there = sorted((one for one in trial.items if one.startswith(change.where)), key=trial.cost)
            sound[change.where] = [trial.items[one] for one in there if not fails(trial.items[one])]
        change.make()
        by = next((item.nodeid for item in sound[change.where] if fails(item)), "")
        change.undo()
        yield End(change.name, change.family, bool(by), by or f"{len(sound[change.where])} tests")


def _make_ready(session: pytest.Session) -> None:
    """What every child would make for itself: the school that all others are copies of."""
    from moderation.services.looking import Looker
    from tests import builders

    if any("looker" in getattr(item, "fixturenames", ()) for item in session.items):
        made = builders._pattern(Looker())
        builders._pattern = lambda looker: made  # type: ignore[assignment]  # whichever engines it is asked for with
