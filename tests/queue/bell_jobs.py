"""Jobs for the tests of the worker: they leave marks in a folder."""

import os
from pathlib import Path

from tests.queue.builders import until


def mark(folder: str, name: str) -> None:
    (Path(folder) / name).touch()


def hold(folder: str, name: str) -> None:
    """Leaves its process id, and then stays until there is a file called "go"."""
    place = Path(folder)
    (place / "writing").write_text(str(os.getpid()))
    (place / "writing").rename(place / f"{name}.pid")
    until(lambda: (place / "go").exists(), 60)
    (place / name).touch()


def note(folder: str, name: str) -> None:
    """One line more, in the order in which jobs are done."""
    with (Path(folder) / "order").open("a") as file:
        file.write(f"{name}\n")


KNOWN = [f"tests.queue.bell_jobs.{name}" for name in ("mark", "hold", "mark_if_warm", "note")]


def strange(folder: str, name: str) -> None:
    """Not among KNOWN."""
    mark(folder, name)


warmed = False


def mark_if_warm(folder: str, name: str) -> None:
    assert warmed
    mark(folder, name)
