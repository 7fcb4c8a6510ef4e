"""What importing the register must show: thousands of pupils in seconds, tens of thousands in bounded memory."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from moderation.services import import_files, importing
from tests.builders import School
from tests.in_full import only_in_full
from tests.services.exports import table

HEADINGS = ("UPN", "Legal Forename", "Preferred Forename", "Legal Surname", "Reg Group", "DOB", "Photo consent")
CHANNELS = ("Consent - Website", "Consent - Social media", "Consent - Newsletter", "Consent - Press", "Address")
SECONDS, MEGABYTES = 5, 300
# A small process between: the most that a process ever held counts what it was forked from.
WEIGHER = (
    "import resource, subprocess, sys; ended = subprocess.run(sys.argv[1:]);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(ended.returncode)"
)


def export(count: int) -> bytes:
    """Pupils with every column that an export has, and a consent here and there."""
    rows = [
        (
            *(f"A{n:012d}", f"Forename{n % 997}", f"Preferred{n % 991}", f"Surname{n}", f"{n % 13}B", "2012-01-01", ""),
            *("Yes", "No" if n % 7 else "", "", "Yes", f"{n} Long Street, Town, AB1 2CD"),
        )
        for n in range(count)
    ]
    return table(*rows, headings=HEADINGS + CHANNELS)


def test_two_thousand_pupils_are_read_and_previewed_in_seconds(school: School) -> None:
    data = export(2000)
    began = time.monotonic()
    read = import_files.read(data)
    with school.parts.work() as work:
        row = import_files.begin(work, school.data_lead, read)
    with school.parts.reading() as work:
        counts = importing.preview(work, row).diff.counts
    seconds = time.monotonic() - began
    print(f"2,000 pupils read, kept and previewed in {seconds:.1f} s")
    assert counts["new"] == counts["allowed"] == 2000
    assert seconds < SECONDS


@pytest.mark.long
@only_in_full
def test_fifty_thousand_pupils_need_little_memory(school: School, tmp_path: Path) -> None:
    """Handed in with --apply: read, kept, compared twice, and it waits for a second person."""
    path = tmp_path / "export.csv"
    path.write_bytes(export(50_000))
    folder = school.parts.settings.instance
    command = [sys.executable, "-m", "moderation.cli", "--instance", str(folder), "register", "import", str(path)]
    ended = subprocess.run([sys.executable, "-c", WEIGHER, *command, "--apply"], capture_output=True, text=True)
    megabytes = int(ended.stderr.split()[-1]) / 1024
    print(f"50,000 pupils: at most {megabytes:.0f} MB")
    assert ended.returncode == 1 and "needs a second person" in ended.stdout
    assert megabytes < MEGABYTES
