"""How a school grows: pages, the sweep and the checks at sizes up to a million posts, written into docs/performance.md.

python -m bench.scale                # 1,000 and 10,000 posts on both databases: some minutes
python -m bench.scale --full         # up to 1,000,000 posts: an hour, and ten gigabytes of disk
python -m bench.scale 1000 50000     # sizes of one's own; the first is what the others are held against
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from bench.scale import matching, report
from tests import postgresql

SIZES, FULL = (1_000, 10_000), (1_000, 10_000, 100_000, 1_000_000)


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--full", action="store_true")
    asked.add_argument("--database", choices=("sqlite", "postgresql"))
    asked.add_argument("--folder", type=Path, help="where the databases lie meanwhile")
    asked.add_argument("--kept", type=Path, help="a file of lines measured before: nothing is measured again")
    asked.add_argument("--write", action="store_true", help="renew docs/performance.md and its plots")
    asked.add_argument("sizes", type=int, nargs="*")
    wanted = asked.parse_args()
    sizes = wanted.sizes or (FULL if wanted.full else SIZES)
    there = ("sqlite", "postgresql") if postgresql.program("initdb") else ("sqlite",)
    databases = (wanted.database,) if wanted.database else there
    lines = wanted.kept.read_text().splitlines() if wanted.kept else []
    for database in () if wanted.kept else databases:
        lines += _measured(database, sizes, wanted.folder)
    found = report.read(json.loads(line) for line in lines)
    print(report.tables(found))
    if wanted.write:
        report.write(found, matching.table())
    return 0 if report.holds(found) else 1


def _measured(database: str, sizes: tuple[int, ...] | list[int], folder: Path | None) -> list[str]:
    """A process of its own for each database, so that neither has the memory of the other."""
    place = ["--folder", str(folder)] if folder else []
    words = [sys.executable, "-m", "bench.scale.one", "--database", database, *place, *map(str, sizes)]
    environ = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, env=environ).stdout.splitlines()


if __name__ == "__main__":
    sys.exit(main())
