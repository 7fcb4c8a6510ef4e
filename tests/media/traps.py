"""Pictures made by hand to harm: bombs, sizes out of this world, endless metadata, directories that lead in circles."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Final

from numpy.random import Generator
from PIL import Image

from tests.media.many_kinds import EXIF_START, SIZE, XMP, directory, honest, image, rows, srgb
from tests.media.pictures import chunk, claiming, encoded, png, segment, with_segments

ROW: Final = b"\0" + bytes(SIZE[0] * 3)
HEAD: Final = b"MM\0*\0\0\0\x08"


def in_jpeg(marker: int, *contents: bytes) -> bytes:
    return with_segments(honest("jpeg"), *(segment(marker, content) for content in contents))


def in_png(*extra: bytes) -> bytes:
    return png(*SIZE, 8, 2, ROW * SIZE[1], *extra)


def in_webp(name: bytes, content: bytes) -> bytes:
    body = honest("webp")[12:] + name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def odd_size(dice: Generator) -> bytes:
    """Nothing, one pixel, a line: whole and honest, but no photo."""
    size = [(1, 1), (65_500, 1), (1, 65_500), (63, 64), (64, 63), (30_001, 64), (2, 30_000)][dice.integers(7)]
    if dice.integers(2):
        return encoded(Image.new("RGB", size), "JPEG")
    return [png(65_535, 1, 8, 0, b"\0" + bytes(65_535)), png(0, 0, 8, 2, b""), png(1, 0, 8, 2, b"")][dice.integers(3)]


def packed(dice: Generator) -> bytes:
    """A few kilobytes that unfold into many megabytes."""
    size = int(dice.integers(5, 60)) * 1_000_000
    full = zlib.compress(bytes(size), 9)
    match dice.integers(4):
        case 0:
            return in_png(chunk(b"zTXt", b"a\0\0" + full))
        case 1:
            return in_png(chunk(b"iCCP", b"a\0\0" + full))
        case 2:
            return in_png(
                *(chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(900_000))),) * int(dice.integers(1, 90))
            )
        case _:
            return png(*SIZE, 8, 2, bytes(size))  # more rows than it says


def many_pixels(dice: Generator) -> bytes:
    """Up to what may be opened, and far beyond it, in a file of kilobytes."""
    match dice.integers(6):
        case 0:
            return _one_colour_png(7000, 7200, 8, int(dice.choice([0, 2, 6])))
        case 1:
            return _one_colour_png(7000, 7000, 16, int(dice.choice([0, 2, 6])))
        case 2:
            return _one_colour_png(30_000, 1690, 1, 0)
        case 3:
            return _one_colour_webp(int(dice.integers(6000, 16_384)), int(dice.integers(6000, 16_384)))
        case 4:
            return claiming(honest("jpeg progressive").replace(b"\xff\xc2", b"\xff\xc0", 1), 7000, 7000)
        case _:
            return _scans(7000, int(dice.integers(2, 300)))


@cache
def _one_colour_png(width: int, height: int, depth: int, colours: int) -> bytes:
    row = width * {0: 1, 2: 3, 6: 4}[colours] * depth // 8 + 1
    return png(width, height, depth, colours, bytes(row * height))


def _one_colour_webp(width: int, height: int) -> bytes:
    body = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + b"\x88\x88\x08"
    content = b"WEBPVP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(content)) + content


@cache
def _progressive(side: int) -> bytes:
    return encoded(Image.new("RGB", (side, side), "red"), "JPEG", progressive=True)


def _scans(side: int, times: int) -> bytes:
    """The last look at the pixels again and again."""
    jpeg = _progressive(side)
    scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return jpeg[:-2] + scan * times + jpeg[-2:]


def much_metadata(dice: Generator) -> bytes:
    """Megabytes of it, round a small picture."""
    many = int(dice.integers(10, 255))
    match dice.integers(8):
        case 0:
            return in_jpeg(0xE1, *(EXIF_START + HEAD + bytes(65_000),) * many)
        case 1:
            return in_jpeg(0xE1, *(b"http://ns.adobe.com/xap/1.0/\0" + XMP * 500,) * many)
        case 2:
            head = b"ICC_PROFILE\0"
            return in_jpeg(0xE2, *(head + bytes((n + 1, many)) + srgb() * 90 for n in range(many)))
        case 3:
            return in_jpeg(0xFE, *(bytes(65_000),) * many)
        case 4:
            return in_png(chunk(b"eXIf", HEAD + bytes(many * 50_000)))
        case 5:
            return in_png(*(chunk(b"tEXt", b"a\0" + b"b" * 9_000),) * many * 4)
        case 6:
            return in_webp(b"EXIF", HEAD + bytes(many * 50_000))
        case _:
            return in_webp(b"XMP ", XMP * many * 300)


def odd_exif(dice: Generator) -> bytes:
    """An orientation that is none, directories in circles, values that lie outside, counts without end."""
    turn = int(dice.choice([0, 1, 6, 8, 9, 255, 65_535]))
    kind, count = int(dice.integers(0, 15)), int(dice.choice([0, 1, 2, 1000, 0xFFFFFFFF]))
    value = bytes(dice.choice([struct.pack(">HH", turn, 0), struct.pack(">I", 8), b"\xff\xff\xff\xf0", b"abc\0"]))
    tags = [0x0112, 0x010F, 0x0110, 0x8769, 0x8825, 0xA005, 0x0201, 0x927C]
    entries = [(int(tag), kind, count, value) for tag in dice.choice(tags, size=int(dice.integers(1, 7)))]
    block = HEAD + directory(entries, int(dice.choice([0, 8, 10, 0xFFFFFFFF]))) + dice.bytes(40)
    match dice.integers(3):
        case 0:
            return in_jpeg(0xE1, EXIF_START + block)
        case 1:
            return in_png(chunk(b"eXIf", block))
        case _:
            return in_webp(b"EXIF", block)


def odd_profile(dice: Generator) -> bytes:
    """A colour profile cut short, of noise, or meant for another kind of picture."""
    profile = bytearray(srgb())
    for at in dice.integers(len(profile), size=int(dice.integers(0, 40))):
        profile[at] = dice.integers(256)
    profile[16:20] = bytes(dice.choice([b"RGB ", b"CMYK", b"GRAY", b"Lab ", b"XYZ ", b"8CLR"]))
    cut = bytes(profile[: int(dice.integers(0, len(profile) * 2))])
    mode, kind = [("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG"), ("RGBA", "PNG"), ("P", "PNG"), ("RGB", "WEBP")][
        dice.integers(6)
    ]
    return encoded(image().convert(mode), kind, icc_profile=cut)


def odd_palette(dice: Generator) -> bytes:
    """Missing, short, or with more "nothing" than colours; a depth and a kind of colours that do not go together."""
    extra = [
        chunk(b"PLTE", dice.bytes(3 * int(dice.integers(0, 300)))),
        chunk(b"tRNS", dice.bytes(int(dice.integers(400)))),
    ]
    kept = [one for one in extra if dice.integers(3)]
    depth, colours = int(dice.choice([1, 2, 4, 8, 16, 3, 0, 255])), int(dice.choice([0, 2, 3, 4, 6, 1, 5, 7]))
    return png(*SIZE, depth, colours, rows(4, 16), *kept)


def odd_animation(dice: Generator) -> bytes:
    """Counts of frames that lie, and frames that lie outside."""
    data = bytearray(
        honest(str(dice.choice(["png moving", "webp moving", "gif moving", "jpeg several", "heif several"])))
    )
    for name in (b"acTL", b"fcTL", b"ANIM", b"ANMF", b"MPF\0", b"iloc", b"pitm"):
        at = data.find(name)
        if at > 0 and dice.integers(2):
            field = at + 4 + int(dice.integers(0, 24))
            data[field : field + 4] = struct.pack(">I", int(dice.choice([0, 1, 2, 0xFFFF, 0xFFFFFFFF])))
            data[at + 12 : at + 16] = (
                struct.pack(">I", zlib.crc32(data[at : at + 12])) if name == b"acTL" else data[at + 12 : at + 16]
            )
    return bytes(data)


def nothing_at_all(dice: Generator) -> bytes:
    return [b"", b"\0", b"\xff\xd8\xff", dice.bytes(5000), bytes(5000), b"GIF89a" + b"\xff" * 20][dice.integers(6)]


TRAPS: Final[tuple[Callable[[Generator], bytes], ...]] = (
    odd_size,
    much_metadata,
    odd_exif,
    odd_profile,
    odd_palette,
    odd_animation,
    nothing_at_all,
)
BOMBS: Final[tuple[Callable[[Generator], bytes], ...]] = (packed, many_pixels)
