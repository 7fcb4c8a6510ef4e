"""Solid blocks painted over a picture, in whole blocks of the encoding; on them the school's sticker if it has one."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from moderation.media.gate import BLOCK
from moderation.rules.blocks import Block

COVER: Final = (32, 32, 32)  # a grey, so that a block of it survives JPEG exactly
STICKER_PART: Final = 0.9  # of the block's sides, at most
SMALLEST_STICKER: Final = 12  # pixels; a smaller one could not be made out


def paint(image: Image.Image, blocks: Sequence[Block], margin: float, sticker: Image.Image | None = None) -> None:
    """Cover each block and `margin` of its sides around it. Raises ValueError for one that covers nothing."""
    if not blocks:
        raise ValueError("There is nothing to cover.")
    if not all(block.is_in(*image.size) for block in blocks):
        raise ValueError("A box is empty or outside the picture.")
    whole = [block.widened(margin) for block in blocks]
    image.paste(COVER, (0, 0), _mask(image.size, whole))
    if sticker:
        for block in whole:
            _stick(image, block, sticker)


def _mask(size: tuple[int, int], blocks: Sequence[Block]) -> Image.Image:
    """Every block of the encoding that one of these touches, whole: so none holds both what is covered and what not."""
    across, down = (-(-side // BLOCK) for side in size)
    cells = np.zeros((down, across), bool)
    for block in blocks:
        left, top, right, bottom = (side / BLOCK for side in block.reach)
        columns = np.arange(max(0, int(left)), min(across, int(right) + 1))
        rows = np.arange(max(0, int(top)), min(down, int(bottom) + 1))
        cells[rows[:, None], columns] |= _touched(block, columns, rows[:, None])
    mask = Image.fromarray(cells.astype(np.uint8) * 255)
    return mask.resize((across * BLOCK, down * BLOCK), Image.Resampling.NEAREST).crop((0, 0, *size))


def _touched(block: Block, columns: NDArray[np.int_], rows: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Which cells share an area with the block, by its own two axes; those of the picture are in its reach."""
    (x, y), (cos, sin) = block.middle, block.turn
    dx, dy = (columns + 0.5) * BLOCK - x, (rows + 0.5) * BLOCK - y
    half = BLOCK / 2 * (abs(cos) + abs(sin))
    along = np.abs(dx * cos + dy * sin) < block.width / 2 + half
    beside = np.abs(dy * cos - dx * sin) < block.height / 2 + half
    return np.asarray(along & beside)


def _stick(image: Image.Image, block: Block, sticker: Image.Image) -> None:
    """As large as it fits inside, turned with the block. It lies on the solid block: nothing can show through."""
    part = STICKER_PART * min(block.width / sticker.width, block.height / sticker.height)
    size = round(sticker.width * part), round(sticker.height * part)
    if min(size) < SMALLEST_STICKER:
        return
    small, whole = sticker.resize(size, Image.Resampling.LANCZOS), Image.new("L", size, 255)
    turned, mask = (one.rotate(-block.angle, Image.Resampling.BICUBIC, expand=True) for one in (small, whole))
    place = round(block.middle[0] - turned.width / 2), round(block.middle[1] - turned.height / 2)
    image.paste(turned, place, mask)
