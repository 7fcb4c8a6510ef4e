"""`python -m tests.guards`: every guard switched off once, and a table of how many of them a test noticed."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

KNOWN = Path(__file__).with_name("alike.txt")
# What guards are met by: the rules, the services, the pages, and the ways through them that need no browser.
TESTS = ("tests/rules", "tests/services", "tests/web", "tests/acceptance/test_going_live.py")
TESTS += ("tests/acceptance/test_concerns.py", "tests/acceptance/test_after_live.py")
SHARES = 2


def main(tests: tuple[str, ...] = TESTS, only: str = "", shares: int = SHARES) -> int:
    """Record once, then one guard off at a time. 0 if each was noticed or is known to be another's double."""
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        begin = [sys.executable, "-m", "pytest", "-p", "tests.guards.plugin", *tests]
        print("recording which test meets which guard", flush=True)
        parallel = ("-n", str(shares), "--dist", "loadfile") if shares > 1 else ()
        subprocess.run([*begin, *parallel, "--guards-record", folder], check=False, stdout=sys.stderr)
        print("switching each guard off", flush=True)
        at_work = [
            subprocess.Popen(
                [*begin, "--guards-off", folder, "--guards-only", only, "--guards-share", f"{share}/{shares}"],
                stdout=subprocess.DEVNULL,
            )
            for share in range(shares)
        ]
        ended = [one.wait() for one in at_work]
        ends = [end for file in Path(folder).glob("ends-*.json") for end in json.loads(file.read_text("utf-8"))]
    return max(said(ends), *ended, not ends)


def known() -> dict[str, str]:
    """Guards whose loss changes nothing that could be seen, each with the reason: `name => reason`."""
    lines = [line for line in KNOWN.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, _, reason in (line.partition(" => ") for line in lines)}


def said(ends: list[dict[str, object]]) -> int:
    """Print the table. 1 if a guard survived that is not known, or a known one is there no more or was noticed."""
    alike = known()
    counted: Counter[tuple[str, str]] = Counter()
    for end in ends:
        counted[str(end["family"]), "killed" if end["killed"] else "alike" if end["name"] in alike else "survived"] += 1
    print(f"{'guards':24}{'all':>6}{'killed':>8}{'alike':>7}{'survived':>10}")
    for family in sorted({family for family, _ in counted}):
        row = [counted[family, how] for how in ("killed", "alike", "survived")]
        print(f"{family:24}{sum(row):>6}{row[0]:>8}{row[1]:>7}{row[2]:>10}")
    survived = [end for end in ends if not end["killed"] and end["name"] not in alike]
    for end in sorted(survived, key=lambda one: str(one["name"])):
        print(f"survived {end['by']}: {end['name']}")
    noticed = sorted(alike.keys() & {str(end["name"]) for end in ends if end["killed"]})
    for name in noticed:
        print(f"said to be alike, and noticed: {name}")
    return int(bool(survived or noticed))


if __name__ == "__main__":
    sys.exit(main(only=sys.argv[1] if len(sys.argv) > 1 else ""))
