"""Builders of pictures for the tests: honest ones, ones with secrets in every corner, and ones that lie."""

import hashlib
import io
import struct
import zlib
from typing import Any

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile

from moderation.media.photo import NotUsable, Photo, export, ingest

pillow_heif.register_heif_opener()

SECRET = b"Secret Pupil"
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (255, 255, 255)
# What turns an upright picture into the pixels that a camera stores with each EXIF orientation.
AS_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(size: tuple[int, int] = (240, 160)) -> Image.Image:
    """Red and green above, blue and white below: tells which way is up."""
    width, height = size
    image = Image.new("RGB", size, WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def busy(size: tuple[int, int] = (320, 240), seed: int = 1) -> Image.Image:
    """Smooth random colours with grain: compresses like a photograph."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (size[1] // 16, size[0] // 16, 3), dtype=np.uint8))
    fine = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC)).astype(np.int16)
    return Image.fromarray(np.clip(fine + rng.integers(-9, 10, fine.shape), 0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1, thumbnail: bytes = b"") -> bytes:
    """An EXIF block with an orientation, a secret description and, in its second directory, a thumbnail."""
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = SECRET.decode()
    block[0x8825] = {1: "N", 2: (51.0, 30.0, 0.0)}  # where it was taken
    data = block.tobytes()
    return data + thumbnail


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """The JPEG with more segments behind its first two bytes."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, depth: int, colours: int, raw: bytes, *extra: bytes) -> bytes:
    """A PNG by hand; `raw` are its filtered rows, which need not fit the size that it claims."""
    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    parts = (chunk(b"IHDR", head), *extra, chunk(b"IDAT", zlib.compress(raw)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def claiming(jpeg: bytes, width: int, height: int) -> bytes:
    """The JPEG with another size in its header than its data have."""
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def swapped_profile() -> bytes:
    """An ICC profile for screens whose red is sRGB's green and the other way round."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = data.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    return data.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


def corners(array: NDArray[np.uint8]) -> list[tuple[int, ...]]:
    """The mean colour in the middle of each quarter: above left, above right, below left, below right."""
    height, width = array.shape[:2]
    means = []
    for row in (0, 1):
        for column in (0, 1):
            top, left = height // 8 + row * height // 2, width // 8 + column * width // 2
            part = array[top : top + height // 4, left : left + width // 4]
            means.append(tuple(int(value) for value in part.reshape(-1, 3).mean(axis=0)))
    return means


def refusal(data: bytes) -> str:
    """The sentence that the teacher reads."""
    with pytest.raises(NotUsable) as caught:
        ingest(data)
    sentence = str(caught.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert any(what in sentence for what in ("upload", "Upload", "choose"))  # it says what to do
    return sentence


def assert_pixels_only(photo: Photo) -> None:
    """Told by Pillow, not by Gatepost's own proof."""
    with JpegImageFile(io.BytesIO(photo.jpeg)) as image:
        assert [name for name, _ in image.applist] == ["APP0"]
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert (photo.width, photo.height) == image.size
    assert SECRET not in photo.jpeg
    assert photo.jpeg.endswith(b"\xff\xd9")
    assert photo.jpeg.count(b"\xff\xd8\xff") == 1
    assert photo.digest == hashlib.sha256(photo.jpeg).hexdigest()
    assert export(photo.jpeg) == photo.jpeg
