"""An evidence pack as sheets of paper: its JSON in sentences and tables, the audit trail's head on every page."""

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from io import BytesIO
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from moderation.media import paper

_MARGIN = 50  # points
_WIDTH = A4[0] - 2 * _MARGIN
_NORMAL = ParagraphStyle("normal", fontName=paper.FONT, fontSize=8, leading=11)
_TITLE = ParagraphStyle("title", parent=_NORMAL, fontSize=18, leading=24)
_HEADING = ParagraphStyle(
    "heading", parent=_NORMAL, fontSize=12, leading=16, spaceBefore=12, spaceAfter=4, keepWithNext=1
)
_LINES = TableStyle(
    [("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    + [(side, (0, 0), (-1, -1), 3) for side in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")]
)
_EXPLAINED = (
    "Check this pack with: gatepost audit verify FILE. Every field of its JSON has a seal of its own, made with the "
    "school’s key. Compare the fingerprint below with the one that the school tells you. Each row of the audit trail "
    "is printed with its hash, which can be reckoned again from the row and the hash before it. Rows about other "
    "posts are left out; the head below stands for all of them. Letters that this font does not have are given by "
    "their numbers in Unicode, like [U+4E2D]."
)
Fields = dict[str, Any]


def pack(evidence: Fields, fingerprint: str, zone: tzinfo) -> bytes:
    """A4 pages. `evidence`: as it is sealed; `fingerprint`: of the school's key. The same makes the same bytes."""
    paper.font()
    out, told = BytesIO(), _Told(zone)
    head = evidence["audit"]["head"]
    lines = (
        f"Head of the audit trail: row {head['number']} of {told.at(head['at'])}, {head['hash']}",
        f"Fingerprint of the school’s key: {fingerprint}",
    )

    def foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont(paper.FONT, 6.5)
        for number, line in enumerate((*lines, f"Page {document.page}")):
            canvas.drawString(_MARGIN, 40 - number * 9, line)

    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=60, invariant=1,
        title=f"Evidence on post {evidence['post']['number']}", author="",
    )  # fmt: skip
    document.build(_story(evidence, told), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


class _Told:
    """Values as people read them."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone

    def at(self, moment: str | None) -> str:
        return f"{datetime.fromisoformat(moment).astimezone(self.zone):%-d %B %Y, %H:%M:%S}" if moment else "–"

    def who(self, user: Fields | None, nobody: str = "–") -> str:
        return f"{user['name']}, {user['role']}" if user else nobody


def _story(evidence: Fields, told: _Told) -> list[Any]:
    post, made = evidence["post"], evidence["made"]
    story: list[Any] = [
        _text(evidence["school"], _NORMAL),
        _text(f"Evidence on post {post['number']}", _TITLE),
        _text(f"Made {told.at(made['at'])} by {told.who(made['by'])}.", _NORMAL),
        _text(f"Written by {told.who(post['author'])}. Now {post['state']}, since {told.at(post['since'])}.", _NORMAL),
        Spacer(1, 6),
        _text(_EXPLAINED, _NORMAL),
    ]
    for title, heads, widths, rows in _tables(evidence, told):
        story.append(_text(title, _HEADING))
        story.append(_table(heads, widths, rows) if rows else _text("None.", _NORMAL))
    return story


Row = tuple[object, ...]
# A field of the evidence as it stands, or said as people read it.
Cell = str | Callable[[Fields, _Told], object]


def _at(name: str) -> Cell:
    return lambda one, told: told.at(one[name])


def _by(name: str = "by", nobody: str = "–") -> Cell:
    return lambda one, told: told.who(one[name], nobody)


# By the field that holds the rows: the heading, then each column with its share of the width.
_SECTIONS: dict[str, tuple[str, tuple[tuple[str, int, Cell], ...]]] = {
    "accounts": ("Accounts", (
        ("Number", 1, "number"), ("Account", 6, lambda one, _: f"{one['network']}: {one['handle']}"),
    )),
    "pictures": ("Pictures", (
        ("Number", 1, "number"), ("SHA-256", 4, "sha256"), ("Alternative text", 4, "alt_text"),
        ("What became of it", 2, lambda one, _: "taken out" if one["taken_out"] else "in the post"),
    )),
    "versions": ("Versions", (("At", 2, _at("at")), ("Digest", 4, "digest"), ("Words", 5, "words"))),
    "checks": ("Checks", (
        ("Number", 1, "number"), ("Of", 2, "of"), ("Engines", 5, "engine"),
        ("List, roll", 1, lambda one, _: f"{one['list_version']}, {one['roll_version']}"), ("Ended", 3, _at("ended")),
    )),
    "findings": ("Findings", (
        ("Check", 3, "check"), ("What", 6, lambda one, _: f"{one['kind']} ({one['severity']})"),
        ("Box", 5, lambda one, _: ", ".join(map(str, one["box"] or ()))),
        ("Score", 3, lambda one, _: None if one["score"] is None else f"{one['score']:.2f}"),
        ("Settled", 4, "settled"), ("Why", 8, "reason"),
        ("By", 8, lambda one, told: f"{told.who(one['by'])}, {told.at(one['at'])}" if one["by"] else None),
    )),
    "approvals": ("Approvals", (
        ("At", 3, _at("at")), ("By", 3, _by()), ("As", 3, lambda one, _: ", ".join(one["as"])), ("Digest", 5, "digest"),
        ("Void", 2, _at("void")),
    )),
    "publications": ("Publications", (
        ("Account", 2, "account"), ("At", 4, _at("at")), ("By", 5, _by()), ("Link", 9, "link"),
    )),
    "compared": ("What is live, compared with what was approved", (
        ("Account", 2, "account"), ("At", 4, _at("at")), ("How", 3, "how"), ("Result", 3, "result"),
        ("Settled", 5, "reason"),
    )),
    "takedowns": ("Takedowns", (
        ("Opened", 3, _at("opened")), ("Why", 4, lambda one, _: one["said"] or one["reason"]), ("End", 2, "end"),
        ("At", 3, _at("ended")), ("What shows it", 4, "proof"),
    )),
    "people": ("Who is in it, and what permits it on {on}", (
        ("Register", 3, "register"), ("Account", 2, "account"), ("Answer", 3, "said"), ("Permission", 5, "rests on"),
    )),
    "audit": ("Rows of the audit trail", (
        ("Row", 1, "number"), ("At", 3, _at("at")), ("By", 3, _by(nobody="Gatepost")), ("What", 3, "action"),
        ("Hash", 6, "hash"),
    )),
}  # fmt: skip


def _tables(evidence: Fields, told: _Told) -> Iterator[tuple[str, Row, tuple[int, ...], list[Row]]]:
    """(heading, heads of the columns, shares of the width, rows)."""
    words, people = evidence["post"]["words"], evidence["people"]
    yield "Words as they go out now", ("",), (1,), [(words,)] if words else []
    answers = [_answer(person, answer) for person in people["tagged"] for answer in person["answers"]]
    held = evidence | {"people": answers, "audit": evidence["audit"]["rows"]}
    for name, (heading, columns) in _SECTIONS.items():
        heads, shares, cells = zip(*columns, strict=True)
        rows = [tuple(one[cell] if isinstance(cell, str) else cell(one, told) for cell in cells) for one in held[name]]
        yield heading.format(on=people["on"]), heads, shares, rows


def _answer(person: Fields, answer: Fields) -> Fields:
    permission = answer["permission"]
    until = f"until {permission['until']}" if permission and permission["until"] else "with no last day"
    rests = f"Number {permission['number']}, from {permission['from']}, {until}" if permission else "–"
    called = f"{person['person']}{', ' + person['name'] if person['name'] else ''}"
    return {"register": called, "account": answer["account"], "said": answer["said"], "rests on": rests}


def _text(text: object, style: ParagraphStyle) -> Paragraph:
    safe = paper.exact(str(text)).replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br/>")
    return Paragraph(safe, style)


def _table(heads: Row, widths: tuple[int, ...], rows: list[Row]) -> Table:
    cells = [[_text("–" if cell in (None, "") else cell, _NORMAL) for cell in row] for row in (heads, *rows)]
    if not any(heads):
        cells = cells[1:]
    shares = [_WIDTH * width / sum(widths) for width in widths]
    return Table(cells, colWidths=shares, repeatRows=1 if any(heads) else 0, style=_LINES, splitInRow=1)
