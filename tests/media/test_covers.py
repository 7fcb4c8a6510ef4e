"""Law 5: under a block, straight or turned, the stored picture is one colour; no rendition tells what was there."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from moderation.media.covers import COVER
from moderation.media.photo import Photo, cover, crop, export, ingest, pixels, preview
from moderation.rules.blocks import MARGIN, Block
from moderation.rules.findings import Box
from tests.media.pictures import busy, encoded

SIZE = (645, 483)  # no multiple of the encoding's blocks
NAME = Block(200, 180, 210, 44, angle=17)
BLOCKS = [
    NAME,
    Block(200, 180, 210, 44, angle=-63),
    Block(200, 180, 210, 44, angle=90),
    Block(10.4, 11.7, 30.2, 9.9, angle=1),
    Block(-40, 440, 300, 60, angle=33),  # over the edge
    Block(500, 60, 3, 3, angle=45),
]


def taken(image: Image.Image) -> bytes:
    return ingest(encoded(image, "PNG")).jpeg


def under(block: Block, size: tuple[int, int] = SIZE) -> np.ndarray:
    """Which pixels of the picture have their middle inside the turned block."""
    x, y = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    (mx, my), (cos, sin) = block.middle, block.turn
    along, beside = (x - mx) * cos + (y - my) * sin, (y - my) * cos - (x - mx) * sin
    return (np.abs(along) <= block.width / 2) & (np.abs(beside) <= block.height / 2)


def two_that_differ_only_there(block: Block) -> tuple[bytes, bytes]:
    """The same photo with other writing under the block."""
    one, other = busy(SIZE), busy(SIZE)
    hole = Image.fromarray(under(block).astype(np.uint8) * 255)
    other.paste(busy(SIZE, seed=7), (0, 0), hole)
    return taken(one), taken(other)


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_law_5_under_a_turned_block_and_its_margin_every_pixel_is_the_same(block: Block) -> None:
    covered = cover(taken(busy(SIZE)), [block])
    for jpeg in (covered.jpeg, export(covered.jpeg)):
        inside = pixels(jpeg)[under(block.widened(MARGIN))]
        assert len(inside)
        assert (inside == COVER).all()


def test_law_5_no_more_is_taken_than_the_blocks_of_the_encoding_that_are_touched() -> None:
    before = taken(busy(SIZE))
    changed = np.abs(pixels(cover(before, [NAME]).jpeg).astype(int) - pixels(before)).max(axis=2) > 12
    assert not (changed & ~under(NAME.widened(MARGIN + 0.35))).any(), "not the upright box around it"


@pytest.mark.parametrize("block", BLOCKS[:4], ids=str)
def test_law_5_the_file_is_the_same_whatever_was_under_it_and_so_is_each_rendition(block: Block) -> None:
    one, other = two_that_differ_only_there(block)
    assert one != other
    first, second = (cover(jpeg, [block]).jpeg for jpeg in (one, other))
    assert first == second
    around = Box(*(int(side) for side in block.reach))
    assert preview(first, 320) == preview(second, 320)
    assert crop(first, around) == crop(second, around)


def test_law_5_in_the_renditions_of_a_page_the_block_is_of_its_colour() -> None:
    covered = cover(taken(busy(SIZE)), [NAME]).jpeg
    for longest in (320, 600, 1400):
        seen = pixels(preview(covered, longest)).astype(int)
        scale = seen.shape[1] / SIZE[0]
        small = Block(*(side * scale for side in (NAME.left, NAME.top, NAME.width, NAME.height)), NAME.angle)
        inside = seen[under(small.widened(-0.12), (seen.shape[1], seen.shape[0]))]
        assert np.abs(inside - COVER).max() <= 30, "but for what the encoding of a page rounds at its edge"
        assert np.mean(np.abs(inside - COVER).max(axis=1) <= 4) > 0.9


def sticker() -> Photo:
    """A badge on nothing: what is transparent comes in as white."""
    image = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((20, 10, 180, 90), fill=(200, 30, 40, 128))
    return ingest(encoded(image, "PNG"))


@pytest.mark.parametrize("block", BLOCKS[:4], ids=str)
def test_law_5_a_sticker_is_opaque_and_stays_inside_the_block(block: Block) -> None:
    one, other = two_that_differ_only_there(block)
    stuck = [cover(jpeg, [block], sticker=sticker().jpeg) for jpeg in (one, other)]
    assert stuck[0] == stuck[1], "nothing shows through"
    plain = pixels(cover(one, [block]).jpeg).astype(int)
    drawn = np.abs(pixels(stuck[0].jpeg).astype(int) - plain).max(axis=2) > 40
    assert not (drawn & ~under(block.widened(MARGIN))).any()
    assert drawn.any()


def test_several_turned_blocks_may_lie_over_each_other() -> None:
    other = Block(250, 150, 90, 120, angle=-30)
    seen = pixels(cover(taken(busy(SIZE)), [NAME, other, Box(0, 0, 20, 20)]).jpeg)
    for block in (NAME, other, Block.of(Box(0, 0, 20, 20))):
        assert (seen[under(block)] == COVER).all()


@pytest.mark.parametrize(
    "block",
    [
        Block(10, 10, 0, 5),
        Block(10, 10, -5, 5),
        Block(float("nan"), 10, 5, 5),
        Block(10, 10, float("inf"), 5),
        Block(645, 10, 50, 50),
        Block(-60, -60, 50, 50),
        Block(-40, -40, 60, 20, angle=-45),  # its upright rectangle reaches in, it does not
    ],
    ids=str,
)
def test_a_block_that_covers_nothing_of_the_picture_is_an_error(block: Block) -> None:
    with pytest.raises(ValueError, match="empty or outside"):
        cover(taken(busy(SIZE)), [NAME, block])


def test_twelve_megapixels_with_thirty_blocks_and_stickers_take_about_a_second() -> None:
    import time

    out = io.BytesIO()
    busy((1000, 750)).resize((4000, 3000)).save(out, "JPEG", quality=92)
    jpeg = ingest(out.getvalue()).jpeg
    blocks = [Block(100 + 110 * n, 200 + 80 * n, 400, 90, angle=7 * n) for n in range(30)]
    started = time.process_time()
    cover(jpeg, blocks, sticker=sticker().jpeg)
    seconds = time.process_time() - started
    print(f"\n12 megapixels, 30 turned blocks with stickers: {seconds:.2f} s")
    assert seconds < 2
