"""Places in a school that people are photographed in: the library, the hall, a plain backdrop."""

import numpy as np
from PIL import Image, ImageDraw

from moderation.demo.camera import Corners, warped
from moderation.demo.paint import SUGAR_PAPER, Colour, Size, clouds, paper, picture, shaded, wood

FLOOR: Colour = (206, 164, 112)
WALL: Colour = (232, 226, 208)
BACK_WALL = (0.33, 0.22, 0.67, 0.50)  # of the hall: left, top, right, bottom as shares of the picture
EYES = 0.43  # the camera's height, as a share of the picture's
NEAR = 9.0  # how many times larger the hall's near end looks than its far one


def backdrop(size: Size, rng: np.random.Generator) -> Image.Image:
    """The school photographer's mottled cloth, lighter behind the head."""
    width, height = size
    x, y = np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32)[:, None]
    glow = 1.14 - 0.5 * np.hypot(x - 0.5, (y - 0.4) * 0.9)
    mottled = 1 + 0.05 * clouds(size, (260, 260), rng) + 0.03 * clouds(size, (90, 90), rng)
    return picture(np.array([148, 164, 178], np.float32) * (glow * mottled)[..., None])


def library(size: Size, rng: np.random.Generator) -> Image.Image:
    """Shelves full of books from edge to edge."""
    width, height = size
    scene = paper(size, (120, 86, 58), rng)
    draw = ImageDraw.Draw(scene)
    shelf = 380
    for top in range(-90, height, shelf):
        draw.rectangle((0, top, width, top + shelf), fill=(74, 52, 38))
        x = 8.0
        while x < width:
            x += _book(draw, x, top + shelf - 34, rng) if rng.random() > 0.04 else rng.uniform(30, 90)
        draw.rectangle((0, top + shelf - 34, width, top + shelf), fill=(172, 128, 84))
    for x in range(round(width * 0.06), width, 1050):
        draw.rectangle((x, 0, x + 44, height), fill=(160, 118, 76))
    return scene


def _book(draw: ImageDraw.ImageDraw, left: float, foot: float, rng: np.random.Generator) -> float:
    """One spine; its thickness in pixels comes back."""
    thick, high = rng.uniform(24, 70), rng.uniform(210, 310)
    colour = shaded(SUGAR_PAPER[rng.integers(len(SUGAR_PAPER))], rng.uniform(0.45, 1.05))
    draw.rectangle((left, foot - high, left + thick - 3, foot), fill=colour)
    for share in (0.14, 0.8):
        y = foot - high * share
        draw.rectangle((left, y - 14, left + thick - 3, y), fill=shaded(colour, 1.5))
    return thick


def hall(size: Size, rng: np.random.Generator) -> Image.Image:
    """The school hall: wooden floor, windows on the left, wall bars on the right, a curtain at the far end."""
    left, top, right, bottom = (share * side for share, side in zip(BACK_WALL, size * 2, strict=True))
    far = ((left, top), (right, top), (right, bottom), (left, bottom))
    middle = (left + right) / 2, EYES * size[1]  # where all lines along the hall meet
    near = [(middle[0] + NEAR * (x - middle[0]), middle[1] + NEAR * (y - middle[1])) for x, y in far]
    planks = wood((1600, 2600), FLOOR, rng).rotate(90, expand=True)
    sides: list[tuple[Image.Image, Corners]] = [
        (_ceiling(rng), (near[0], near[1], far[1], far[0])),
        (planks, (far[3], far[2], near[2], near[3])),
        (_windows(rng), (near[0], far[0], far[3], near[3])),
        (_bars(rng), (far[1], near[1], near[2], far[2])),
        (_far_wall(rng), far),
    ]
    scene = Image.new("RGB", size, WALL)
    for sheet, corners in sides:
        seen = warped(sheet, corners, size)
        scene.paste(seen, (0, 0), seen)
    return scene


def _ceiling(rng: np.random.Generator) -> Image.Image:
    sheet = paper((1600, 1600), shaded(WALL, 0.98), rng)
    draw = ImageDraw.Draw(sheet)
    for y in range(100, 1600, 250):
        for x in (330, 1010):
            draw.rectangle((x, y, x + 260, y + 120), fill=(254, 254, 250), outline=(206, 204, 196), width=6)
    return sheet


def _windows(rng: np.random.Generator) -> Image.Image:
    sheet = paper((1600, 1000), WALL, rng)
    draw = ImageDraw.Draw(sheet)
    for x in range(80, 1600, 390):
        draw.rectangle((x, 120, x + 290, 620), fill=(252, 250, 244))
        for column in range(2):
            for row in range(3):
                pane = (x + 14 + column * 136, 134 + row * 160, x + 140 + column * 136, 284 + row * 160)
                draw.rectangle(pane, fill=((214, 234, 248), (196, 226, 238), (176, 208, 168))[row])
    draw.rectangle((0, 940, 1600, 1000), fill=(150, 120, 90))
    return sheet


def _bars(rng: np.random.Generator) -> Image.Image:
    sheet = paper((1600, 1000), shaded(WALL, 0.96), rng)
    draw = ImageDraw.Draw(sheet)
    for x in range(120, 1500, 360):
        for y in range(220, 900, 52):
            draw.rectangle((x, y, x + 300, y + 16), fill=(190, 140, 84))
        for post in (x, x + 142, x + 284):
            draw.rectangle((post, 200, post + 20, 940), fill=(164, 116, 68))
    draw.rectangle((0, 940, 1600, 1000), fill=(150, 120, 90))
    return sheet


def _far_wall(rng: np.random.Generator) -> Image.Image:
    """A stage curtain between two displays."""
    sheet = paper((1600, 1000), shaded(WALL, 1.02), rng)
    draw = ImageDraw.Draw(sheet)
    for x in range(470, 1130, 6):
        fold = 0.8 + 0.25 * np.sin(x / 13) + 0.06 * np.sin(x / 5)
        draw.rectangle((x, 130, x + 6, 860), fill=shaded((150, 44, 58), float(fold)))
    draw.rectangle((450, 96, 1150, 150), fill=(116, 30, 44))
    draw.rectangle((430, 860, 1170, 940), fill=(140, 98, 62))
    for left in (70, 1210):
        draw.rectangle((left, 250, left + 320, 640), fill=(196, 158, 104))
        draw.rectangle((left + 10, 260, left + 310, 630), fill=(74, 128, 156))
        for place in range(9):
            x, y = left + 32 + place % 3 * 92, 284 + place // 3 * 116
            draw.rectangle((x, y, x + 72, y + 92), fill=SUGAR_PAPER[rng.integers(len(SUGAR_PAPER))])
            draw.rectangle((x + 8, y + 8, x + 64, y + 84), fill=(246, 244, 238))
    draw.rectangle((0, 960, 1600, 1000), fill=(150, 120, 90))
    return sheet
