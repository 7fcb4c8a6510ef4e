"""A certificate pinned to a display board, with or without a name on it."""

import math

import numpy as np
from PIL import Image, ImageDraw

from moderation.demo.camera import LANDSCAPE, lay, snap, tilted
from moderation.demo.paint import SUGAR_PAPER, Colour, Lettering, Point, Size, chance, fitting, font, paper, shaded

SHEET: Size = (1754, 1240)  # A4 on its side
FINE = 2  # drawn this many times larger, for smooth lines
NAVY: Colour = (28, 48, 96)
GOLD: Colour = (201, 158, 62)
INK: Colour = (52, 50, 58)


def certificate(
    name: str | None, title: str = "Certificate of Achievement", reason: str = "for kindness to others"
) -> bytes:
    """A photo (JPEG) of a certificate with this name on it; None leaves its line empty."""
    rng = chance("certificate", name or "", title, reason)
    scene = board(LANDSCAPE, rng)
    corners = tilted((1200, 930), SHEET, rng.uniform(-3.2, 3.2), lean=0.035)
    lay(scene, _sheet(name, title, reason, rng), corners, height=22)
    for corner, colour in zip(corners[:2], SUGAR_PAPER[:2], strict=True):
        inwards = (1200 - corner[0]) * 0.03, (930 - corner[1]) * 0.045
        _pin(scene, (corner[0] + inwards[0], corner[1] + inwards[1]), colour)
    return snap(scene, rng, warmth=0.25)


def board(size: Size, rng: np.random.Generator) -> Image.Image:
    """A display board covered with blue paper, a scalloped border along its top."""
    scene = paper(size, (74, 128, 156), rng, roughness=1.6)
    strip = Image.new("RGBA", (size[0] * FINE, 150 * FINE))
    draw = ImageDraw.Draw(strip)
    draw.rectangle((0, 0, strip.width, 84 * FINE), fill=(244, 196, 84))
    for x in range(0, strip.width, 92 * FINE):
        draw.ellipse((x, 38 * FINE, x + 92 * FINE, 130 * FINE), fill=(244, 196, 84))
        draw.ellipse((x + 32 * FINE, 70 * FINE, x + 60 * FINE, 98 * FINE), fill=(226, 104, 74))
    top = ((0.0, -24.0), (float(size[0]), 6.0), (float(size[0]), 156.0), (0.0, 126.0))
    lay(scene, strip.reduce(FINE), top, height=10)
    return scene


def _sheet(name: str | None, title: str, reason: str, rng: np.random.Generator) -> Image.Image:
    large = (SHEET[0] * FINE, SHEET[1] * FINE)
    sheet = paper(SHEET, (250, 245, 230), rng).resize(large)
    draw = ImageDraw.Draw(sheet)
    _border(draw, large)
    middle = large[0] / 2

    def line(text: str, y: float, lettering: Lettering, size: float, ink: Colour) -> None:
        fits = fitting(text, lettering, size * FINE, large[0] * 0.74)
        draw.text((middle, y * FINE), text, font=fits, fill=ink, anchor="ms")

    line(title, 330, Lettering.SERIF_BOLD_ITALIC, 136, NAVY)
    _flourish(draw, (middle, 400 * FINE))
    line("This certificate is awarded to", 506, Lettering.SERIF_ITALIC, 54, INK)
    if name:
        line(name, 658, Lettering.SERIF_BOLD, 124, (126, 36, 44))
    draw.line((middle - 560 * FINE, 690 * FINE, middle + 560 * FINE, 690 * FINE), fill=GOLD, width=3 * FINE)
    line(reason, 794, Lettering.SERIF_ITALIC, 70, INK)
    for x, below in ((430, "Date"), (SHEET[0] - 430, "Head teacher")):
        draw.line(((x - 170) * FINE, 1030 * FINE, (x + 170) * FINE, 1030 * FINE), fill=INK, width=2 * FINE)
        draw.text((x * FINE, 1074 * FINE), below, font=font(Lettering.SERIF, 36 * FINE), fill=INK, anchor="ms")
    _seal(draw, (middle, 972 * FINE), 88 * FINE)
    return sheet.reduce(FINE)


def _border(draw: ImageDraw.ImageDraw, size: Size) -> None:
    """Two frames and, between them, a braid of fine lines like on a bank note."""
    width, height = size
    for inset, colour, thick in ((40, NAVY, 10), (58, GOLD, 4), (126, GOLD, 4), (140, NAVY, 3)):
        gap = inset * FINE
        draw.rectangle((gap, gap, width - gap, height - gap), outline=colour, width=thick * FINE)
    inset, swing = 92 * FINE, 27 * FINE
    across, down = width - 2 * inset, height - 2 * inset
    for strand in range(6):
        colour = shaded(NAVY, 1.6) if strand % 2 else GOLD
        for length, upright in ((across, False), (down, True)):
            waves = 2 * math.pi * round(length / (120 * FINE)) / length
            wave = [(s, swing * math.sin(waves * s + strand * math.pi / 3)) for s in range(0, length + 1, 4)]
            for far in (inset, (width if upright else height) - inset):
                run = [(far + o, inset + s) if upright else (inset + s, far + o) for s, o in wave]
                draw.line(run, fill=colour, width=FINE + 1)
    for x in (inset, width - inset):
        for y in (inset, height - inset):
            _rosette(draw, (x, y), 52 * FINE)


def _rosette(draw: ImageDraw.ImageDraw, centre: Point, radius: float) -> None:
    draw.ellipse(_round(centre, radius), fill=(250, 245, 230), outline=NAVY, width=3 * FINE)
    for petal in range(12):
        angle = petal * math.pi / 6
        inner = (centre[0] + radius * 0.45 * math.cos(angle), centre[1] + radius * 0.45 * math.sin(angle))
        draw.ellipse(_round(inner, radius * 0.4), outline=GOLD, width=FINE + 1)
    draw.ellipse(_round(centre, radius * 0.16), fill=NAVY)


def _flourish(draw: ImageDraw.ImageDraw, centre: Point) -> None:
    x, y = centre
    for side in (-1, 1):
        run = [(x + side * (40 + t * 5) * FINE, y + 14 * FINE * math.sin(t / 12) * (1 - t / 76)) for t in range(77)]
        draw.line(run, fill=GOLD, width=4 * FINE, joint="curve")
    draw.regular_polygon((x, y, 20 * FINE), 4, fill=GOLD)


def _seal(draw: ImageDraw.ImageDraw, centre: Point, radius: float) -> None:
    """A gold seal with a star, on two ribbons."""
    x, y = centre
    for side in (-1, 1):
        ends = [
            (x + side * a * radius, y + b * radius)
            for a, b in ((0.1, 0.6), (0.75, 0.5), (0.95, 1.75), (0.6, 1.5), (0.4, 1.85))
        ]
        draw.polygon(ends, fill=(158, 40, 52) if side < 0 else (182, 52, 62))
    teeth = [
        (
            x + math.cos(i * math.pi / 24) * radius * (1 if i % 2 else 0.91),
            y + math.sin(i * math.pi / 24) * radius * (1 if i % 2 else 0.91),
        )
        for i in range(48)
    ]
    draw.polygon(teeth, fill=GOLD)
    for share, light in ((0.82, 0.86), (0.78, 1.18), (0.66, 0.9), (0.63, 1.08)):
        draw.ellipse(_round(centre, radius * share), fill=shaded(GOLD, light))
    star = [
        (
            x + math.sin(i * math.pi / 5) * radius * (0.24 if i % 2 else 0.54),
            y - math.cos(i * math.pi / 5) * radius * (0.24 if i % 2 else 0.54),
        )
        for i in range(10)
    ]
    draw.polygon(star, fill=shaded(GOLD, 0.72))


def _pin(scene: Image.Image, at: Point, colour: Colour) -> None:
    tile = Image.new("RGBA", (240, 240))
    draw = ImageDraw.Draw(tile)
    for radius, light, shift in ((68, 0.7, 0), (62, 0.95, -3), (38, 0.8, -6), (34, 1.15, -10)):
        draw.ellipse(_round((120 + shift, 120 + shift), radius), fill=shaded(colour, light))
    draw.ellipse(_round((96, 94), 9), fill=(255, 255, 255, 200))
    lay(scene, tile.reduce(4), tilted(at, (60, 60), 0), height=12)


def _round(centre: Point, radius: float) -> tuple[float, float, float, float]:
    return centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius
