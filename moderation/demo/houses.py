"""A child's picture of a Tudor house: timber frame, steep roof, lattice windows."""

import numpy as np
from PIL import Image, ImageDraw

from moderation.demo.paint import WHITE, Colour, Point, Size, clouds, picture, shaded, wobbly

SHEET: Size = (520, 600)
FINE = 2  # drawn larger, for smooth edges
TIMBER: Colour = (62, 42, 32)
ROOFS: tuple[Colour, ...] = ((158, 74, 52), (196, 150, 84), (112, 84, 70))
WALLS: tuple[Colour, ...] = ((250, 246, 232), (252, 236, 196), (244, 226, 214))
SKIES: tuple[Colour, ...] = ((206, 230, 244), (226, 238, 248), (250, 232, 206))


class _Crayon:
    """Draws shapes with unsteady edges; all measures are those of SHEET."""

    def __init__(self, sheet: Image.Image, rng: np.random.Generator) -> None:
        self._draw, self._rng = ImageDraw.Draw(sheet), rng

    def shape(self, points: list[Point], fill: Colour) -> None:
        self._draw.polygon([(x * FINE, y * FINE) for x, y in wobbly(points, self._rng, 2.0)], fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def beam(self, start: Point, end: Point, width: float = 13) -> None:
        (a, b), (c, d) = wobbly([start, end], self._rng, 2.0)
        self._draw.line((a * FINE, b * FINE, c * FINE, d * FINE), fill=TIMBER, width=round(width * FINE))

    def spot(self, x: float, y: float, radius: float, fill: Colour) -> None:
        x, y = wobbly([(x, y)], self._rng, 2.0)[0]
        self._draw.ellipse(tuple(v * FINE for v in (x - radius, y - radius, x + radius, y + radius)), fill=fill)


def tudor_house(rng: np.random.Generator) -> Image.Image:
    """One sheet (SHEET, RGB); every call with the same generator gives another house."""
    roof, wall, sky = (colours[rng.integers(len(colours))] for colours in (ROOFS, WALLS, SKIES))
    sheet = Image.new("RGB", (SHEET[0] * FINE, SHEET[1] * FINE), WHITE)
    crayon = _Crayon(sheet, rng)
    crayon.box(18, 18, 502, 470, sky)
    crayon.box(18, 462, 502, 582, (122, 172, 88))
    if rng.random() < 0.6:
        crayon.spot(rng.choice([78, 440]), 84, 38, (250, 206, 72))
    crayon.box(352, 70, 398, 200, (150, 70, 56))  # the chimney
    crayon.box(104, 330, 416, 520, wall)
    crayon.box(80, 200, 440, 340, shaded(wall, 1.02))  # the upper floor juts out
    _roof(crayon, roof)
    _timbers(crayon, rng)
    _openings(crayon, rng)
    for _ in range(9):
        crayon.spot(
            rng.uniform(34, 486), rng.uniform(532, 568), 7, (226, 88, 110) if rng.random() < 0.5 else (250, 214, 90)
        )
    strokes = 7 * clouds(sheet.size, (6, 60), rng) + 4 * clouds(sheet.size, (3, 3), rng)
    return picture(np.asarray(sheet, np.float32) + strokes[..., None]).reduce(FINE)


def _roof(crayon: _Crayon, colour: Colour) -> None:
    crayon.shape([(52, 208), (134, 78), (386, 78), (468, 208)], colour)
    for row in range(4):
        y = 104 + row * 28
        edge = 134 - (y - 78) * 0.63
        x = edge
        while x < 520 - edge - 20:
            crayon.spot(x + 14, y, 11, shaded(colour, 0.84 if row % 2 else 1.14))
            x += 28


def _timbers(crayon: _Crayon, rng: np.random.Generator) -> None:
    for y, left, right in ((204, 78, 442), (338, 78, 442), (518, 102, 418)):
        crayon.beam((left, y), (right, y), 16)
    posts = [80, 170, 260, 350, 440]
    for x in posts:
        crayon.beam((x, 204), (x, 338))
    for x in (104, 210, 310, 416):
        crayon.beam((x, 338), (x, 518))
    style = rng.integers(3)
    for left, right in ((posts[0], posts[1]), (posts[3], posts[4])):
        if style == 0:
            crayon.beam((left, 210), (right, 332), 10)
            crayon.beam((left, 332), (right, 210), 10)
        elif style == 1:
            crayon.beam((left, 332), ((left + right) / 2, 210), 10)
            crayon.beam(((left + right) / 2, 210), (right, 332), 10)
        else:
            for step in (1, 2, 3):
                middle = left + (right - left) * step / 4
                crayon.beam((middle, 204), (middle, 338), 8)


def _openings(crayon: _Crayon, rng: np.random.Generator) -> None:
    glass = ((150, 200, 222), (250, 226, 130))[rng.integers(2)]
    for left, top, wide, high in ((184, 232, 64, 76), (272, 232, 64, 76), (124, 374, 68, 82), (330, 374, 68, 82)):
        crayon.box(left, top, left + wide, top + high, glass)
        for step in range(4):
            crayon.beam((left + wide * step / 3, top), (left + wide * step / 3, top + high), 4)
            crayon.beam((left, top + high * step / 3), (left + wide, top + high * step / 3), 4)
    crayon.box(226, 396, 294, 518, (136, 88, 52))
    crayon.spot(260, 398, 34, (136, 88, 52))
    crayon.spot(280, 462, 5, (240, 206, 96))
