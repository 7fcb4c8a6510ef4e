"""Paper, paint and lettering that the demonstration pictures are drawn with."""

from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]
Size = tuple[int, int]
Floats = NDArray[np.float32]

WHITE: Colour = (250, 249, 246)
SUGAR_PAPER: tuple[Colour, ...] = (
    (226, 88, 75),
    (245, 179, 66),
    (250, 222, 110),
    (110, 176, 98),
    (72, 160, 178),
    (92, 120, 190),
    (168, 112, 176),
    (236, 140, 158),
)


class DemoExtraMissing(Exception):
    """The demonstration's pictures need packages that are not installed; the message says what to type."""

    def __init__(self, package: str) -> None:
        super().__init__(f'The demonstration needs the demo extra: {package} is missing; pip install "gatepost[demo]"')


class Lettering(StrEnum):
    SANS = "DejaVuSans.ttf"
    BOLD = "DejaVuSans-Bold.ttf"
    SLANTED = "DejaVuSans-Oblique.ttf"
    SERIF = "STIXGeneral.ttf"
    SERIF_BOLD = "STIXGeneralBol.ttf"
    SERIF_ITALIC = "STIXGeneralItalic.ttf"
    SERIF_BOLD_ITALIC = "STIXGeneralBolIta.ttf"


def shipped_with_matplotlib(part: str) -> Path:
    """A font or a sample picture that matplotlib carries. Raises DemoExtraMissing."""
    try:
        import matplotlib
    except ImportError as missing:
        raise DemoExtraMissing("matplotlib") from missing
    return Path(matplotlib.get_data_path(), part)


def font(lettering: Lettering, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(shipped_with_matplotlib(f"fonts/ttf/{lettering}"), size)


def fitting(text: str, lettering: Lettering, size: float, width: float) -> ImageFont.FreeTypeFont:
    """The font at `size`, or smaller where the text would be wider than `width` pixels."""
    wide = font(lettering, size).getlength(text)
    return font(lettering, min(size, size * width / max(wide, 1)))


def chance(*seed: str | int) -> np.random.Generator:
    """Random numbers that are the same for the same seed, on every machine."""
    return np.random.default_rng(int.from_bytes(sha256(repr(seed).encode()).digest()[:8]))


def noise(size: Size, channels: int, rng: np.random.Generator) -> Floats:
    """Noise of strength 1 in every pixel (height, width, channels), made from one tile: quicker, and nobody sees it."""
    tile = rng.standard_normal((509, 509, channels), dtype=np.float32)
    return np.tile(tile, (size[1] // 509 + 1, size[0] // 509 + 1, 1))[: size[1], : size[0]]


def clouds(size: Size, patch: Size, rng: np.random.Generator) -> Floats:
    """Soft noise (height, width) around 0, about 1 strong, with patches of about `patch` (wide, high) pixels."""
    cells = (max(2, size[0] // patch[0]), max(2, size[1] // patch[1]))
    small = Image.fromarray(rng.standard_normal((cells[1], cells[0]), dtype=np.float32))
    return np.asarray(small.resize(size, Image.Resampling.BICUBIC), dtype=np.float32)


def paper(size: Size, colour: Colour, rng: np.random.Generator, roughness: float = 1.0) -> Image.Image:
    """A sheet, wall or floor of one colour that is not quite even."""
    shade = 3 * clouds(size, (400, 400), rng) + 1.5 * clouds(size, (40, 40), rng) + clouds(size, (3, 3), rng)
    return picture(np.asarray(colour, np.float32) + roughness * shade[..., None])


def wood(size: Size, colour: Colour, rng: np.random.Generator) -> Image.Image:
    """A table top: planks side by side from left to right, grain along them."""
    height = size[1]
    grain = 5 * clouds(size, (900, 14), rng) + 4 * clouds(size, (500, 5), rng) + 3 * clouds(size, (160, 2), rng)
    plank = np.arange(height) // 310
    tone = rng.normal(0, 6, plank[-1] + 1)[plank]
    seam = np.where(np.arange(height) % 310 < 4, -28, 0)
    shade = grain + (tone + seam).astype(np.float32)[:, None]
    return picture(np.asarray(colour, np.float32) + shade[..., None] * np.array([1.0, 0.92, 0.8], np.float32))


def picture(pixels: NDArray[np.floating]) -> Image.Image:
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def shaded(colour: Colour, light: float) -> Colour:
    """The colour, lighter (above 1) or darker (below 1)."""
    red, green, blue = (min(255, round(part * light)) for part in colour)
    return red, green, blue


def wobbly(points: list[Point], rng: np.random.Generator, amount: float) -> list[Point]:
    """The corners of a shape as a child's hand would draw it."""
    return [(x + rng.normal(0, amount), y + rng.normal(0, amount)) for x, y in points]


def by_hand(sheet: Image.Image, start: Point, text: str, size: float, ink: Colour, rng: np.random.Generator) -> None:
    """Writes a text letter by letter, none quite upright or on the line; `start` is the left end of the line."""
    letters = font(Lettering.SLANTED, size)
    x, y = start
    for letter in text:
        tile = Image.new("RGBA", (round(size * 2), round(size * 2)), (*ink, 0))
        ImageDraw.Draw(tile).text((size * 0.5, size * 1.5), letter, font=letters, fill=(*ink, 255), anchor="ls")
        tile = tile.rotate(rng.normal(0, 2), Image.Resampling.BICUBIC)
        sheet.paste(tile, (round(x - size * 0.5), round(y - size * 1.5 + rng.normal(0, size * 0.018))), tile)
        x += letters.getlength(letter) * rng.normal(1.01, 0.02)
