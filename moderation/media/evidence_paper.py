"""An evidence pack as sheets of paper: its JSON in sentences and tables, the audit trail's head on every page."""

from collections.abc import Callable, Iterable
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


def _tables(evidence: Fields, told: _Told) -> Iterable[tuple[str, Row, tuple[int, ...], list[Row]]]:
    """(heading, heads of the columns, shares of the width, rows)."""

    def rows(name: str, row: Callable[[Fields], Row]) -> list[Row]:
        return [row(one) for one in evidence[name]]

    yield "Words as they go out now", ("",), (1,), [(evidence["post"]["words"],)] if evidence["post"]["words"] else []
    yield "Accounts", ("Number", "Account"), (1, 6), rows(
        "accounts", lambda one: (one["number"], f"{one['network']}: {one['handle']}")
    )  # fmt: skip
    yield "Pictures", ("Number", "SHA-256", "Alternative text", "What became of it"), (1, 4, 4, 2), rows(
        "pictures",
        lambda one: (one["number"], one["sha256"], one["alt_text"], "taken out" if one["taken_out"] else "in the post"),
    )  # fmt: skip
    yield "Versions", ("At", "Digest", "Words"), (2, 4, 5), rows(
        "versions", lambda one: (told.at(one["at"]), one["digest"], one["words"])
    )  # fmt: skip
    yield "Checks", ("Number", "Of", "Engines", "List, roll", "Ended"), (1, 2, 5, 1, 3), rows(
        "checks",
        lambda one: (
            one["number"],
            one["of"],
            one["engine"],
            f"{one['list_version']}, {one['roll_version']}",
            told.at(one["ended"]),
        ),
    )  # fmt: skip
    yield "Findings", ("Check", "What", "Box", "Score", "Settled", "Why", "By"), (3, 6, 5, 3, 4, 8, 8), rows(
        "findings", lambda one: _finding(one, told)
    )  # fmt: skip
    yield "Approvals", ("At", "By", "As", "Digest", "Void"), (3, 3, 3, 5, 2), rows(
        "approvals",
        lambda one: (
            told.at(one["at"]),
            told.who(one["by"]),
            ", ".join(one["as"]),
            one["digest"],
            told.at(one["void"]),
        ),
    )  # fmt: skip
    yield "Publications", ("Account", "At", "By", "Link"), (2, 4, 5, 9), rows(
        "publications", lambda one: (one["account"], told.at(one["at"]), told.who(one["by"]), one["link"])
    )  # fmt: skip
    yield "What is live, compared with what was approved", ("Account", "At", "How", "Result", "Settled"), (
        2, 4, 3, 3, 5,
    ), rows(
        "compared",
        lambda one: (one["account"], told.at(one["at"]), one["how"], one["result"], one["reason"]),
    )  # fmt: skip
    yield "Takedowns", ("Opened", "Why", "End", "At", "What shows it"), (3, 4, 2, 3, 4), rows(
        "takedowns",
        lambda one: (
            told.at(one["opened"]),
            one["said"] or one["reason"],
            one["end"],
            told.at(one["ended"]),
            one["proof"],
        ),
    )  # fmt: skip
    people = evidence["people"]
    yield f"Who is in it, and what permits it on {people['on']}", ("Register", "Account", "Answer", "Permission"), (
        3, 2, 3, 5,
    ), [_answer(person, answer) for person in people["tagged"] for answer in person["answers"]]  # fmt: skip
    yield "Rows of the audit trail", ("Row", "At", "By", "What", "Hash"), (1, 3, 3, 3, 6), [
        (one["number"], told.at(one["at"]), told.who(one["by"], "Gatepost"), one["action"], one["hash"])
        for one in evidence["audit"]["rows"]
    ]  # fmt: skip


def _finding(one: Fields, told: _Told) -> Row:
    box = ", ".join(map(str, one["box"])) if one["box"] else "–"
    by = f"{told.who(one['by'])}, {told.at(one['at'])}" if one["by"] else "–"
    score = "–" if one["score"] is None else f"{one['score']:.2f}"
    return one["check"], f"{one['kind']} ({one['severity']})", box, score, one["settled"], one["reason"], by


def _answer(person: Fields, answer: Fields) -> Row:
    permission = answer["permission"]
    until = f"until {permission['until']}" if permission and permission["until"] else "with no last day"
    rests = f"Number {permission['number']}, from {permission['from']}, {until}" if permission else "–"
    called = f"{person['person']}{', ' + person['name'] if person['name'] else ''}"
    return called, answer["account"], answer["said"], rests


def _text(text: object, style: ParagraphStyle) -> Paragraph:
    safe = paper.exact(str(text)).replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br/>")
    return Paragraph(safe, style)


def _table(heads: Row, widths: tuple[int, ...], rows: list[Row]) -> Table:
    cells = [[_text("–" if cell in (None, "") else cell, _NORMAL) for cell in row] for row in (heads, *rows)]
    if not any(heads):
        cells = cells[1:]
    shares = [_WIDTH * width / sum(widths) for width in widths]
    return Table(cells, colWidths=shares, repeatRows=1 if any(heads) else 0, style=_LINES, splitInRow=1)
