"""A part of pytest: records which test meets which guard, or switches guards off one by one and runs those tests."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards import switch
from tests.guards.finding import Guard

WITH_BROWSER = ("tests/web/test_passkeys.py",)  # no passkey is made without one
FOUND: list[Guard] = switch.install()
_met: dict[str, tuple[float, list[int]]] = {}
_recording: list[str] = []  # the folder, in a process that records


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--guards-record", default="", help="a folder: which test meets which guard, a file a process")
    parser.addoption(
        "--guards-off", default="", help="a folder: what was recorded there is used, one guard off at a time"
    )
    parser.addoption("--guards-share", default="0/1", help="which share of the guards, of how many")
    parser.addoption(
        "--guards-only", default="", help="words of the names of the guards to switch off, with commas between"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Few that need a browser, for guards are met on the way. What was recorded is not recorded again."""
    folder = config.getoption("--guards-record")
    known = {nodeid for nodeid, _, _ in recorded(Path(folder))} if folder else set()
    items[:] = [item for item in items if item.nodeid not in known and is_wanted(item)]


def is_wanted(item: pytest.Item) -> bool:
    defined = item._fixtureinfo.name2fixturedefs.get("browser") if isinstance(item, pytest.Function) else None
    needs_chromium = defined is not None and defined[-1].func.__module__ == "tests.browser"
    return not needs_chromium or item.nodeid.startswith(WITH_BROWSER)


def recorded(folder: Path) -> list[tuple[str, float, list[str]]]:
    """(test, seconds, names of the guards that it meets)."""
    lines = [line for file in sorted(folder.glob("met-*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return [(nodeid, took, names) for nodeid, took, names in map(json.loads, lines)]


def pytest_configure(config: pytest.Config) -> None:
    """Of a run on several processes, those that run the tests record: the one that hands them out meets nothing."""
    folder = config.getoption("--guards-record")
    if folder and (hasattr(config, "workerinput") or not config.getoption("numprocesses", None)):
        _recording.append(folder)
    if folder or config.getoption("--guards-off"):
        without_engines()


def without_engines() -> None:
    """They are loaded where a test looks at a picture, not once for each process."""
    from moderation.services.looking import Looker

    Looker.warm = lambda self: None  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    switch.asked.clear()
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    took, met = _met.get(report.nodeid, (0.0, []))
    if not report.passed:
        took = float("inf")  # a test that fails or is skipped with every guard in its place proves nothing
    _met[report.nodeid] = took + (report.duration if report.when != "teardown" else 0), sorted(switch.asked.union(met))
    if report.when == "teardown" and _recording:
        _write(report.nodeid)


def _write(nodeid: str) -> None:
    """One line a test, written at once: a recording that is broken off still says what it has seen."""
    took, met = _met.pop(nodeid)
    if took != float("inf"):
        with Path(_recording[0], f"met-{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps([nodeid, took, [FOUND[number].name for number in met]]) + "\n")


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    if not session.config.getoption("--guards-off"):
        return None
    from tests.guards import running

    running.every_guard(session, FOUND)
    return True
