"""Reads what management systems export, CSV or spreadsheet, into lines of cells; says how it was understood."""

import codecs
import csv
import io
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moderation.media import sheet_gate
from moderation.media.sheet_gate import MOST_COLUMNS, MOST_ROWS, TOO_LARGE, UNREADABLE
from moderation.rules.language import N_, gettext

GATE: Final = str(Path(sheet_gate.__file__).resolve())
WALL_SECONDS: Final = 60  # more than the gate's CPU seconds: a busy machine is not the file's fault
MAX_BYTES: Final = 40_000_000  # 50,000 people with forty columns have about 20
MOST_LINES: Final = 20  # an address may have some; more means a quotation mark that never closes
DELIMITERS: Final = {
    ",": N_("separated by commas"),
    ";": N_("separated by semicolons"),
    "\t": N_("separated by tabs"),
    "|": N_("separated by upright strokes"),
}
SPREADSHEET: Final = N_("spreadsheet")
_SHEETS: Final = re.compile(r"the first of (\d+) sheets")
_SAMPLE: Final = 30  # lines
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods; .xls

Line = tuple[int, list[str]]  # its number in the file, its cells


class NotATable(Exception):
    """A file that cannot be read as lines of cells; the message says why and what to do, without the file's name."""


@dataclass(frozen=True)
class Table:
    """Every line of a file. `text` is CSV in UTF-8, each row beginning with its line in the file."""

    understood: str  # "CSV, UTF-8, separated by commas": in English, as it is kept
    text: bytes

    def lines(self) -> Iterator[Line]:
        """One after the other, so that a long file costs no more than a short one."""
        with io.TextIOWrapper(io.BytesIO(self.text), "utf-8", newline="") as stream:
            for row in csv.reader(stream):
                yield int(row[0]), row[1:]


def in_words(understood: str) -> str:
    """What `Table.understood` says, in the language spoken."""

    def said(part: str) -> str:
        if sheets := _SHEETS.fullmatch(part):
            return gettext("the first of {count} sheets").format(count=sheets[1])
        return gettext(part)

    return ", ".join(map(said, understood.split(", ")))


def read(data: bytes) -> Table:
    """Raises NotATable."""
    if not data.strip():
        raise NotATable(gettext("The file is empty."))
    if len(data) > MAX_BYTES:
        raise NotATable(
            gettext("The file is larger than {size} MB. Export only the columns needed.").format(
                size=MAX_BYTES // 1000000
            )
        )
    return _spreadsheet(data) if data.startswith(_SPREADSHEETS) else _csv(data)


def _spreadsheet(data: bytes) -> Table:
    # An empty environment: the process that meets strangers' files holds none of the program's keys.
    command = [sys.executable, "-I", GATE]
    try:
        ended = subprocess.run(command, input=data, capture_output=True, timeout=WALL_SECONDS, env={}, cwd="/")
    except subprocess.TimeoutExpired:
        raise NotATable(gettext(TOO_LARGE)) from None
    if ended.returncode < 0:  # ended by a limit
        too_large = -ended.returncode in (signal.SIGXCPU, signal.SIGKILL, signal.SIGABRT)
        raise NotATable(gettext(TOO_LARGE if too_large else UNREADABLE))
    if ended.returncode > 0:
        raise RuntimeError("The spreadsheet gate cannot run.")
    head, _, rows = ended.stdout.partition(b"\n")
    said = json.loads(head)
    if said["refused"] is not None:
        raise NotATable(gettext(said["refused"]))
    more = f", the first of {said['sheets']} sheets" if said["sheets"] > 1 else ""
    return Table(f"{SPREADSHEET}{more}", rows)


def _csv(data: bytes) -> Table:
    text, encoding = _decoded(data)
    if "\0" in text:
        raise NotATable(gettext("The file is neither a CSV file nor a spreadsheet. Export it as CSV or .xlsx."))
    delimiter = _delimiter(text)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, (line, cells) in enumerate(_parsed(text, delimiter), start=1):
        if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise NotATable(gettext(TOO_LARGE))
        writer.writerow([line, *cells])
    return Table(f"CSV, {encoding}, {DELIMITERS[delimiter]}", out.getvalue().encode())


def _decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding's name. What UTF-8 accepts is UTF-8: chance hardly ever fits."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data, codec), name
    # Without a mark, every second byte of a Western text in UTF-16 is nought.
    for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(data) > 3 and data[first:400:2].count(0) > len(data[first:400:2]) * 0.8:
            return _strictly(data, codec), "UTF-16"
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _strictly(data, "cp1252"), "Windows-1252"


def _strictly(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise NotATable(gettext("The letters of the file cannot be read. Save it as “CSV UTF-8” or .xlsx.")) from None


def _delimiter(text: str) -> str:
    """The sign that parts most of the first lines into the same number of cells, the more the better."""

    def evenness(delimiter: str) -> int:
        widths = [len(cells) for _, cells in zip(range(_SAMPLE), csv.reader(sample, delimiter=delimiter), strict=False)]
        usual = max(set(widths), key=widths.count)
        return (usual > 1) * widths.count(usual) * usual

    sample = io.StringIO(text, newline="").readlines(10_000)[:_SAMPLE]
    try:
        return max(DELIMITERS, key=evenness)
    except csv.Error:
        return ","


def _parsed(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True
    )  # or a stray mark swallows people
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise NotATable(
                gettext(
                    "In line {first} a quotation mark stands where none can. Take it away, or save the file "
                    "again from a spreadsheet."
                ).format(first=first)
            ) from None
        if reader.line_num - first >= MOST_LINES:
            raise NotATable(
                gettext(
                    "Line {first} opens a quotation mark that is not closed within {most} lines. Take "
                    "it away, or save the file again from a spreadsheet."
                ).format(first=first, most=MOST_LINES)
            )
        yield first, cells
