"""Where writing stands: quadrilaterals from the detector's map, upright crops, and the box of one word."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from moderation.rules.findings import Box

Quad = npt.NDArray[np.float32]  # 4 corners (x, y) in reading order: start-top, end-top, end-bottom, start-bottom
Picture = npt.NDArray[np.uint8]

_INK = 0.3  # a pixel of the map counts as writing
_SURE = 0.45  # mean of the map inside a box; lower lets texture in
_GROW = 1.6  # the network marks the core of a line; this share of area / perimeter is added all round
_SMALLEST = 3  # px of the map


def quads_from_map(heat: npt.NDArray[np.float32], scale_x: float, scale_y: float) -> list[Quad]:
    """Every line of writing in a detector's map (H×W, 0 to 1); scales lead from the map to the picture's pixels."""
    mask = cv2.dilate((heat > _INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    quads = []
    for contour in contours:
        (cx, cy), (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < _SMALLEST or _mean_inside(heat, contour) < _SURE:
            continue
        grow = 2 * _GROW * width * height / (2 * (width + height))
        corners = cv2.boxPoints(((cx, cy), (width + grow, height + grow), angle))
        quads.append(_in_order(corners * np.array([scale_x, scale_y], np.float32)))
    return quads


def _mean_inside(heat: npt.NDArray[np.float32], contour: npt.NDArray[Any]) -> float:
    left, top, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.drawContours(inside, [contour - np.array([left, top])], -1, 1, -1)
    return float(cv2.mean(heat[top : top + height, left : left + width], inside)[0])


def _in_order(corners: npt.NDArray[Any]) -> Quad:
    """Corners clockwise from the start of the line, taken to run along the longer side, rightwards or downwards."""
    centre = corners.mean(axis=0)
    around = sorted(corners, key=lambda p: float(np.arctan2(p[1] - centre[1], p[0] - centre[0])))
    quad = np.array(around, np.float32)  # starts top-left, clockwise, as y grows downwards
    along, across = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[1])
    if across >= 1.5 * along:  # a standing line: read upwards or downwards, never letter under letter
        quad = np.roll(quad, -1, axis=0)
    return quad


def turned(quad: Quad, quarters: int) -> Quad:
    """The same place, read from another side: 2 quarters is upside down."""
    return np.roll(quad, -quarters, axis=0)


def turned_with(quad: Quad, quarters: int, width: int, height: int) -> Quad:
    """A quadrilateral found in a picture turned anticlockwise by so many quarters, in the picture as it was."""
    x, y = quad[:, 0], quad[:, 1]
    ways = ((x, y), (width - y, x), (width - x, height - y), (y, height - x))
    return np.stack(ways[quarters], axis=1).astype(np.float32)


def size(quad: Quad) -> tuple[float, float]:
    """Length along the reading direction and height across it, in pixels."""
    return float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[3] - quad[0]))


def crop(rgb: Picture, quad: Quad, height: int, stretch: float = 1.0) -> Picture:
    """The writing in a quadrilateral, upright, `height` pixels high and as wide as it is long."""
    along, across = size(quad)
    width = int(np.clip(round(along / max(across, 1.0) * height * stretch), 16, 40 * height))
    # Shrinking far below the source's pixels without smoothing would break thin strokes.
    step = max(1, int(across / height / 2))
    left, top = np.maximum(np.floor(quad.min(axis=0)).astype(int) - step, 0)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int) + step
    part: npt.NDArray[Any] = rgb[top:bottom, left:right]
    if step > 1:
        part = cv2.resize(part, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    source = ((quad - np.array([left, top])) / step).astype(np.float32)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    lead = cv2.getPerspectiveTransform(source, target)
    return np.asarray(
        cv2.warpPerspective(part, lead, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def part_of(quad: Quad, start: float, end: float) -> Quad:
    """The part of a line between two shares (0 to 1) of its length."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    return np.array(
        [quad[0] + top * start, quad[0] + top * end, quad[3] + bottom * end, quad[3] + bottom * start], np.float32
    )


def grown(quad: Quad, share: float) -> Quad:
    """The quadrilateral with that share of its height added on every side; a negative share takes away."""
    along, across = size(quad)
    right = (quad[1] - quad[0]) / max(along, 1.0) * across * share
    down = (quad[3] - quad[0]) / max(across, 1.0) * across * share
    return np.array(
        [quad[0] - right - down, quad[1] + right - down, quad[2] + right + down, quad[3] - right + down], np.float32
    )


def upright_box(quad: Quad, width: int, height: int) -> Box:
    """The smallest upright box round a quadrilateral, inside a picture of that size, never empty."""
    left, top = np.floor(quad.min(axis=0)).astype(int)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int)
    left, top = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    return Box(int(left), int(top), int(max(min(right, width), left + 1)), int(max(min(bottom, height), top + 1)))
