"""The logo of the demonstration school: an oak on a field, on a shield."""

import io

from PIL import Image, ImageDraw

from moderation.demo.paint import Colour, Lettering, font

COLOUR = "#1b3f6e"  # the school's own
FINE = 4  # drawn this many times larger, for smooth lines
SIZE = (520, 192)
WHITE: Colour = (255, 255, 255)
BLUE: Colour = (27, 63, 110)
LEAVES: Colour = (58, 133, 82)
FIELD: Colour = (240, 188, 66)


def crest(name: str) -> bytes:
    """A PNG of the crest and the school's name beside it."""
    image = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE), WHITE)
    draw = ImageDraw.Draw(image)

    def round_at(x: float, y: float, radius: float, colour: Colour) -> None:
        draw.ellipse(tuple(FINE * side for side in (x - radius, y - radius, x + radius, y + radius)), fill=colour)

    draw.polygon([(FINE * x, FINE * y) for x, y in ((12, 10), (156, 10), (156, 104), (84, 184), (12, 104))], fill=BLUE)
    draw.polygon([(FINE * x, FINE * y) for x, y in ((32, 122), (136, 122), (84, 178))], fill=FIELD)
    draw.rectangle((77 * FINE, 84 * FINE, 91 * FINE, 130 * FINE), fill=WHITE)
    for x, y, radius in ((84, 52, 30), (58, 70, 24), (110, 70, 24), (84, 78, 24)):
        round_at(x, y, radius, LEAVES)
    first, _, rest = name.partition(" ")
    draw.text((186 * FINE, 92 * FINE), first, font=font(Lettering.SERIF_BOLD, 88 * FINE), fill=BLUE, anchor="ls")
    draw.text((188 * FINE, 158 * FINE), rest, font=font(Lettering.SERIF, 58 * FINE), fill=BLUE, anchor="ls")
    out = io.BytesIO()
    image.reduce(FINE).save(out, "PNG")
    return out.getvalue()
