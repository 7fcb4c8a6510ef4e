"""Finds every face in a picture of any size by looking at it coarsely, closely and, where faces are small, fully."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from moderation.detect.centerface import CenterFace, Found
from moderation.detect.models import Floats, Pixels
from moderation.rules.findings import Box

SURE = 0.46  # below it, there are as many hands and dark corners as faces,
SURE_IF_LARGE = 0.32, 55  # unless seen so many pixels high: then it is mostly a face half covered
COARSE, CLOSE, FULL = 0.5e6, 2.6e6, 24e6  # pixels to which a larger picture is shrunk
SMALL = 20  # faces less high in the close look, however faint, call for the full one round about
ENLARGED = 2.0, 1.5  # how much a small picture is enlarged at most for the first two
PIECE = 512  # pixels of the side of a piece; a larger one costs memory, a smaller one time
MARGIN = 64  # pixels seen round a piece; a face on a border is at most twice as high
NEAR = 160  # pixels round a piece within which a small face calls for a full look at that piece
OVERLAP = 0.3  # two boxes that share more than this part of their union are one face


def every_face(network: CenterFace, rgb: Pixels) -> Found:
    """The faces in a picture (height, width, 3), each once, the surest first.

    The coarse look sees large faces whole, half covered ones too. The close one, in pieces, sees the others; where
    there may be small ones in a picture that was shrunk, as at the back of a hall, the full look sees its own pixels.
    """
    area = rgb.shape[0] * rgb.shape[1]
    coarse, close, full = ((pixels / area) ** 0.5 for pixels in (COARSE, CLOSE, FULL))
    scale = min(coarse, ENLARGED[0])
    found = sure(network.look(scaled(rgb, scale)).placed(0, 0, scale), scale)
    if coarse < ENLARGED[1]:
        scale = min(close, ENLARGED[1])
        near = in_pieces(network, rgb, scale)
        found += sure(near, scale)
        small = near.only(near.heights * scale < SMALL)
        if scale < 1 and len(small.scores):
            scale = min(full, 1.0)
            found += sure(in_pieces(network, rgb, scale, round_about=small), scale)
    return found.only(distinct(found.boxes, found.scores))


def sure(found: Found, scale: float) -> Found:
    """Those that are faces surely enough, seen at this scale; one enlarged holds no more than it did before."""
    least, large = SURE_IF_LARGE
    return found.only((found.scores > SURE) | ((found.scores > least) & (found.heights * min(scale, 1.0) >= large)))


def in_pieces(network: CenterFace, rgb: Pixels, scale: float, round_about: Found | None = None) -> Found:
    """One look piece by piece; each answers for the faces whose centre it holds, unless they are too large for it.

    With `round_about`, only the pieces that hold one of those faces or come NEAR one are looked at.
    """
    picture = scaled(rgb, scale)
    found = Found(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 5, 2), np.float32))
    for piece in pieces(picture.shape[1], picture.shape[0]):
        if round_about is not None and not comes_near(piece, round_about.boxes * scale):
            continue
        left, top = max(0, piece.left - MARGIN), max(0, piece.top - MARGIN)
        seen = network.look(picture[top : piece.bottom + MARGIN, left : piece.right + MARGIN]).placed(left, top, 1)
        x, y = ((seen.boxes[:, :2] + seen.boxes[:, 2:]) / 2).T
        inside = (x >= piece.left) & (x < piece.right) & (y >= piece.top) & (y < piece.bottom)
        found += seen.only(inside & (seen.heights < 2 * MARGIN))
    return found.placed(0, 0, scale)


def comes_near(piece: Box, boxes: Floats) -> bool:
    """Whether one of the boxes (n, 4) reaches into the piece or NEAR pixels round it."""
    left, top, right, bottom = boxes.T
    across = (right > piece.left - NEAR) & (left < piece.right + NEAR)
    down = (bottom > piece.top - NEAR) & (top < piece.bottom + NEAR)
    return bool((across & down).any())


def scaled(rgb: Pixels, scale: float) -> Pixels:
    if scale == 1:
        return rgb
    size = [max(1, round(side * scale)) for side in rgb.shape[1::-1]]
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR).astype(np.uint8)


def pieces(width: int, height: int) -> Iterator[Box]:
    """The picture cut into equal pieces, none larger than PIECE."""
    across, down = -(-width // PIECE), -(-height // PIECE)
    for row in range(down):
        for column in range(across):
            yield Box(
                width * column // across,
                height * row // down,
                width * (column + 1) // across,
                height * (row + 1) // down,
            )


def distinct(boxes: Floats, scores: Floats) -> NDArray[np.intp]:
    """Which of the boxes (n, 4) to keep so that each face is there once: the surest first."""
    keep: list[int] = []
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    left = np.argsort(-scores, kind="stable")
    while left.size:
        best, left = left[0], left[1:]
        keep.append(int(best))
        shared = np.minimum(boxes[best, 2:], boxes[left, 2:]) - np.maximum(boxes[best, :2], boxes[left, :2])
        common = shared.clip(0).prod(axis=1)
        left = left[common <= OVERLAP * (areas[best] + areas[left] - common)]
    return np.array(keep, dtype=np.intp)
