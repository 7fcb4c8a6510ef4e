"""Parses what the covering page sends: ticked places, and boxes in hundredths of the photo."""

import math
from collections.abc import Mapping

from moderation.rules.blocks import Block
from moderation.rules.language import N_, gettext
from moderation.services.covering import MOST_BOXES, Wish
from moderation.services.work import Mistake
from moderation.web.forms import Form, parse_ids

# Of one box: the field's name, what the page calls it, and what a first typing finds in it.
FIELDS: Mapping[str, str] = {
    "left": N_("From the left, %"),
    "top": N_("From the top, %"),
    "width": N_("Width, %"),
    "height": N_("Height, %"),
    "angle": N_("Turned, degrees"),
}
BLANK = ("",) * len(FIELDS)
LARGEST = 1000.0  # per cent or degrees: whatever is larger is a slip


def typed_boxes(form: Form) -> list[tuple[str, ...]]:
    """Each box as typed, without those that were left empty."""
    columns = [form.getlist(name)[:MOST_BOXES] for name in FIELDS]
    rows = zip(*columns, strict=False)
    return [row for row in (tuple(text.strip() for text in row) for row in rows) if any(row[:4])]


def parse_wish(form: Form, width: int, height: int) -> Wish:
    """`finding` of each ticked place, a box for each five fields, `fill`. Raises Mistake with the box's number."""
    own = tuple(_block(number, row, width, height) for number, row in enumerate(typed_boxes(form), 1))
    return Wish(parse_ids(form, "finding"), own, form.get("fill") == "sticker")


def _block(number: int, row: tuple[str, ...], width: int, height: int) -> Block:
    left, top, across, down = (_number(number, text) for text in row[:4])
    angle = _number(number, row[4] or "0")
    if across <= 0 or down <= 0:
        raise Mistake(
            gettext("Box {number}: its width and its height have to be more than nothing.").format(number=number)
        )
    return Block(left * width / 100, top * height / 100, across * width / 100, down * height / 100, angle)


def _number(number: int, text: str) -> float:
    try:
        value = float(text.rstrip("%°").replace(",", "."))
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST:
        raise Mistake(
            gettext(
                "Box {number}: fill in how far from the left and the top, how wide and how high, as numbers."
            ).format(number=number)
        )
    return value
