"""A photo as Gatepost knows it: taken in as pixels alone, covered, cut out for a page, and proved before it leaves."""

import hashlib
import io
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from moderation.media import covers, gate
from moderation.media.gate import NotUsable as NotUsable
from moderation.rules.blocks import MARGIN, Block
from moderation.rules.findings import Box
from moderation.rules.language import gettext

GATE: Final = str(Path(gate.__file__).resolve())
WALL_SECONDS: Final = 30  # more than the gate's CPU seconds: a busy machine is not the picture's fault
BY_LIMIT: Final = (signal.SIGXCPU, signal.SIGKILL)
PAGE_QUALITY: Final = 82
STEP: Final = 0.97  # of the sides, at least, when a picture has too many bytes


class NotPixelsOnly(Exception):
    """A picture carries something besides pixels, or is not of Gatepost's own encoding. It must not leave."""


@dataclass(frozen=True)
class Photo:
    """An upright sRGB picture: JPEG bytes of Gatepost's own encoding, their SHA-256 in hex, its size in pixels.

    `camera` is what the uploaded file said it was taken with, which is not in the bytes any more.
    """

    jpeg: bytes
    digest: str
    width: int
    height: int
    camera: str = ""


def ingest(data: bytes) -> Photo:
    """The photo in an uploaded file, whatever its name. Raises NotUsable; about half a second for 12 megapixels."""
    try:
        return _ingest(data)
    except NotUsable as refusal:
        raise NotUsable(in_words(refusal)) from None


def in_words(refusal: NotUsable) -> str:
    """In the language of whoever reads it: the gate itself speaks English."""
    return gettext(refusal.sentence).format(**refusal.values)


def _ingest(data: bytes) -> Photo:
    gate.check_bytes(len(data))
    # An empty environment: the process that meets strangers' files holds none of the program's keys.
    command = [sys.executable, "-I", GATE]
    try:
        ended = subprocess.run(command, input=data, capture_output=True, timeout=WALL_SECONDS, env={}, cwd="/")
    except subprocess.TimeoutExpired:
        raise NotUsable(gate.HEAVY) from None
    if ended.returncode < 0:  # ended by a limit, or by a decoder's crash
        raise NotUsable(gate.HEAVY if -ended.returncode in BY_LIMIT else gate.UNREADABLE)
    if ended.returncode > 0:
        raise RuntimeError(f"The picture gate cannot run: {ended.stderr.decode(errors='replace')[-500:]}")
    head, _, jpeg = ended.stdout.partition(b"\n")
    said = json.loads(head)
    if said["refused"] is not None:
        place, values = said["refused"]
        raise NotUsable(gate.SENTENCES[place], **{name: int(value) for name, value in values.items()})
    return replace(_photo(export(jpeg)), camera=said["camera"])


def _photo(jpeg: bytes) -> Photo:
    with Image.open(io.BytesIO(jpeg)) as image:
        width, height = image.size
    return Photo(jpeg, hashlib.sha256(jpeg).hexdigest(), width, height)


def pixels(jpeg: bytes) -> NDArray[np.uint8]:
    """Height × width × 3 RGB, uint8, upright."""
    with Image.open(io.BytesIO(jpeg)) as image:
        return np.array(image.convert("RGB"))


def cover(jpeg: bytes, blocks: Sequence[Block | Box], margin: float = MARGIN, sticker: bytes | None = None) -> Photo:
    """The photo with a solid block over each box and `margin` of its sides around it; what was there is gone.

    A box may be turned. `sticker`: a JPEG, drawn on each block. Raises ValueError for no boxes or a box without a pixel
    in the picture: a cover that covers nothing must not look like one.
    """
    with Image.open(io.BytesIO(jpeg)) as opened:
        image = opened.convert("RGB")
    turned = [Block.of(block) if isinstance(block, Box) else block for block in blocks]
    covers.paint(image, turned, margin, Image.open(io.BytesIO(sticker)) if sticker else None)
    return _photo(export(gate.encode(image)))


def fitted(jpeg: bytes, part: Box, size: tuple[int, int], most_bytes: int | None = None) -> Photo:
    """`part` of the photo in `size` (width, height), smaller if it would have more than `most_bytes`; never enlarged.

    A whole photo that is small enough already is handed back as it is.
    """
    with Image.open(io.BytesIO(jpeg)) as opened:
        whole = part == Box(0, 0, *opened.size) and size == opened.size
        if whole and (most_bytes is None or len(jpeg) <= most_bytes):
            return _photo(export(jpeg))
        image = opened.convert("RGB").crop(part)
    while True:
        scaled = image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)
        made = export(gate.encode(scaled))
        if most_bytes is None or len(made) <= most_bytes or size == (1, 1):
            return _photo(made)
        shrink = min(STEP, (most_bytes / len(made)) ** 0.5)
        size = max(1, int(size[0] * shrink)), max(1, int(size[1] * shrink))


def widened(box: Box, around: float, size: tuple[int, int]) -> Box:
    """`box` and `around` of its sides on each side, inside a picture of `size`. Raises ValueError for an empty one."""
    width, height = size
    if box.left >= box.right or box.top >= box.bottom or box.right <= 0 or box.bottom <= 0:
        raise ValueError("The box is empty or outside the picture.")
    if box.left >= width or box.top >= height:
        raise ValueError("The box is outside the picture.")
    across, down = around * (box.right - box.left), around * (box.bottom - box.top)
    return Box(
        max(0, int(box.left - across)),
        max(0, int(box.top - down)),
        min(width, int(box.right + across + 1)),
        min(height, int(box.bottom + down + 1)),
    )


def preview(jpeg: bytes, longest: int) -> bytes:
    """A small JPEG of the whole photo for a page, `longest` pixels at most along its longer side."""
    with Image.open(io.BytesIO(jpeg)) as image:
        return _small(image, longest)


def crop(jpeg: bytes, box: Box, around: float = 0.5, longest: int = 480) -> bytes:
    """A small JPEG of `box` and `around` of its sides on each side, `longest` pixels at most. Raises as `widened`."""
    with Image.open(io.BytesIO(jpeg)) as image:
        full = image.size
        part = widened(box, around, full)
        shrink = max(1.0, max(part.right - part.left, part.bottom - part.top) / longest)
        # Decodes at a half, a quarter or an eighth where that is enough.
        image.draft("RGB", (int(full[0] / shrink), int(full[1] / shrink)))
        x, y = image.width / full[0], image.height / full[1]
        area = (int(part.left * x), int(part.top * y), round(part.right * x), round(part.bottom * y))
        return _small(image.crop(area), longest)


def _small(image: Image.Image, longest: int) -> bytes:
    image.thumbnail((longest, longest))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=PAGE_QUALITY, subsampling="4:4:4")  # the colours of what is covered stay sharp
    return out.getvalue()


# What Gatepost's encoder writes between the start and the pixels, and nothing else: JFIF, tables, size, tables.
JFIF: Final = b"\xff\xe0\x00\x10JFIF\x00"
SEGMENTS: Final = frozenset({0xDB, 0xC0, 0xC4})  # quantisation tables, baseline frame, Huffman tables
END: Final = b"\xff\xd9"


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height of our own encoding, in pixels."""
    with Image.open(io.BytesIO(jpeg)) as image:
        return image.size


def export(jpeg: bytes) -> bytes:
    """The same bytes, proved to hold pixels only. Raises NotPixelsOnly for another segment, or bytes after the end."""
    if jpeg[:2] != b"\xff\xd8" or not jpeg.startswith(JFIF, 2) or jpeg[18:20] != b"\x00\x00":
        raise NotPixelsOnly("The picture is not of Gatepost's own encoding.")
    at = 20
    while jpeg[at : at + 2] != b"\xff\xda":
        if jpeg[at : at + 1] != b"\xff" or at + 4 > len(jpeg) or jpeg[at + 1] not in SEGMENTS:
            raise NotPixelsOnly("The picture carries something besides its pixels.")
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    # In the pixels themselves every 0xFF is followed by 0x00; the first that is not must be the end of the file.
    if not jpeg.endswith(END) or jpeg.count(b"\xff", at + 2) != jpeg.count(b"\xff\x00", at + 2) + 1:
        raise NotPixelsOnly("The picture carries something behind its pixels.")
    return jpeg
