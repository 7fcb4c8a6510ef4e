"""Sheets of paper: a signed statement as a PDF, and the letters that every PDF is printed with."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "DejaVu Sans"  # Latin of every language, Greek, Cyrillic; its licence stands beside it
_FONT_FILE = Path(__file__).parents[1] / "fonts" / "DejaVuSans.ttf"
_MARGIN = 72  # points
_NO_LETTER = "□"  # stands where the font has no letter


@dataclass(frozen=True)
class Statement:
    """What somebody signed: everything that is printed."""

    school: str
    version: int
    sha256: str  # of the policy's text
    holds_from: date
    name: str
    signed_on: date


@cache
def font() -> TTFont:
    font = TTFont(FONT, str(_FONT_FILE))
    pdfmetrics.registerFont(font)
    return font


def printable(text: str) -> str:
    """The same text with a box for each letter that the font does not have."""
    letters = font().face.charToGlyph
    return "".join(letter if ord(letter) in letters else _NO_LETTER for letter in text)


def exact(text: str) -> str:
    """The same text with the number in Unicode of each letter that the font does not have: nothing is lost."""
    letters = font().face.charToGlyph
    return "".join(letter if letter == "\n" or ord(letter) in letters else f"[U+{ord(letter):04X}]" for letter in text)


def statement(said: Statement) -> bytes:
    """One page of A4, in English whatever its reader speaks: a record. The same statement makes the same bytes."""
    out = BytesIO()
    font()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle("Signed statement")
    canvas.setAuthor("")
    lines: list[tuple[int, str]] = [
        (11, said.school),
        (18, "Social media policy: signed statement"),
        (11, "I have read the school’s social media policy, I understand it, and I will keep to it."),
        (11, f"Version: {said.version}, which holds from {said.holds_from:%-d %B %Y}"),
        (11, f"SHA-256 of its text: {said.sha256}"),
        (11, f"Name: {said.name}"),
        (11, f"Signed on: {said.signed_on:%-d %B %Y}"),
    ]
    top = A4[1] - _MARGIN
    for size, text in lines:
        canvas.setFont(FONT, size)
        for line in simpleSplit(printable(text), FONT, size, A4[0] - 2 * _MARGIN):
            canvas.drawString(_MARGIN, top, line)
            top -= size * 1.5
        top -= size
    canvas.save()
    return out.getvalue()
