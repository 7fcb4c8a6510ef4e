"""Schools of some sizes on one database, measured: a process of its own that writes one JSON line a size."""

import argparse
import json
import logging
import tempfile
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path

from bench.scale import pages, rounds, seeding
from moderation.cli.running import keep_what_is_loaded
from moderation.services.looking import Looker
from tests import postgresql
from tests.builders import School, open_school

SECONDS = 2.0  # for each page at each size


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--times", type=int, default=40)
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--only", default="")
    asked.add_argument("sizes", type=int, nargs="+")
    wanted = asked.parse_args()
    postgresql.WANTED = wanted.database == "postgresql"  # type: ignore[misc]
    logging.disable(logging.WARNING)  # no queue runs here, and each bell would say so
    for size in wanted.sizes:
        with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
            school = open_school(Path(folder) / "instance", Looker(), GATEPOST_METRICS="1")
            began = time.monotonic()
            seeding.fill(school, size)
            line = {"database": wanted.database, "size": size, "seeded": round(time.monotonic() - began)}
            print(json.dumps(line | {"found": measured(school, wanted.times, wanted.only)}), flush=True)
            school.parts.engine.dispose()


def measured(school: School, times: int, only: str = "") -> dict[str, dict[str, float]]:
    found = {}
    browsers = {role: school.browser(role) for role in {page.who for page in pages.PAGES}}
    with school.parts.reading() as work:
        known = pages.numbers(work, school.teacher.id or 0)
    keep_what_is_loaded()  # as `gatepost web` does
    for page in pages.PAGES:
        if only in page.name:
            found[page.name] = pages.measure(school, page, browsers[page.who], known, times, SECONDS)
    for when, deeds in rounds.EVERY.items():
        for name, deed in deeds.items():
            if only in name:
                name = f"{when}: {name}"
                found[name] = pages.timed(partial(deed, school.parts), school.parts.engine, times, SECONDS)
    return {name: asdict(taken) for name, taken in found.items()}


if __name__ == "__main__":
    main()
