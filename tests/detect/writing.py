"""Writing drawn into pictures, for tests."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from moderation.detect.text_boxes import Picture
from moderation.rules.findings import Box, Kind, Sighting


def picture(*lines: tuple[str, int, int], size: int = 56, wide: int = 1600, high: int = 1200) -> Picture:
    """Dark writing on pale paper: (text, left, top) of each line."""
    image = Image.new("RGB", (wide, high), (236, 232, 220))
    draw = ImageDraw.Draw(image)
    for text, left, top in lines:
        draw.text((left, top), text, fill=(30, 30, 60), font=ImageFont.load_default(size=size))
    return np.asarray(image)


def names(found: list[Sighting]) -> list[tuple[Kind, str | None]]:
    return [(sighting.kind, sighting.subject) for sighting in found]


def holds(box: Box | None, x: float, y: float) -> bool:
    return box is not None and box.left <= x <= box.right and box.top <= y <= box.bottom
