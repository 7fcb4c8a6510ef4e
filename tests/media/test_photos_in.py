"""Law 6: whatever a phone or a programme made, what comes in is the picture itself, upright, and its pixels alone."""

import io

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from moderation.media.photo import Photo, ingest, pixels
from tests.media.pictures import (
    AS_STORED,
    BLUE,
    GREEN,
    RED,
    SECRET,
    WHITE,
    assert_pixels_only,
    busy,
    chunk,
    corners,
    encoded,
    exif,
    png,
    quarters,
    segment,
    swapped_profile,
    with_segments,
)


def assert_upright(photo: Photo, tolerance: int = 12) -> None:
    assert (photo.width, photo.height) == (240, 160)
    for seen, meant in zip(corners(pixels(photo.jpeg)), (RED, GREEN, BLUE, WHITE), strict=True):
        assert max(abs(a - b) for a, b in zip(seen, meant, strict=True)) <= tolerance


@pytest.mark.parametrize("number", AS_STORED)
def test_a_jpeg_stands_upright_whichever_way_the_phone_was_held(number: int) -> None:
    turn = AS_STORED[number]
    stored = quarters() if turn is None else quarters().transpose(turn)
    photo = ingest(encoded(stored, "JPEG", quality=95, exif=exif(number)))
    assert_upright(photo)
    assert_pixels_only(photo)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_other_kinds_stand_upright_too(kind: str) -> None:
    stored = quarters().transpose(Image.Transpose.ROTATE_90)
    photo = ingest(encoded(stored, kind, quality=95, exif=exif(6)))
    assert_upright(photo)
    assert_pixels_only(photo)


@pytest.mark.parametrize("broken", [b"nonsense, nonsense", b"II*\0", b"Exif\0\0MM\0*\xff\xff\xff\xff"])
@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_an_unreadable_orientation_leaves_the_picture_as_it_is(kind: str, broken: bytes) -> None:
    assert_upright(ingest(encoded(quarters(), kind, quality=95, exif=broken)))


def test_nothing_hidden_in_a_jpeg_comes_along() -> None:
    thumbnail = encoded(busy((96, 64)), "JPEG", comment=SECRET)
    jpeg = encoded(busy(), "JPEG", comment=SECRET, exif=exif(1, thumbnail), xmp=b"<x>" + SECRET + b"</x>")
    jpeg = with_segments(jpeg, segment(0xED, b"Photoshop 3.0\0" + SECRET), segment(0xEB, SECRET), segment(0xFE, SECRET))
    photo = ingest(jpeg + SECRET + thumbnail)
    assert jpeg.count(SECRET) >= 7
    assert_pixels_only(photo)


def test_nothing_hidden_in_a_png_a_webp_or_a_heic_comes_along() -> None:
    words = chunk(b"tEXt", b"Comment\0" + SECRET), chunk(b"prIv", SECRET), chunk(b"eXIf", exif()[6:])
    rows = (b"\0" + bytes(range(192))) * 64
    assert_pixels_only(ingest(png(64, 64, 8, 2, rows, *words) + SECRET))
    assert_pixels_only(ingest(encoded(busy(), "WEBP", exif=exif(), xmp=SECRET)))
    assert_pixels_only(ingest(encoded(busy(), "HEIF", exif=exif(), xmp=SECRET, thumbnails=[128])))


@pytest.mark.parametrize("behind", [b"<html><script>alert(1)</script>" + SECRET, b"\0\0\0\x18ftypmp42" + SECRET * 99])
def test_a_jpeg_that_is_something_else_as_well_comes_in_as_a_jpeg_alone(behind: bytes) -> None:
    jpeg = with_segments(encoded(busy(), "JPEG"), segment(0xFE, b"<html><!--" + SECRET))
    photo = ingest(jpeg + behind)
    assert_pixels_only(photo)
    assert b"html" not in photo.jpeg


def test_of_a_phone_s_multi_picture_jpeg_only_the_first_picture_comes_in() -> None:
    several = encoded(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (240, 160))], quality=95)
    with Image.open(io.BytesIO(several)) as image:
        assert image.format == "MPO"
    photo = ingest(several)
    assert_upright(photo)
    assert_pixels_only(photo)


def test_a_multi_picture_jpeg_with_a_broken_index_is_a_photo_still() -> None:
    assert_upright(
        ingest(with_segments(encoded(quarters(), "JPEG", quality=95), segment(0xE2, b"MPF\0II*\0\x08\0\0\0")))
    )


def test_of_a_heic_with_several_pictures_the_primary_one_comes_in() -> None:
    file = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]
    for image in (Image.new("RGB", (240, 160)), quarters()):
        file.add_from_pillow(image)
    out = io.BytesIO()
    file.save(out, primary_index=1, quality=95)
    photo = ingest(out.getvalue())
    assert_upright(photo)
    assert_pixels_only(photo)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (64, 1))
    grey = pixels(ingest(encoded(Image.fromarray(ramp), "PNG")).jpeg)[32, :, 0].astype(int)
    assert np.abs(grey - np.arange(256)).max() <= 4


@pytest.mark.parametrize(
    ("colours", "dot"), [(2, b"\x80\x12" * 3), (4, b"\x80\x12\xff\xff"), (6, b"\x80\x12" * 3 + b"\xff\xff")]
)
def test_sixteen_bits_of_colour_keep_their_shades(colours: int, dot: bytes) -> None:
    photo = ingest(png(64, 64, 16, colours, (b"\0" + dot * 64) * 64))
    assert np.abs(pixels(photo.jpeg).astype(int) - 0x80).max() <= 2


@pytest.mark.parametrize(("depth", "colours"), [(8, 0), (8, 2), (16, 0), (16, 2)])
@pytest.mark.parametrize("key", [b"\0\x12", b"\xff\x12", b"\x12\x34"])
def test_what_a_transparent_colour_would_hide_is_seen(depth: int, colours: int, key: bytes) -> None:
    row = b"\0" + (b"\x12\x34" if depth == 16 else b"\x12") * 64 * (3 if colours else 1)
    photo = ingest(png(64, 64, depth, colours, row * 64, chunk(b"tRNS", key * (3 if colours else 1))))
    assert np.abs(pixels(photo.jpeg).astype(int) - 0x12).max() <= 2
    assert_pixels_only(photo)


@pytest.mark.parametrize(
    ("depth", "colours", "row", "extra"),
    [
        (1, 0, b"\xf0" * 8, (chunk(b"tRNS", b"\0\1"),)),
        (2, 3, b"\xe4" * 16, (chunk(b"PLTE", bytes(range(12))), chunk(b"tRNS", b"\0\x80"))),
    ],
)
def test_pictures_of_few_colours_come_in(depth: int, colours: int, row: bytes, extra: tuple[bytes, ...]) -> None:
    assert_pixels_only(ingest(png(64, 64, depth, colours, (b"\0" + row) * 64, *extra)))


def test_ink_colours_become_screen_colours() -> None:
    ink = Image.new("CMYK", (64, 64), (0, 255, 255, 0))
    for profile in (None, swapped_profile()):  # the second belongs to a screen, not to ink: ignored
        red, green, blue = pixels(ingest(encoded(ink, "JPEG", icc_profile=profile)).jpeg)[32, 32]
        assert red > 200 > 60 > max(green, blue)


def test_what_was_transparent_is_white_and_what_it_hid_is_gone() -> None:
    image = quarters().convert("RGBA")
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, (0, 0, 120, 80))
    image.putalpha(alpha)
    for kind in ("PNG", "WEBP", "HEIF"):
        above_left, above_right, *_ = corners(pixels(ingest(encoded(image, kind, quality=95)).jpeg))
        assert min(above_left) > 245
        assert above_right[1] > 180


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_grey_and_palette_pictures_come_in(mode: str) -> None:
    assert_pixels_only(ingest(encoded(busy().convert(mode), "PNG")))


def test_a_colour_profile_is_applied_and_a_broken_one_ignored() -> None:
    red = Image.new("RGB", (64, 64), (255, 0, 0))
    changed = pixels(ingest(encoded(red, "JPEG", icc_profile=swapped_profile())).jpeg)[32, 32]
    assert changed[1] > 240 > 20 > changed[0]
    for broken in (b"not a profile", swapped_profile()[:300]):
        same = pixels(ingest(encoded(red, "JPEG", icc_profile=broken)).jpeg)[32, 32]
        assert same[0] > 240 > 20 > same[1]


def test_the_same_file_gives_the_same_digest() -> None:
    data = encoded(busy(), "JPEG", exif=exif(3))
    assert ingest(data) == ingest(data)


def test_coloured_small_print_stays_readable() -> None:
    image = Image.new("RGB", (64, 64), BLUE)
    for column in range(0, 64, 2):
        image.paste(RED, (column, 0, column + 1, 64))
    seen = pixels(ingest(encoded(image, "PNG")).jpeg).astype(int)
    assert (seen[:, 0::2, 0] - seen[:, 1::2, 0]).min() > 150
