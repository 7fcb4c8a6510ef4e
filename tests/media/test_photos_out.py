"""Laws 5 and 6: what is covered is gone, what a page shows is small, and only pixels leave."""

import io

import numpy as np
import pytest
from PIL import Image

from moderation.media.covers import COVER
from moderation.media.photo import NotPixelsOnly, cover, crop, export, ingest, pixels, preview
from moderation.rules.findings import Box
from tests.media.pictures import busy, encoded, segment, with_segments

FACE = Box(101, 57, 146, 118)


def taken(image: Image.Image) -> bytes:
    return ingest(encoded(image, "PNG")).jpeg


CORNER = Box(316, 234, 317, 235)


@pytest.mark.parametrize(
    "box", [FACE, Box(0, 0, 9, 9), Box(250, 200, 400, 300), Box(-20, -20, 30, 30), Box(310, 100, 311, 101), CORNER]
)
def test_law_5_a_covered_box_and_its_margin_are_one_colour(box: Box) -> None:
    seen = pixels(cover(taken(busy((317, 235))), [box], margin=0.15).jpeg).astype(int)
    across, down = int(0.15 * (box.right - box.left)), int(0.15 * (box.bottom - box.top))
    left, top = max(0, box.left - across), max(0, box.top - down)
    block = seen[top : box.bottom + down, left : box.right + across]
    assert block.size
    assert np.abs(block - COVER).max() <= 2


def test_law_5_the_file_tells_nothing_of_what_was_covered() -> None:
    one, other = busy(), busy()
    other.paste(busy((45, 61), seed=9).resize((45, 61)), FACE[:2])
    covered = [cover(taken(image), [FACE]) for image in (one, other)]
    assert taken(one) != taken(other)
    assert covered[0] == covered[1]


def test_around_the_cover_the_picture_stays_as_it_was() -> None:
    before = taken(busy())
    after = pixels(cover(before, [FACE]).jpeg).astype(int)
    difference = np.abs(after - pixels(before).astype(int))
    assert np.median(difference) == 0
    outside = np.ones(difference.shape[:2], dtype=bool)
    outside[FACE.top - 24 : FACE.bottom + 24, FACE.left - 24 : FACE.right + 24] = False
    assert difference[outside].max() <= 6


def test_several_boxes_are_covered_at_once_and_one_after_another() -> None:
    other = Box(10, 10, 60, 40)
    jpeg = taken(busy())
    for seen in (pixels(cover(jpeg, [FACE, other]).jpeg), pixels(cover(cover(jpeg, [FACE]).jpeg, [other]).jpeg)):
        for box in (FACE, other):
            inside = seen[box.top : box.bottom, box.left : box.right].astype(int)
            assert np.abs(inside - COVER).max() <= 2


def test_a_cover_that_would_cover_nothing_is_an_error() -> None:
    jpeg = taken(busy())
    for boxes in ([], [Box(5, 5, 5, 9)], [Box(320, 0, 330, 9)], [Box(0, 240, 9, 250)], [FACE, Box(-9, -9, 0, 0)]):
        with pytest.raises(ValueError, match=r"cover|box"):
            cover(jpeg, boxes)


def test_law_6_a_covered_photo_is_pixels_alone_with_a_digest_of_its_own() -> None:
    before = ingest(encoded(busy(), "JPEG"))
    after = cover(before.jpeg, [FACE])
    assert export(after.jpeg) == after.jpeg
    assert after.digest != before.digest
    assert (after.width, after.height) == (before.width, before.height)


def test_a_preview_is_small_and_whole() -> None:
    with Image.open(io.BytesIO(preview(taken(busy((640, 400))), 200))) as small:
        assert small.size == (200, 125)
    with Image.open(io.BytesIO(preview(taken(busy()), 4000))) as same:
        assert same.size == (320, 240)


@pytest.mark.parametrize(("size", "longest"), [((320, 240), 480), ((2400, 1800), 150)])
def test_a_crop_shows_the_box_in_its_middle(size: tuple[int, int], longest: int) -> None:
    width, height = size
    image = Image.new("RGB", size, "white")
    box = Box(width // 2, height // 4, width * 3 // 4, height // 2)
    image.paste((200, 0, 0), box)
    cut = pixels(crop(taken(image), box, around=0.5, longest=longest)).astype(int)
    assert max(cut.shape[:2]) <= longest
    red = (cut[:, :, 0] > 150) & (cut[:, :, 1] < 100)
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    for found, side in ((rows, cut.shape[0]), (columns, cut.shape[1])):
        assert found[0] == pytest.approx(side / 4, abs=3)
        assert found[-1] == pytest.approx(side * 3 / 4, abs=3)


def test_a_crop_at_the_edge_ends_at_the_edge_and_one_outside_is_an_error() -> None:
    jpeg = taken(busy())
    with Image.open(io.BytesIO(crop(jpeg, Box(-10, -10, 40, 30)))) as edge:
        assert edge.size == (66, 51)
    with pytest.raises(ValueError, match="outside"):
        crop(jpeg, Box(400, 10, 440, 30))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda jpeg: jpeg + b"x",
        lambda jpeg: jpeg + jpeg,
        lambda jpeg: jpeg[:-2],
        lambda jpeg: jpeg[:-40] + jpeg[-2:] + jpeg[-40:],
        lambda jpeg: jpeg[:300],
        lambda jpeg: b"",
        lambda jpeg: jpeg[:20] + segment(0xFE, b"a comment") + jpeg[20:],
        lambda jpeg: jpeg[:20] + segment(0xE1, b"Exif\0\0") + jpeg[20:],
        lambda jpeg: with_segments(jpeg, segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0")),
        lambda jpeg: with_segments(jpeg, segment(0xFE, b"")),
        lambda jpeg: jpeg[:20] + b"text" + jpeg[20:],
        lambda jpeg: jpeg[:20] + b"t\xdb\0\6text" + jpeg[20:],
        lambda jpeg: jpeg[:18] + b"\1\1" + jpeg[20:],
        lambda jpeg: encoded(Image.open(io.BytesIO(jpeg)), "PNG"),
        lambda jpeg: encoded(Image.open(io.BytesIO(jpeg)), "JPEG", icc_profile=b"profile"),
        lambda jpeg: encoded(Image.open(io.BytesIO(jpeg)), "JPEG", progressive=True),
    ],
)
def test_law_6_nothing_but_pixels_is_exported(spoil) -> None:  # type: ignore[no-untyped-def]
    jpeg = taken(busy())
    assert export(jpeg) is jpeg
    with pytest.raises(NotPixelsOnly):
        export(spoil(jpeg))
