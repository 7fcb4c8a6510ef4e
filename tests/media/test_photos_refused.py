"""Law 12: a file that cannot be used gets a clear sentence; none crashes, hangs or slips through."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from moderation.media.photo import NotUsable, Photo, ingest
from tests.media.pictures import busy, chunk, claiming, encoded, exif, png, quarters, refusal

FRAMES = [quarters(), quarters().transpose(Image.Transpose.ROTATE_180)]
ROW = b"\0" + bytes(64 * 3)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    assert "moving picture" in refusal(encoded(FRAMES[0], kind, save_all=True, append_images=FRAMES[1:]))


def test_every_gif_is_refused_as_made_for_moving() -> None:
    assert "GIF" in refusal(encoded(FRAMES[0], "GIF"))
    assert "GIF" in refusal(encoded(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:]))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello", "not a kind of picture"),
        (b"<!doctype html><script>alert(1)</script>", "not a kind of picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a kind of picture"),
        (b"PK\3\4" + bytes(99), "not a kind of picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\0\0\0\x20ftypisom" + bytes(99), "video"),
        (b"\0\0\0\x20ftypmsf1" + bytes(99), "moving picture"),
        (b"\0\0\0\x20ftypavif" + bytes(99), "not a kind of picture"),
        (encoded(busy(), "BMP"), "not a kind of picture"),
        (encoded(busy(), "TIFF"), "not a kind of picture"),
        (b"\xff\xd8\xff", "cannot be opened"),
        (b"RIFF\4\0\0\0WEBP", "cannot be opened"),
        (b"\0\0\0\x20ftypheic" + bytes(99), "cannot be opened"),
    ],
)
def test_what_is_no_usable_picture_is_named_for_what_it_is(data: bytes, reason: str) -> None:
    assert reason in refusal(data)


def vp8l(width: int, height: int) -> bytes:
    """A lossless WebP of one colour, by hand."""
    body = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + b"\x88\x88\x08"
    content = b"WEBPVP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(content)) + content


def test_too_large_and_too_small_say_by_how_much() -> None:
    assert "60000 × 50000" in refusal(png(60_000, 50_000, 8, 2, ROW))
    assert "65500 × 65500" in refusal(claiming(encoded(busy(), "JPEG"), 65_500, 65_500))
    assert "40000 × 70" in refusal(png(40_000, 70, 1, 0, b""))
    assert "8000 × 7000" in refusal(vp8l(8000, 7000))
    assert "too much memory" in refusal(vp8l(16_000, 16_000))
    assert "40 × 30" in refusal(encoded(Image.new("RGB", (40, 30)), "PNG"))
    assert "61 MB" in refusal(bytes(61_000_000))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_file_that_ends_too_early_is_refused(kind: str) -> None:
    data = encoded(busy(), kind)
    for share in (0.02, 0.5, 0.97):
        assert "cannot be opened" in refusal(data[: int(len(data) * share)])


@pytest.mark.parametrize(
    "extra",
    [
        (chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(20_000_000))),),
        (chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(20_000_000))),),
        (chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(900_000))),) * 100,
    ],
    ids=["words", "profile", "many words"],
)
def test_a_small_file_that_unpacks_without_end_is_refused(extra: tuple[bytes, ...]) -> None:
    assert "cannot be opened" in refusal(png(64, 64, 8, 2, ROW * 64, *extra))


def test_a_jpeg_that_goes_through_its_pixels_again_and_again_is_refused_before_it_is_opened() -> None:
    jpeg = encoded(busy(), "JPEG", progressive=True)
    scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    assert "takes too long" in refusal(jpeg[:-2] + scan * 60 + jpeg[-2:])
    assert ingest(jpeg[:-2] + scan * 20 + jpeg[-2:]), "as programs may write it"
    assert ingest(jpeg + scan * 100), "behind its end stands a video, or whatever a phone puts there"


def spoilt(data: bytes, dice: np.random.Generator) -> bytes:
    """The file cut, with bits turned over, with its head overwritten, or with one part copied over another."""
    changed = bytearray(data)
    many = range(dice.integers(1, 8))
    match dice.integers(4):
        case 0:
            return data[: dice.integers(1, len(data))]
        case 1:
            for _ in many:
                changed[dice.integers(len(data))] ^= 1 << int(dice.integers(8))
        case 2:
            for _ in many:
                changed[dice.integers(min(len(data), 300))] = dice.integers(256)
        case _:
            here, there, length = dice.integers(len(data)), dice.integers(len(data)), dice.integers(1, 300)
            changed[here : here + length] = changed[there : there + length]
    return bytes(changed)


@pytest.mark.parametrize("seed", range(6))
def test_spoilt_files_end_as_pixels_alone_or_with_a_sentence(seed: int) -> None:
    image = busy((160, 112), seed)
    honest = [
        encoded(image, "JPEG", exif=exif(6), comment=b"x"),
        encoded(image, "JPEG", progressive=True),
        encoded(image.convert("CMYK"), "JPEG"),
        encoded(image, "MPO", save_all=True, append_images=[image]),
        encoded(image, "PNG", exif=exif(6)),
        encoded(image.convert("P"), "PNG", transparency=3),
        encoded(image, "PNG", save_all=True, append_images=[quarters((160, 112))]),
        encoded(image.convert("RGBA"), "WEBP", lossless=True),
        encoded(image, "WEBP", exif=exif(3)),
        encoded(image, "HEIF", exif=exif(6)),
    ]
    dice = np.random.default_rng(seed)
    for data in honest:
        try:
            taken = ingest(spoilt(data, dice))
        except NotUsable as refused:
            assert str(refused).endswith(".")
        else:
            assert isinstance(taken, Photo)
            with Image.open(io.BytesIO(taken.jpeg)) as opened:
                opened.load()
