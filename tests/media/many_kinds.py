"""One honest small picture of every kind, made once: what the malformed ones are made from."""

import struct
import time
from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
from PIL import Image, ImageCms

from tests.media.pictures import SECRET, busy, chunk, encoded, exif, png, quarters, swapped_profile

SIZE: Final = (160, 112)
EXIF_START: Final = b"Exif\0\0"
XMP: Final = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>' + SECRET + b"</a></x:xmpmeta>"


def image() -> Image.Image:
    return busy(SIZE)


def undated(profile: bytes) -> bytes:
    """A colour profile without the moment at which it was made: the same bytes in every run."""
    return profile[:24] + bytes(12) + profile[36:]


def srgb() -> bytes:
    return undated(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def rows(channels: int, depth: int, size: tuple[int, int] = SIZE) -> bytes:
    """Noise as a PNG's unpacked rows, each with its filter's number."""
    width = size[0] * channels * depth // 8
    noise = np.random.default_rng(depth).integers(0, 256, (size[1], width), dtype=np.uint8)
    return b"".join(b"\0" + row.tobytes() for row in noise)


def directory(entries: list[tuple[int, int, int, bytes]], after: int = 0) -> bytes:
    """A directory of EXIF: (tag, type, count, four bytes) each, and where the next one begins."""
    parts = [struct.pack(">HHI", tag, kind, count) + value for tag, kind, count, value in entries]
    return struct.pack(">H", len(parts)) + b"".join(parts) + struct.pack(">I", after)


def with_thumbnail(depth: int) -> bytes:
    """EXIF with a thumbnail, which has EXIF with a thumbnail, and so on."""
    inner = {"exif": with_thumbnail(depth - 1)} if depth else {}
    small = encoded(quarters((64, 64)), "JPEG", quality=30, **inner)
    turned = directory([(0x0112, 3, 1, b"\0\6\0\0")], 26)
    where = directory([(0x0201, 4, 1, struct.pack(">I", 56)), (0x0202, 4, 1, struct.pack(">I", len(small)))])
    return EXIF_START + b"MM\0*\0\0\0\x08" + turned + where + small


def animated(kind: str) -> bytes:
    frames = [quarters(SIZE), image(), quarters(SIZE).transpose(Image.Transpose.ROTATE_180)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=40)


def multi_picture() -> bytes:
    return encoded(image(), "MPO", save_all=True, append_images=[quarters(SIZE), image()], exif=exif(3))


def heif_of_several() -> bytes:
    return encoded(image(), "HEIF", save_all=True, append_images=[quarters(SIZE), quarters((96, 96))], exif=exif(6))


def interlaced_png() -> bytes:
    """Said to be interlaced, with rows that are not: decoders meet their least used code."""
    plain = png(*SIZE, 8, 2, rows(3, 8))
    head = plain[16:28] + b"\1"
    return plain[:8] + chunk(b"IHDR", head) + plain[33:]


MAKERS: Final[dict[str, Callable[[], bytes]]] = {
    "jpeg": lambda: encoded(image(), "JPEG", exif=exif(6), comment=SECRET, icc_profile=srgb(), xmp=XMP),
    "jpeg progressive": lambda: encoded(image(), "JPEG", progressive=True, exif=exif(8)),
    "jpeg restarts": lambda: encoded(image(), "JPEG", restart_marker_blocks=2, subsampling="4:2:0"),
    "jpeg grey": lambda: encoded(image().convert("L"), "JPEG", icc_profile=undated(swapped_profile())),
    "jpeg cmyk": lambda: encoded(image().convert("CMYK"), "JPEG", icc_profile=undated(swapped_profile())),
    "jpeg thumbnails": lambda: encoded(image(), "JPEG", exif=with_thumbnail(4)),
    "jpeg several": multi_picture,
    "png": lambda: encoded(image(), "PNG", exif=exif(6), icc_profile=undated(swapped_profile())),
    "png alpha": lambda: encoded(image().convert("RGBA"), "PNG"),
    "png grey alpha": lambda: encoded(image().convert("LA"), "PNG"),
    "png palette": lambda: encoded(image().convert("P"), "PNG", transparency=3),
    "png one bit": lambda: encoded(image().convert("1"), "PNG"),
    "png 16 grey": lambda: png(*SIZE, 16, 0, rows(1, 16), chunk(b"tRNS", b"\1\2")),
    "png 16 colour": lambda: png(*SIZE, 16, 2, rows(3, 16), chunk(b"tRNS", b"\1\2\3\4\5\6")),
    "png 16 alpha": lambda: png(*SIZE, 16, 6, rows(4, 16)),
    "png interlaced": interlaced_png,
    "png moving": lambda: animated("PNG"),
    "webp": lambda: encoded(image(), "WEBP", exif=exif(3), xmp=XMP, icc_profile=undated(swapped_profile())),
    "webp lossless": lambda: encoded(image().convert("RGBA"), "WEBP", lossless=True),
    "webp moving": lambda: animated("WEBP"),
    "heif": lambda: encoded(image(), "HEIF", exif=exif(6), xmp=XMP),
    "heif alpha": lambda: encoded(image().convert("RGBA"), "HEIF", thumbnails=[64]),
    "heif several": heif_of_several,
    "heif grey": lambda: encoded(image().convert("L"), "HEIF"),
    "gif": lambda: encoded(image(), "GIF"),
    "gif moving": lambda: animated("GIF"),
    "avif": lambda: encoded(image(), "AVIF"),
    "tiff": lambda: encoded(image(), "TIFF", compression="tiff_deflate"),
    "bmp": lambda: encoded(image(), "BMP"),
    "ico": lambda: encoded(image(), "ICO"),
    "jpeg 2000": lambda: encoded(image(), "JPEG2000"),
    "tga": lambda: encoded(image(), "TGA"),
    "ppm": lambda: encoded(image(), "PPM"),
    "pdf": lambda: encoded(image(), "PDF", creationDate=time.gmtime(0), modDate=time.gmtime(0)),
}


@cache
def honest(kind: str) -> bytes:
    """The same bytes in every run."""
    return MAKERS[kind]()
