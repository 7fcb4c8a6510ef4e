"""One, fifty and a thousand schools in one installation, measured part by part: into docs/performance.md.

python -m bench.scale.schools                     # 1 and 50 schools on SQLite, 50 on PostgreSQL: some minutes
python -m bench.scale.schools --write 1 50 1000   # and renews the tables
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.scale import many, own_part
from bench.scale.report import CALLED
from bench.scale.schools_asked import ASKED, WHAT
from tests import postgresql

SIZES, MOST_ON_POSTGRESQL = (1, 50), 50
Found = dict[str, dict[str, float]]  # by database and size, by what was asked


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--write", action="store_true", help="renew the part of docs/performance.md")
    asked.add_argument("--folder", type=Path, help="where the schools lie meanwhile")
    asked.add_argument("--database", choices=tuple(CALLED))
    asked.add_argument("sizes", type=int, nargs="*", default=SIZES)
    wanted = asked.parse_args()
    there = ("sqlite", "postgresql") if postgresql.program("initdb") else ("sqlite",)
    found: Found = {}
    for database in (wanted.database,) if wanted.database else there:
        for size in wanted.sizes:
            if database == "sqlite" or 1 < size <= MOST_ON_POSTGRESQL:
                with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
                    found[f"{CALLED[database]}, {size:,}"] = measured(Path(folder), size, database)
    table = "\n".join(rows(found))
    print(table)
    if wanted.write:
        own_part.write("schools", table)


def measured(folder: Path, size: int, database: str) -> dict[str, float]:
    """Each question in a process of its own, so that none has the memory of another."""
    trust = many.make(folder, size, database)
    found: dict[str, float] = {}
    for name in ASKED:
        words = [sys.executable, "-m", "bench.scale.schools_asked", name]
        environ = {**os.environ, "GATEPOST_TRUST": str(trust.file), "OMP_NUM_THREADS": "1"}
        said = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, env=environ).stdout
        found |= json.loads(said.splitlines()[-1])
        print(f"{database}, {size:,} schools, {name}: {said.splitlines()[-1]}", file=sys.stderr, flush=True)
    return found


def rows(found: Found) -> list[str]:
    head = [f"| schools | {' | '.join(found)} |", f"|---|{'---|' * len(found)}"]
    return head + [f"| {WHAT[name]} | {' | '.join(_cell(one.get(name)) for one in found.values())} |" for name in WHAT]


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


if __name__ == "__main__":
    main()
