"""A school field on a summer's day, and what sports day puts on it."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from moderation.demo.camera import LANDSCAPE, snap, stand, warped
from moderation.demo.paint import SUGAR_PAPER, WHITE, Colour, Point, Size, chance, clouds, noise, picture, shaded

HORIZON = 0.40  # share of the height at which the field begins
GROUND: Size = (2900, 2000)  # the field from above
FINE = 2  # drawn larger, for smooth edges


def sports_day() -> bytes:
    """A photo (JPEG) of running lanes, cones, hoops and bunting; nobody and no writing is in it."""
    rng = chance("sports day")
    scene = field(LANDSCAPE, rng, lanes=True)
    for row, (y, height) in enumerate(((0.46, 64), (0.53, 112), (0.65, 196), (0.85, 336))):
        for side in (-1, 1):
            x = 0.5 + side * (0.10 + (y - HORIZON) * 0.72)
            cone = _cone(
                height, ((240, 116, 36), (44, 120, 204), (232, 60, 66), (250, 204, 50))[(row + (side > 0)) % 4]
            )
            _place(scene, cone, (x * scene.width, y * scene.height))
    _bunting(scene, (-60, 90), (1290, 40), 190)
    _bunting(scene, (1230, 36), (2470, 150), 170)
    return snap(scene, rng, light=1.02, warmth=0.25)


def field(size: Size, rng: np.random.Generator, lanes: bool = False) -> Image.Image:
    """Sky, trees and mown grass, with or without running lanes."""
    width, height = size
    level = round(height * HORIZON)
    scene = _sky(size, rng)
    _trees(scene, level, rng)
    grass = _ground(rng, lanes)
    edges = (
        (-0.01 * width, level),
        (1.01 * width, level),
        (width * 3.76, height * 1.15),
        (-width * 2.76, height * 1.15),
    )
    ground = warped(grass, edges, size)
    scene.paste(ground, (0, 0), ground)
    blades = 9 * noise(size, 1, rng)[..., 0] + 6 * clouds(size, (3, 9), rng)
    near = np.linspace(-HORIZON, 1 - HORIZON, height, dtype=np.float32).clip(0)[:, None] * 1.6
    return picture(np.asarray(scene, np.float32) + (blades * near)[..., None])


def _sky(size: Size, rng: np.random.Generator) -> Image.Image:
    width, height = size
    down = np.linspace(0, 1 / HORIZON, height, dtype=np.float32).clip(0, 1)[:, None, None]
    blue = np.array([92, 154, 214], np.float32) * (1 - down) + np.array([204, 226, 240], np.float32) * down
    puffs = sum(clouds(size, (round(width / n), round(width / n / 2.4)), rng) / n for n in (3, 6, 12, 24, 48)) * 2.2
    white = np.clip(puffs - 0.25, 0, 1)[..., None] * 0.85
    return picture(blue * (1 - white) + np.array([250, 250, 252], np.float32) * white)


def _trees(scene: Image.Image, level: int, rng: np.random.Generator) -> None:
    """A row of trees behind the field, each many small patches of leaves, lit from above left."""
    layer = Image.new("RGBA", scene.size)
    draw = ImageDraw.Draw(layer)
    unit = scene.width / 2400
    for x in np.arange(-60, 2500, 150):
        crown, wide = rng.uniform(150, 290), rng.uniform(110, 190)
        green = np.array([58, 100, 52]) * rng.uniform(0.8, 1.2) + rng.normal(0, 6, 3)
        for _ in range(420):
            angle, far = rng.uniform(0, 2 * math.pi), math.sqrt(rng.random())
            dx, dy = wide * far * math.cos(angle), crown / 2 * far * math.sin(angle)
            light = 0.92 - 0.30 * (dx / wide) * 0.5 - 0.42 * dy / crown * 2 * 0.6 + rng.normal(0, 0.12)
            red, g, blue = (int(v) for v in (green * light).clip(0, 255))
            px, py, r = (x + dx) * unit, level - (crown / 2 + 26 - dy) * unit, rng.uniform(8, 20) * unit
            draw.ellipse((px - r, py - r * 0.8, px + r, py + r * 0.8), fill=(red, g, blue, 255))
    hedge = round(52 * unit)
    draw.rectangle((0, level - hedge, scene.width, level + 2), fill=(52, 84, 46, 255))
    soft = layer.filter(ImageFilter.GaussianBlur(2.2 * unit))
    scene.paste(soft, (0, 0), soft)


def _ground(rng: np.random.Generator, lanes: bool) -> Image.Image:
    """The field from above: mown stripes, worn patches, lanes, hoops."""
    width, height = GROUND
    stripe = np.where((np.arange(height) // 100) % 2, 9, -9).astype(np.float32)[:, None]
    shade = (
        stripe + 5 * clouds(GROUND, (200, 200), rng) + 7 * clouds(GROUND, (9, 9), rng) + 5 * clouds(GROUND, (3, 3), rng)
    )
    sheet = picture(np.array([112, 158, 62], np.float32) + shade[..., None] * np.array([1.0, 1.0, 0.5], np.float32))
    if lanes:
        draw = ImageDraw.Draw(sheet)
        for lane in range(7):
            x = width / 2 + (lane - 3) * 62
            draw.line((x, 0, x, height), fill=WHITE, width=5)
        for x, y, colour in ((93, 1500, 1), (-31, 1300, 5), (31, 1010, 0), (-93, 1545, 6), (-155, 1180, 2)):
            middle = width / 2 + x
            draw.ellipse((middle - 27, y - 27, middle + 27, y + 27), outline=SUGAR_PAPER[colour], width=7)
    return sheet


def _cone(height: int, colour: Colour) -> Image.Image:
    """A sports cone with a white band on a flat foot, round because it is lit from the left; RGBA with a clear rim."""
    rim = height // 2
    wide = round(height * 0.86)
    y, x = np.mgrid[0:height, 0:wide].astype(np.float32)
    up = y / height
    half = wide * (0.05 + 0.30 * up)
    across = (x - wide / 2) / half
    light = 0.62 + 0.5 * np.sqrt(np.clip(1 - (across + 0.35) ** 2 / 1.9, 0, 1))
    band = ((up > 0.34) & (up < 0.58))[..., None]
    body = np.where(band, np.array(WHITE, np.float32), np.array(colour, np.float32)) * light[..., None]
    inside = np.clip((1 - np.abs(across)) * half, 0, 1) * 255
    shape = Image.new("RGBA", (wide + 2 * rim, height + 2 * rim))
    foot = (rim, rim + height * 0.84, rim + wide, rim + height * 1.06)
    ImageDraw.Draw(shape).ellipse(
        (foot[0], foot[1] + height * 0.03, foot[2], foot[3] + height * 0.03), fill=(*shaded(colour, 0.6), 255)
    )
    ImageDraw.Draw(shape).ellipse(foot, fill=(*shaded(colour, 0.9), 255))
    shape.paste(picture(body), (rim, rim), Image.fromarray(inside.astype(np.uint8)))
    return shape


def _place(scene: Image.Image, shape: Image.Image, foot: Point) -> None:
    """Stands a shape with a clear rim on the ground at `foot`."""
    rim_below = shape.height // 4
    at = (round(foot[0] - shape.width / 2), round(foot[1] - shape.height + rim_below))
    stand(scene, shape, at, height=shape.height // 18, depth=0.5)


def _bunting(scene: Image.Image, start: Point, end: Point, sag: float) -> None:
    """A string of coloured flags between two points outside or at the edge of the picture."""
    layer = Image.new("RGBA", (scene.width * FINE, 620 * FINE))
    draw = ImageDraw.Draw(layer)

    def string(t: float) -> Point:
        drop = sag * 4 * t * (1 - t)
        return (start[0] + (end[0] - start[0]) * t) * FINE, (start[1] + (end[1] - start[1]) * t + drop) * FINE

    draw.line([string(step / 80) for step in range(81)], fill=(244, 242, 236, 255), width=7 * FINE)
    for flag in range(10):
        left, right = string((flag + 0.1) / 10), string((flag + 0.9) / 10)
        middle = (left[0] + right[0]) / 2 + (flag % 3 - 1) * 10 * FINE, (left[1] + right[1]) / 2 + 168 * FINE
        colour = SUGAR_PAPER[(flag * 3) % len(SUGAR_PAPER)]
        draw.polygon([left, right, middle], fill=(*colour, 255))
        draw.polygon(
            [((left[0] + right[0]) / 2, (left[1] + right[1]) / 2), right, middle], fill=(*shaded(colour, 0.9), 255)
        )
    flags = layer.reduce(FINE)
    scene.paste(flags, (0, 0), flags)
