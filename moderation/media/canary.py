"""Test pictures, drawn with nothing but Pillow: a certificate with a name on it, and the face of nobody.

The face is flat shapes, softened and shaded. Its proportions were searched for until the detector took it for a face
as surely as a clear one; it is of no person, so its encoding is nobody's.
"""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]

SKIN, SHADE, DARK = (222, 176, 148), (169, 134, 112), (144, 114, 96)
HAIR, LIP, LIP_LINE = (62, 42, 30), (178, 92, 90), (96, 44, 46)
LASH, BROW, WHITE, IRIS, PUPIL = (44, 30, 26), (70, 48, 36), (236, 230, 226), (70, 60, 50), (16, 14, 14)
SHIRT, WALL, BOARD, PAPER, INK = (50, 70, 110), (176, 190, 200), (74, 128, 156), (250, 245, 230), (52, 50, 58)
# In hundredths of the picture's side: the head, and where eyes, brows, nose and mouth stand.
HEAD_WIDE, HEAD_HIGH, HAIRLINE = 25.6, 30.2, 45.3
EYE_X, EYE_Y, BROW_Y, NOSE_Y, MOUTH_Y = 10.3, 47.2, 47.1, 59.4, 68.9
FINE = 2  # drawn this many times larger, for smooth lines


class _Easel:
    """A square picture in hundredths of its side."""

    def __init__(self, size: int) -> None:
        self.unit = size * FINE / 100
        self.image = Image.new("RGB", (size * FINE, size * FINE), WALL)
        self.draw = ImageDraw.Draw(self.image)

    def box(self, x: float, y: float, wide: float, high: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = ((x - wide), (y - high), (x + wide), (y + high))
        return left * self.unit, top * self.unit, right * self.unit, bottom * self.unit

    def oval(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        self.draw.ellipse(self.box(x, y, wide, high), fill=colour)

    def soften(self, radius: float) -> None:
        self.image = self.image.filter(ImageFilter.GaussianBlur(radius * self.unit))
        self.draw = ImageDraw.Draw(self.image)


def reference_of_nobody() -> bytes:
    """A portrait (JPEG) of the drawn face."""
    return _jpeg(_portrait(380))


def photo_of_nobody() -> bytes:
    """Another photo (JPEG) of the drawn face: in a larger picture, turned a little, in a poorer light."""
    photo = Image.new("RGB", (1600, 1200), WALL)
    face = _portrait(380).resize((430, 430)).rotate(2, Image.Resampling.BICUBIC, fillcolor=WALL)
    photo.paste(face, (533, 300))
    return _jpeg(photo.point(lambda value: value * 0.93))


def certificate(name: str) -> bytes:
    """A photo (JPEG) of a certificate on a board, with this name on it."""
    photo = Image.new("RGB", (1600, 1200), BOARD)
    draw = ImageDraw.Draw(photo)
    draw.rectangle((220, 170, 1380, 1010), fill=PAPER, outline=HAIR, width=8)
    for text, y, size in (
        ("Certificate of Achievement", 300, 72),
        ("This certificate is awarded to", 430, 40),
        (name, 580, 78),
        ("for a splendid poem", 720, 44),
    ):
        draw.text((800, y), text, fill=INK, font=ImageFont.load_default(size), anchor="ms")
    draw.line((420, 610, 1180, 610), fill=INK, width=3)
    return _jpeg(photo.rotate(1.5, Image.Resampling.BICUBIC, fillcolor=BOARD).filter(ImageFilter.GaussianBlur(0.8)))


def _portrait(size: int) -> Image.Image:
    easel = _Easel(size)
    _head(easel)
    _nose(easel)
    for side in (-1, 1):
        _eye(easel, 50 + side * EYE_X)
    _mouth(easel)
    easel.soften(0.3)
    return _shaded(easel.image).resize((size, size), Image.Resampling.LANCZOS)


def _head(easel: _Easel) -> None:
    easel.oval(50, 101, 36, 13, SHIRT)
    easel.draw.rectangle(easel.box(50, 82, 9, 10), fill=SHADE)
    easel.oval(50, 42, HEAD_WIDE + 4, 31, HAIR)
    for side in (-1, 1):
        easel.oval(50 + side * HEAD_WIDE, 52, 3, 6, SHADE)
    easel.oval(50, 51, HEAD_WIDE, HEAD_HIGH, SKIN)
    easel.draw.chord(easel.box(50, (12 + HAIRLINE) / 2, HEAD_WIDE + 2, (HAIRLINE - 12) / 2), 180, 360, fill=HAIR)
    easel.soften(0.92)


def _nose(easel: _Easel) -> None:
    for side in (-1, 1):
        easel.oval(50 + side * (EYE_X + 1), EYE_Y - 0.5, 7, 4.6, SHADE)
    ridge = ((47, EYE_Y), (45.5, NOSE_Y), (48.4, NOSE_Y), (49, EYE_Y))
    easel.draw.polygon([(x * easel.unit, y * easel.unit) for x, y in ridge], fill=SHADE)
    easel.soften(1.2)
    easel.oval(50, NOSE_Y + 1.5, 4.8, 2.4, SHADE)
    easel.oval(50, NOSE_Y - 0.5, 3, 2.4, (235, 187, 157))
    easel.soften(0.5)
    for side in (-1, 1):
        easel.oval(50 + side * 2.65, NOSE_Y + 2.2, 1.3, 0.8, DARK)


def _eye(easel: _Easel, x: float) -> None:
    easel.oval(x, EYE_Y, 4.75, 2.27, WHITE)
    easel.oval(x, EYE_Y, 2.32, 2.32, IRIS)
    easel.oval(x, EYE_Y, 1.19, 1.19, PUPIL)
    easel.oval(x + 0.6, EYE_Y - 0.6, 0.45, 0.45, (255, 255, 255))
    unit = easel.unit
    easel.draw.arc(easel.box(x, EYE_Y + 0.3, 4.95, 3.1), 190, 350, fill=LASH, width=int(0.9 * unit))
    easel.draw.arc(easel.box(x, BROW_Y + 4, 7, 6), 215, 325, fill=BROW, width=int(1.33 * unit))


def _mouth(easel: _Easel) -> None:
    easel.oval(50, MOUTH_Y, 6.7, 2.5, LIP)
    line = [(50 + x) * easel.unit for x in (-6.7, 6.7)]
    y = MOUTH_Y * easel.unit
    easel.draw.line((line[0], y, line[1], y), fill=LIP_LINE, width=int(0.6 * easel.unit))
    easel.oval(50, MOUTH_Y + 5, 5, 1, SHADE)


def _shaded(image: Image.Image) -> Image.Image:
    """Round: darker towards the edge of the head, a little lighter on one side."""
    unit = image.width / 100
    y, x = np.mgrid[: image.height, : image.width] / unit
    edge = ((x - 50) / HEAD_WIDE) ** 2 + ((y - 51) / HEAD_HIGH) ** 2
    light = 1 - 0.22 * np.clip(edge, 0, 1.3) ** 1.5 + 0.07 * (x - 50) / 50
    grain = np.random.default_rng(1).normal(0, 3, (image.height, image.width, 1))
    return Image.fromarray(np.clip(np.asarray(image) * light[..., None] + grain, 0, 255).astype(np.uint8))


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()
