"""Which part of a picture a network gets, and how large: the whole of it wherever the network's rules allow."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil

from moderation.rules.digest import recipe_digest
from moderation.rules.findings import Box
from moderation.rules.networks import PictureRule

WHOLE_WAY = 100  # a crop's place: 0 is at the left or the top, 100 at the right or the bottom
MIDDLE = WHOLE_WAY // 2
NEARLY = 1e-6  # of a pixel, for numbers that are not quite whole
SAFE_BYTES = 3  # for a pixel: no picture in Gatepost's encoding needs more


@dataclass(frozen=True)
class Recipe:
    """How a picture is made from another: which part, how large in pixels, and how many bytes at most."""

    source: str  # SHA-256 of the picture that it is made from
    part: Box
    width: int
    height: int
    most_bytes: int | None
    is_crop: bool

    @property
    def digest(self) -> str:
        """64 hex digits: the same for every account that gets the same picture."""
        return recipe_digest(asdict(self))


def needs_crop(width: int, height: int, rule: PictureRule) -> bool:
    return _part_size(width, height, rule) != (width, height)


def cuts_sides(width: int, height: int, rule: PictureRule) -> bool:
    """Whether a crop takes away left and right; otherwise top and bottom."""
    return _part_size(width, height, rule)[0] < width


def recipe(source: str, width: int, height: int, rule: PictureRule, at: int = MIDDLE) -> Recipe | None:
    """What to make for a network; None where the picture can go as it is. `at` is the place of the part, 0 to 100."""
    across, down = _part_size(width, height, rule)
    shrink = max(1.0, across / (rule.width or across), down / (rule.height or down))
    size = (ceil(across / shrink - NEARLY), ceil(down / shrink - NEARLY))  # upwards: the ratio stays inside the rules
    cropped = (across, down) != (width, height)
    if not cropped and size == (width, height) and _surely_small(size, rule.bytes):
        return None
    left, top = (width - across) * at // WHOLE_WAY, (height - down) * at // WHOLE_WAY
    limit = None if _surely_small(size, rule.bytes) else rule.bytes
    return Recipe(source, Box(left, top, left + across, top + down), *size, limit, cropped)


def place(width: int, height: int, rule: PictureRule, keep: Sequence[Box]) -> int:
    """Where a part stands best, 0 to 100: near the middle, with what must be kept whole inside if it fits."""
    across, down = _part_size(width, height, rule)
    sides = across < width
    room = width - across if sides else height - down
    if not keep or room <= 0:
        return MIDDLE
    low = min(box.left if sides else box.top for box in keep)
    high = max(box.right if sides else box.bottom for box in keep)
    wanted = (low + high - (across if sides else down)) / 2
    if high - low <= (across if sides else down):  # everything fits: move from the middle only as far as is needed
        wanted = min(max(room / 2, high - (across if sides else down)), low)
    return min(WHOLE_WAY, max(0, round(wanted * WHOLE_WAY / room)))


def _part_size(width: int, height: int, rule: PictureRule) -> tuple[int, int]:
    if rule.widest is not None and width > rule.widest * height:
        return max(1, int(height * rule.widest)), height
    if rule.narrowest is not None and width < rule.narrowest * height:
        return width, max(1, int(width / rule.narrowest))
    return width, height


def _surely_small(size: tuple[int, int], most: int | None) -> bool:
    return most is None or size[0] * size[1] * SAFE_BYTES <= most
