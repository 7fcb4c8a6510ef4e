"""A picture that is live against the one that was approved: as a whole, and in each small part of it."""

import io
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from moderation.detect import alike
from moderation.media import photo as pictures
from moderation.rules.findings import Box
from tests.builders import harmless_scene, stranger_portrait

Picture = NDArray[np.uint8]
FACE = Box(600, 420, 654, 480)  # 54 × 60 of 1,440 × 1,080


@cache
def approved(covered: bool) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(harmless_scene())).resize((1440, 1080)).save(out, "JPEG", quality=92)
    jpeg = pictures.ingest(out.getvalue()).jpeg
    return pictures.cover(jpeg, [FACE]).jpeg if covered else jpeg


def given_back(jpeg: bytes, longest: int, quality: int, sharpened: bool = False) -> Picture:
    """As networks hand pictures out: smaller, sharpened, encoded again."""
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    image.thumbnail((longest, longest))
    out = io.BytesIO()
    (image.filter(ImageFilter.UnsharpMask(1, 80, 2)) if sharpened else image).save(out, "JPEG", quality=quality)
    return pictures.pixels(out.getvalue())


@pytest.mark.parametrize(("longest", "quality", "sharpened"), [(1080, 60, True), (640, 70, False)])
def test_a_network_s_own_encoding_is_the_same_and_a_lost_cover_is_not(
    longest: int, quality: int, sharpened: bool
) -> None:
    ours = pictures.pixels(approved(covered=True))
    same = alike.compare(ours, given_back(approved(covered=True), longest, quality, sharpened))
    assert same.is_same and same.is_whole and same.worst < alike.PART
    lost = alike.compare(ours, given_back(approved(covered=False), longest, quality, sharpened))
    assert lost.bits < alike.OTHER, "to the hash it is the same picture"
    assert not lost.is_same and lost.worst > alike.PART
    assert any(box.left < FACE.right and box.right > FACE.left and box.top < FACE.bottom for box in lost.parts)


def test_another_picture_is_not_found() -> None:
    other = pictures.ingest(stranger_portrait()).jpeg
    assert not alike.compare(pictures.pixels(approved(covered=True)), given_back(other, 1080, 80)).is_there


def on_a_page(jpeg: bytes, share: float = 1.0) -> Picture:
    """A page with the picture on it, 900 px wide; `share`: how much of its height is shown."""
    image = Image.open(io.BytesIO(jpeg)).convert("RGB").resize((900, 675))
    page = Image.new("RGB", (1080, 1200), "white")
    page.paste(image.crop((0, 0, 900, round(675 * share))), (90, 200))
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80)
    return pictures.pixels(out.getvalue())


def test_it_is_found_in_a_screenshot_and_a_lost_cover_is_seen_there() -> None:
    ours = pictures.pixels(approved(covered=True))
    there = alike.find(ours, on_a_page(approved(covered=True)))
    assert there.is_same and there.is_whole
    lost = alike.find(ours, on_a_page(approved(covered=False)))
    assert lost.is_there and not lost.is_same and lost.parts
    part = alike.find(ours, on_a_page(approved(covered=True), 0.7))
    assert part.is_same and not part.is_whole and 0.6 < part.seen < 0.8
    nothing = alike.find(ours, np.full((800, 600, 3), 255, np.uint8))
    assert not nothing.is_there
