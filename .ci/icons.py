"""Draws icon-192.png, icon-512.png and icon-maskable.png from the lines of static/icon.svg: python .ci/icons.py"""

from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).parents[1] / "static"
GREEN = "#14532d"
FINER = 4  # drawn so many times larger, then scaled down: smooth edges
SIDE = 32  # of the drawing, in its own units
STROKE = 2.2
POST = ((0, 20), (0, 3), (3, 0), (6, 3), (6, 20))
LINES = (
    tuple((8 + x, 6 + y) for x, y in POST),
    tuple((18 + x, 6 + y) for x, y in POST),
    ((6, 13), (26, 13)),
    ((6, 20), (26, 20)),
)


def icon(pixels: int, maskable: bool = False) -> Image.Image:
    """The gate on its green plate; `maskable`: on green alone, small enough for every shape that a phone cuts out."""
    size = pixels * FINER
    image = Image.new("RGBA", (size, size), GREEN if maskable else (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    unit = size / SIDE
    if not maskable:
        draw.rounded_rectangle((0, 0, size - 1, size - 1), 7 * unit, GREEN)
    shrink = 0.72 if maskable else 1.0
    for line in LINES:
        points = [tuple((SIDE / 2 + (one - SIDE / 2) * shrink) * unit for one in point) for point in line]
        draw.line(points, "white", round(STROKE * shrink * unit), "curve")
    return image.resize((pixels, pixels), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    for name, made in (("192", icon(192)), ("512", icon(512)), ("maskable", icon(512, maskable=True))):
        made.save(STATIC / f"icon-{name}.png", optimize=True)
