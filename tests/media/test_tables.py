"""Files of any program are read as what they are, or refused with a sentence; a small one cannot fill the machine."""

import io
import zipfile
from collections.abc import Iterable

import pytest

from moderation.media import tables
from moderation.media.tables import NotATable

TEXT = 'Name;Class\r\nZoë;4B\r\n"O\'Brien; Ada";5C\r\n'
LINES = [(1, ["Name", "Class"]), (2, ["Zoë", "4B"]), (3, ["O'Brien; Ada", "5C"])]
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REFERENCES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def spreadsheet(*sheets: str, hidden: Iterable[int] = ()) -> bytes:
    """An .xlsx with these rows of XML on its sheets."""
    out = io.BytesIO()
    numbers = range(1, len(sheets) + 1)
    state = {n: ' state="hidden"' if n in hidden else "" for n in numbers}
    names = "".join(f'<sheet name="S{n}" sheetId="{n}"{state[n]} r:id="r{n}"/>' for n in numbers)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr("_rels/.rels", RELATIONS.format(RELATION.format("r1", "officeDocument", "xl/workbook.xml")))
        file.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{REFERENCES}"><sheets>{names}</sheets></workbook>'
        )
        parts = "".join(RELATION.format(f"r{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
        file.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(parts))
        for n, rows in zip(numbers, sheets, strict=True):
            sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
            file.writestr(f"xl/worksheets/sheet{n}.xml", sheet)
    return out.getvalue()


def cell(where: str, text: str) -> str:
    return f'<c r="{where}" t="inlineStr"><is><t>{text}</t></is></c>'


PEOPLE = (
    f'<row r="1">{cell("A1", "Number")}{cell("B1", "Name")}</row>'
    f'<row r="3"><c r="A3"><v>1234</v></c>{cell("B3", "0042")}</row>'
)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        *(("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")),
        *(("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")),
    ],
)
def test_every_usual_encoding_is_told_and_named(codec: str, name: str) -> None:
    table = tables.read(TEXT.encode(codec))
    assert list(table.lines()) == LINES
    assert table.understood == f"CSV, {name}, separated by semicolons"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_separator_is_told(delimiter: str) -> None:
    text = "Title of a report\nName|Class|Day\nAda|4B|1\nBo|4B|2\n".replace("|", delimiter)
    assert list(tables.read(text.encode()).lines())[2] == (3, ["Ada", "4B", "1"])


def test_lines_keep_their_number_round_line_breaks_in_a_cell() -> None:
    table = tables.read(b'Name,Address\nAda,"1 Long Street\nTown"\nBo,\n')
    assert [line for line, _ in table.lines()] == [1, 2, 4]


@pytest.mark.parametrize(
    "text", ['Name,Address\nAda,"1 Long\nBo,"2 Long"\nCy,3\n', 'Name\n"Ada\n', '"' + "Ada\n" * 50 + '"']
)
def test_a_quotation_mark_too_many_never_swallows_a_person(text: str) -> None:
    with pytest.raises(NotATable, match="quotation mark"):
        tables.read(text.encode())


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"\x89PNG\r\n\x1a\n\0\0", b"\x81\x8d\x8f", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]
)
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(NotATable):
        tables.read(data)


def test_a_spreadsheet_is_read_with_its_line_numbers_and_whole_numbers() -> None:
    table = tables.read(spreadsheet(PEOPLE))
    assert [line for line in table.lines() if any(line[1])] == [(1, ["Number", "Name"]), (3, ["1234", "0042"])]
    assert table.understood == "spreadsheet"


def test_hidden_and_empty_sheets_are_passed_over() -> None:
    table = tables.read(spreadsheet(PEOPLE.replace("Name", "Hidden"), "", PEOPLE, hidden=[1]))
    assert next(table.lines()) == (1, ["Number", "Name"])
    assert "first of 3 sheets" in table.understood


def test_a_small_spreadsheet_cannot_fill_the_machine() -> None:
    """A cell in the last corner stands for 17 billion empty ones."""
    corner = f'<row r="1">{cell("A1", "x")}</row><row r="1048576">{cell("XFD1048576", "x")}</row>'
    with pytest.raises(NotATable):
        tables.read(spreadsheet(corner))
