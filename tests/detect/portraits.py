"""Where the face is in the portrait of Eileen Collins, and ways to put portraits together."""

import cv2
import numpy as np

from moderation.detect.models import Pixels
from moderation.rules.findings import Box

COLLINS_BOX = Box(174, 55, 276, 180)


def smaller(rgb: Pixels, factor: float) -> Pixels:
    return cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(np.uint8)


def beside(*pictures: Pixels, grey: int = 90) -> Pixels:
    """The pictures in a row, on grey."""
    canvas = np.full((max(p.shape[0] for p in pictures), sum(p.shape[1] for p in pictures), 3), grey, np.uint8)
    left = 0
    for picture in pictures:
        canvas[: picture.shape[0], left : left + picture.shape[1]] = picture
        left += picture.shape[1]
    return canvas


def shared(one: Box, other: Box) -> float:
    """The part of their union that two boxes share."""
    across = max(0, min(one.right, other.right) - max(one.left, other.left))
    down = max(0, min(one.bottom, other.bottom) - max(one.top, other.top))
    areas = [(box.right - box.left) * (box.bottom - box.top) for box in (one, other)]
    return across * down / (sum(areas) - across * down)
