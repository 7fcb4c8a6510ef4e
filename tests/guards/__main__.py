"""`python -m tests.guards`: every guard switched off once, and a table of how many of them a test noticed."""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.guards.ends import End, kept

KNOWN = Path(__file__).with_name("alike.txt")
# What guards are met by: the rules, the services, the pages, and the ways through them that need no browser.
TESTS = ("tests/rules", "tests/services", "tests/web", "tests/acceptance/test_going_live.py")
TESTS += ("tests/acceptance/test_concerns.py", "tests/acceptance/test_after_live.py")
SHARES = 2


def main(tests: tuple[str, ...] = TESTS, only: str = "", shares: int = SHARES, keep: str = "") -> int:
    """Record once, then one guard off at a time. 0 if each was noticed or is known to be another's double.

    `keep` is a folder in which a run that is broken off goes on: what was recorded or noticed there still holds.
    """
    with tempfile.TemporaryDirectory(prefix="guards-") as fresh:
        folder = Path(keep or fresh)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("ends-*.json"):
            old.unlink()
        begin = [sys.executable, "-m", "pytest", "-s", "-p", "tests.guards.plugin", *tests]
        print("recording which test meets which guard", flush=True)
        parallel = ("-n", str(shares), "--dist", "loadfile") if shares > 1 else ()
        subprocess.run([*begin, *parallel, "--guards-record", str(folder)], check=False, stdout=sys.stderr)
        print("switching each guard off", flush=True)
        off = ["--guards-off", str(folder), "--guards-only", only]
        at_work = [
            subprocess.Popen([*begin, *off, "--guards-share", f"{share}/{shares}"], stdout=subprocess.DEVNULL)
            for share in range(shares)
        ]
        ended = [one.wait() for one in at_work]
        ends = kept(folder, "json")
    return max(said(ends), *ended, not ends)


def known() -> dict[str, str]:
    """Guards whose loss changes nothing that could be seen, each with the reason: `name => reason`."""
    lines = [line for line in KNOWN.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, _, reason in (line.partition(" => ") for line in lines)}


def said(ends: Iterable[End]) -> int:
    """Print the table. 1 if a guard survived that is not known, or a known one was noticed after all."""
    alike, ends = known(), list(ends)
    counted: Counter[tuple[str, str]] = Counter()
    for end in ends:
        counted[end.family, "killed" if end.killed else "alike" if end.name in alike else "survived"] += 1
    print(f"{'guards':24}{'all':>6}{'killed':>8}{'alike':>7}{'survived':>10}")
    for family in [*sorted({family for family, _ in counted}), "together"]:
        row = [
            sum(many for (of, how), many in counted.items() if how == ended and family in (of, "together"))
            for ended in ("killed", "alike", "survived")
        ]
        print(f"{family:24}{sum(row):>6}{row[0]:>8}{row[1]:>7}{row[2]:>10}")
    survived = [end for end in ends if not end.killed and end.name not in alike]
    for end in sorted(survived, key=lambda one: one.name):
        print(f"survived {end.by}: {end.name}")
    noticed = sorted(alike.keys() & {end.name for end in ends if end.killed})
    for name in noticed:
        print(f"said to be alike, and noticed: {name}")
    return int(bool(survived or noticed))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.guards", description=__doc__)
    parser.add_argument("only", nargs="?", default="", help="words of names of guards, with commas between")
    parser.add_argument("--keep", default="", help="a folder: a run that was broken off goes on there")
    parser.add_argument("--shares", type=int, default=SHARES, help="processes at once")
    return parser.parse_args()


if __name__ == "__main__":
    asked = _asked()
    sys.exit(main(only=asked.only, shares=asked.shares, keep=asked.keep))
