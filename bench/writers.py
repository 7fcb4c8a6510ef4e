"""How long who wants to write waits for the others: five processes that write to one SQLite without a pause.

python -m bench.writers      # four times fifteen seconds; writes nothing but stdout
"""

import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import quantiles

from sqlalchemy import text

from moderation.db import turns
from moderation.db.engine import open_engine

WRITERS, SECONDS = 5, 15.0
WORK = (0.0, 0.01)  # seconds that a transaction takes beside reading and writing its row
WANTED = 1.0  # seconds at most
ROW = "x" * 300  # about as much as a row of the audit trail
_together: list[Barrier] = []  # in each of the processes, the one that they wait for


def _wait_for(others: Barrier) -> None:
    _together.append(others)


def write(url: str, as_sqlite_does: bool, work: float) -> list[float]:
    """The seconds that each transaction waited until it was in."""
    engine, waits = open_engine(url), []
    if as_sqlite_does:
        turns.take = lambda folder: None  # type: ignore[assignment]
    _together[0].wait()
    until = time.monotonic() + SECONDS
    while (asked := time.monotonic()) < until:
        with engine.begin() as connection:
            waits.append(time.monotonic() - asked)
            number = connection.scalar(text("SELECT max(number) FROM trail")) or 0
            time.sleep(work)
            connection.execute(text("INSERT INTO trail VALUES (:number, :row)"), {"number": number + 1, "row": ROW})
    return waits


def run(name: str, as_sqlite_does: bool, work: float) -> float:
    """Prints a row of the table. The longest wait in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        with open_engine(url).begin() as connection:
            connection.execute(text("CREATE TABLE trail (number INTEGER PRIMARY KEY, row TEXT)"))
        start = get_context("spawn")
        with ProcessPoolExecutor(WRITERS, start, _wait_for, (start.Barrier(WRITERS),)) as pool:
            asked = [pool.submit(write, url, as_sqlite_does, work) for _ in range(WRITERS)]
            each = [one.result() for one in asked]
    waits = sorted(wait for one in each for wait in one)
    parts, shares = [1000 * one for one in quantiles(waits, n=20)], sorted(map(len, each))
    figures = f"{parts[9]:.0f} | {parts[18]:.0f} | {waits[-1]:.2f} | {len(waits) / SECONDS:.0f}"
    print(f"| {name} | {figures} | {shares[0]} to {shares[-1]} |", flush=True)
    return waits[-1]


def main() -> int:
    print("| five writers | middle wait, ms | 95 of 100, ms | longest, s | transactions a second | each writer |")
    print("|---|---|---|---|---|---|")
    for work in WORK:
        takes = f"{work * 1000:.0f} ms of work each"
        run(f"SQLite alone, {takes}", True, work)
        longest = run(f"in turn, {takes}", False, work)
    return 0 if longest < WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
