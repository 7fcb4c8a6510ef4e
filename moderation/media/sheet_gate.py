"""The gate for spreadsheets: reads one in a process of its own and hands back its cells as text.

Run as a program by `tables.read`: the file on stdin; on stdout a line of JSON, {"refused": null or a sentence,
"sheets": how many}, then its rows as CSV in UTF-8, each beginning with its line in the sheet. A small file can unfold
into more than the machine has: here that ends this process and nothing else.
"""

import csv
import datetime
import io
import json
import resource
import sys
from typing import Final

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200
MEMORY: Final = 1 << 30  # bytes of address space, libraries included
CPU_SECONDS: Final = 30


def N_(sentence: str) -> str:  # noqa: N802 (as in rules/language.py, which this process does not load)
    """Only marks it: `tables.read` says it."""
    return sentence


UNREADABLE = N_("The file cannot be opened as a spreadsheet. Save it as .xlsx or CSV again, without a password.")
EMPTY = N_("The spreadsheet is empty.")
TOO_LARGE = N_("It has more than 100,000 rows or 200 columns. Export only the people and columns needed.")


def as_text(cell: object) -> str:
    """A cell as a school would type it: 1234 for a number that is whole, no time of day for a plain date."""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)


def unfolded(data: bytes) -> tuple[str | None, int, bytes]:
    """The sentence of refusal or None, the number of sheets, the first sheet that holds something."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for about in book.sheets_metadata:
        if about.visible is not SheetVisibleEnum.Visible or about.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            return TOO_LARGE, 0, b""
        if not sheet.total_height:
            continue
        for line, cells in enumerate(sheet.iter_rows(), start=1):
            writer.writerow([line, *map(as_text, cells)])
        return None, len(book.sheet_names), out.getvalue().encode()
    return EMPTY, 0, b""


def answer(data: bytes) -> tuple[str | None, int, bytes]:
    try:
        return unfolded(data)
    except BaseException:  # noqa: BLE001  the reader may panic, which Python sees as no ordinary exception
        return UNREADABLE, 0, b""


def main() -> None:
    data = sys.stdin.buffer.read()
    for what, most in (
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
    ):
        resource.setrlimit(what, (most, most))
    refused, sheets, rows = answer(data)
    sys.stdout.buffer.write(json.dumps({"refused": refused, "sheets": sheets}).encode() + b"\n" + rows)


if __name__ == "__main__":
    main()
