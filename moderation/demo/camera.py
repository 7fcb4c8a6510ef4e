"""Lays drawn sheets into a scene and takes the photo: perspective, shadows, light, grain, JPEG."""

import io
import math

import numpy as np
from PIL import Image, ImageFilter

from moderation.demo.paint import Point, Size, clouds, noise, picture

LANDSCAPE: Size = (2400, 1800)
UPRIGHT: Size = (1800, 2400)

Corners = tuple[Point, Point, Point, Point]  # top left, top right, bottom right, bottom left


def tilted(centre: Point, size: Size, degrees: float, lean: float = 0.0) -> Corners:
    """Where a sheet's corners come to lie, turned by `degrees`; `lean` is how much shorter its far (top) edge looks."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    half_width, half_height = size[0] / 2, size[1] / 2
    near, far = half_width * (1 + lean / 2), half_width * (1 - lean / 2)
    flat = ((-far, -half_height), (far, -half_height), (near, half_height), (-near, half_height))
    a, b, c, d = ((centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos) for x, y in flat)
    return a, b, c, d


def warped(sheet: Image.Image, corners: Corners, size: Size) -> Image.Image:
    """The sheet seen in perspective, its corners at `corners` of a transparent picture of `size`."""
    framed = Image.new("RGBA", (sheet.width + 4, sheet.height + 4))  # the clear rim makes soft edges
    framed.paste(sheet, (2, 2))
    right, bottom = sheet.width + 2, sheet.height + 2
    rows, sides = [], []
    for (x, y), (u, v) in zip(corners, ((2, 2), (right, 2), (right, bottom), (2, bottom)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        sides += [u, v]
    back = np.linalg.solve(np.array(rows), np.array(sides))
    return framed.transform(size, Image.Transform.PERSPECTIVE, tuple(back), Image.Resampling.BICUBIC)


def lay(scene: Image.Image, sheet: Image.Image, corners: Corners, height: int = 14) -> None:
    """Puts a sheet into the scene with its shadow; `height` is how far above the ground it lies, in pixels."""
    across, down = zip(*corners, strict=True)
    rim = 3 * height + 4
    left, top = math.floor(min(across)) - rim, math.floor(min(down)) - rim
    size = (math.ceil(max(across)) + rim - left, math.ceil(max(down)) + rim - top)
    a, b, c, d = ((x - left, y - top) for x, y in corners)
    stand(scene, warped(sheet, (a, b, c, d), size), (left, top), height)


def stand(scene: Image.Image, shape: Image.Image, at: tuple[int, int], height: int = 14, depth: float = 0.45) -> None:
    """Puts a shape (RGBA, with a clear rim wide enough for its shadow) into the scene, its top left corner at `at`.

    The light comes from above left; `depth` 0 to 1 is how much of it the shape keeps away.
    """
    outline = shape.getchannel("A")
    moved = Image.new("L", outline.reduce(4).size)  # a soft shadow needs no fine pixels
    moved.paste(outline.reduce(4), (height // 4, height // 3))
    soft = moved.filter(ImageFilter.GaussianBlur(max(1.0, height / 4))).resize(shape.size, Image.Resampling.BILINEAR)
    scene.paste((18, 16, 24), at, soft.point(lambda value: value * depth))
    scene.paste(shape, at, shape)


def snap(scene: Image.Image, rng: np.random.Generator, light: float = 1.0, warmth: float = 0.0) -> bytes:
    """A phone's photo of the scene as JPEG; `light` 1 is full daylight, `warmth` -1 (blue shade) to 1 (evening sun)."""
    width, height = scene.size
    pixels = np.asarray(scene.convert("RGB").filter(ImageFilter.GaussianBlur(0.7)), dtype=np.float32)
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    falloff = 1.03 - 0.07 * x - 0.06 * y - 0.09 * (x * x + y * y) / 2 + 0.02 * clouds(scene.size, (900, 900), rng)
    tint = np.array([1 + 0.08 * warmth, 1 + 0.01 * warmth, 1 - 0.09 * warmth], np.float32)
    grain = noise((width, height), 1, rng) * 2.2 + noise((width, height), 3, rng) * 1.2
    file = io.BytesIO()
    picture(pixels * (light * falloff)[..., None] * tint + grain).save(file, "JPEG", quality=88)
    return file.getvalue()
