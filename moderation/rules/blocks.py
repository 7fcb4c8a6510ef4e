"""A solid block in a picture: a rectangle turned about its middle, and what of the picture it touches."""

import math
from dataclasses import dataclass, replace

from moderation.rules.findings import Box

MARGIN = 0.15  # of a block's sides, on each side: what stands at its edge is gone as well


@dataclass(frozen=True)
class Block:
    """Pixels of the upright picture, fractions allowed; `angle` in degrees clockwise about the middle."""

    left: float
    top: float
    width: float
    height: float
    angle: float = 0.0

    @classmethod
    def of(cls, box: Box) -> "Block":
        return cls(box.left, box.top, box.right - box.left, box.bottom - box.top)

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def turn(self) -> tuple[float, float]:
        """Cosine and sine of the angle."""
        return math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))

    @property
    def reach(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the upright rectangle around it."""
        (x, y), (cos, sin) = self.middle, self.turn
        across = (abs(cos) * self.width + abs(sin) * self.height) / 2
        down = (abs(sin) * self.width + abs(cos) * self.height) / 2
        return x - across, y - down, x + across, y + down

    def widened(self, around: float) -> "Block":
        """The same with `around` of its sides on each side, and at least a pixel."""
        across, down = (max(1.0, around * side) for side in (self.width, self.height))
        return replace(
            self,
            left=self.left - across,
            top=self.top - down,
            width=self.width + 2 * across,
            height=self.height + 2 * down,
        )

    def is_in(self, width: int, height: int) -> bool:
        """Whether it is a block at all and covers something of a picture of that size."""
        if not all(map(math.isfinite, (self.left, self.top, self.width, self.height, self.angle))):
            return False
        if self.width <= 0 or self.height <= 0:
            return False
        left, top, right, bottom = self.reach
        if left >= width or top >= height or right <= 0 or bottom <= 0:
            return False
        # The other two axes: the picture, seen along the block's own sides.
        (x, y), (cos, sin) = self.middle, self.turn
        dx, dy = width / 2 - x, height / 2 - y
        along = abs(dx * cos + dy * sin) - (abs(cos) * width + abs(sin) * height) / 2
        beside = abs(dy * cos - dx * sin) - (abs(sin) * width + abs(cos) * height) / 2
        return along < self.width / 2 and beside < self.height / 2
