"""`python -m tests.scan`: every probe at every address, as each role and as a stranger; what was found, by severity."""

import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter

from moderation.rules.roles import SIGN_INS, Role
from moderation.services.looking import Looker
from tests.builders import School, copy_of, open_school
from tests.scan import probes
from tests.scan.unchanged import unchanged

MEMORY = Path("/dev/shm")  # a school that is put back thousands of times need not wait for a disk


def school_to_scan(folder: Path) -> School:
    """Something under the number 1 of most kinds: words alone, so that no picture has to be looked at."""
    school = open_school(folder, Looker())
    school.person("p1", "Harvey", "Pemberton")
    for author in (school.teacher, school.manager):
        school.submit(caption="Being checked.", author=author)
    school.draft(caption="A draft.")
    return school


def scan(school: School, folder: Path, roles: Iterable[Role | None]) -> list[probes.Finding]:
    """A copy of the school for each role, for the probes change what they can."""
    found: list[probes.Finding] = []
    known: set[probes.Tried] = set()
    for role in roles:
        begun = perf_counter()
        own = copy_of(school, folder / f"as {role or 'a stranger'}")
        client = unchanged(own, own.browser(role))
        everything = probes.addresses(client.application)
        new = list(probes.every_probe(client, everything, role, known))
        if role is not None:
            client = copy_of(school, folder / f"forged as {role}").browser(role)
            client.application.config["WTF_CSRF_ENABLED"] = True
            new += probes.forgeries(client, everything)
        found += new
        said = f"as {role or 'a stranger'}: {len(everything)} addresses, {len(new)} findings"
        print(f"{said}, {perf_counter() - begun:.0f} s", *_listed(new), sep="\n  ", flush=True)
    return found


def _listed(found: Iterable[probes.Finding]) -> list[str]:
    """The gravest first, each once."""
    order = ("high", "medium", "low")
    counted = sorted(Counter(found).items(), key=lambda pair: (order.index(pair[0].severity), pair[0].where))
    return [f"{one.severity:7}{one.where:30}{one.what} ({times} times)" for one, times in counted]


def main(named: Sequence[str]) -> int:
    """As those roles alone; without any, as each, and as a stranger."""
    roles = [role for role in (None, *sorted(SIGN_INS)) if not named or str(role or "a stranger") in named]
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="scan-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        found = scan(school_to_scan(Path(folder, "school")), Path(folder), roles)
    counted = Counter(one.severity for one in found)
    print(", ".join(f"{counted[severity]} {severity}" for severity in ("high", "medium", "low")))
    return int(any(one.severity != "low" for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
