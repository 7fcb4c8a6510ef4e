"""Pictures for what the face check must show: two public-domain portraits, put together in every way that matters."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw

from moderation.demo.portraits import Portrait, bust
from moderation.rules.findings import Box

WALL = (150, 158, 160)
FACE = {Portrait.COLLINS: 0.37, Portrait.HOPPER: 0.47}  # of the width of head and shoulders: the face's height


@dataclass(frozen=True)
class Somebody:
    """One person in a picture: how high the face shall be, in pixels, and how far it is tilted, in degrees."""

    who: Portrait
    face: int = 120
    tilt: float = 0.0
    mirrored: bool = False


COLLINS, HOPPER = Somebody(Portrait.COLLINS), Somebody(Portrait.HOPPER)
FAR = Somebody(Portrait.HOPPER, 20)  # too small to compare


@cache
def _figure(one: Somebody) -> Image.Image:
    return bust(one.who, round(one.face / FACE[one.who]), one.tilt, one.mirrored)


def group(people: Sequence[Somebody], size: tuple[int, int] | None = None, across: int = 10) -> Image.Image:
    """Everybody in rows of `across`, on a wall of `size`, or of the size that they need."""
    across = min(across, len(people))
    figures = [_figure(one) for one in people]
    wide, high = (max(getattr(figure, side) for figure in figures) + 20 for side in ("width", "height"))
    down = -(-len(people) // across)
    wall = Image.new("RGB", size or (wide * across, high * down + 40), WALL)
    step = wall.width / across, wall.height / down
    for place, figure in enumerate(figures):
        left, top = (place % across) * step[0], (place // across) * step[1]
        wall.paste(figure, (round(left + (step[0] - figure.width) / 2), round(top + step[1] - figure.height)), figure)
    return wall


def alone(one: Somebody) -> Image.Image:
    return group([one])


def crowd() -> Image.Image:
    """300 people in 12 megapixels: Collins 150 times, Hopper 75 times near by and 75 times far away."""
    near = Somebody(Portrait.COLLINS, 60, tilt=5), Somebody(Portrait.HOPPER, 60, mirrored=True)
    people = [FAR if number % 4 == 1 else near[number % 2] for number in range(300)]
    return group(people, (4000, 3000), across=20)


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()


def sixteen_bits(picture: Image.Image, grey: bool = False) -> bytes:
    """The same picture as a PNG of 16 bits a colour."""
    pixels = np.asarray(picture.convert("L" if grey else "RGB")).astype(np.uint16) * 257
    done, png = cv2.imencode(".png", pixels if grey else pixels[:, :, ::-1])
    assert done
    return bytes(png)


def under_a_fringe(picture: Image.Image, face: Box) -> Iterable[bytes]:
    """The face under a fringe of hair that comes farther and farther down."""
    for part in range(34, 60, 2):
        hidden = picture.copy()
        bottom = face.top + (face.bottom - face.top) * part // 100
        ImageDraw.Draw(hidden).rectangle((face.left - 10, face.top - 20, face.right + 10, bottom), fill=(70, 50, 35))
        yield jpeg(hidden)


def drawing() -> bytes:
    """A face as children draw it."""
    sheet = Image.new("RGB", (600, 700), "white")
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((150, 150, 450, 520), outline="black", width=8)
    for left in (220, 340):
        pen.ellipse((left, 270, left + 45, 310), outline="black", width=6)
    pen.line((300, 320, 285, 390, 310, 395), fill="black", width=6)
    pen.arc((230, 380, 370, 460), 10, 170, fill="black", width=7)
    return jpeg(sheet)


def panorama() -> bytes:
    """60 megapixels."""
    return jpeg(Image.new("RGB", (15_000, 4_000), WALL))
