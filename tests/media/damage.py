"""Ways to damage a picture: cut, turned bits, parts moved about, lengths and sizes that lie, other files joined on."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from numpy.random import Generator

from tests.media.pictures import SECRET, segment

LENGTHS: Final = (0, 1, 2, 7, 8, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF7, 0xFFFFFFFF)
SIDES: Final = (0, 1, 2, 63, 64, 65, 111, 113, 159, 161, 320, 4096, 7141, 16_383, 30_000, 30_001, 65_500, 65_535)
SCRIPT: Final = b"<html><script>alert('" + SECRET + b"')</script></html>"
PDF: Final = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"


def parts(data: bytes) -> list[tuple[int, int]]:
    """Where each segment, chunk or box begins and ends."""
    return list(_jpeg(data) if data[:2] == b"\xff\xd8" else _chunks(data)) or [(0, len(data))]


def _jpeg(data: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        yield at, min(end, len(data))
        at = end
    yield at, len(data)


def _chunks(data: bytes) -> Iterator[tuple[int, int]]:
    """Of PNG, RIFF or HEIF."""
    png, riff = data.startswith(b"\x89PNG"), data.startswith(b"RIFF")
    at = 8 if png else 12 if riff else 0
    while at + 8 <= len(data):
        if png:
            length = int.from_bytes(data[at : at + 4]) + 12
        elif riff:
            length = (int.from_bytes(data[at + 4 : at + 8], "little") + 9) & ~1
        else:
            length = max(8, int.from_bytes(data[at : at + 4]))
        yield at, min(at + length, len(data))
        at += length


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.js", SCRIPT)
    return out.getvalue()


def one_of(dice: Generator, *items: bytes) -> bytes:
    return items[dice.integers(len(items))]


def cut(data: bytes, dice: Generator) -> bytes:
    return data[: dice.integers(len(data))]


def cut_at_a_boundary(data: bytes, dice: Generator) -> bytes:
    edges = [edge for part in parts(data) for edge in part]
    return data[: max(0, edges[dice.integers(len(edges))] + int(dice.integers(-1, 2)))]


def turn_bits(data: bytes, dice: Generator) -> bytes:
    changed = bytearray(data)
    for at in dice.integers(len(data), size=int(2 ** dice.integers(7))):
        changed[at] ^= 1 << int(dice.integers(8))
    return bytes(changed)


def spoil_the_head(data: bytes, dice: Generator) -> bytes:
    changed = bytearray(data)
    for at in dice.integers(min(len(data), 200), size=int(dice.integers(1, 9))):
        changed[at] = dice.integers(256)
    return bytes(changed)


def copy_over(data: bytes, dice: Generator) -> bytes:
    here, there, length = dice.integers(len(data)), dice.integers(len(data)), dice.integers(1, 400)
    return data[:here] + data[there : there + length] + data[here + length :]


def take_out(data: bytes, dice: Generator) -> bytes:
    at = int(dice.integers(len(data)))
    return data[:at] + data[at + int(dice.integers(1, 400)) :]


def put_in(data: bytes, dice: Generator) -> bytes:
    at = int(dice.integers(len(data)))
    return data[:at] + dice.bytes(int(dice.integers(1, 400))) + data[at:]


def zero_out(data: bytes, dice: Generator) -> bytes:
    at, length = int(dice.integers(len(data))), int(dice.integers(1, 2000))
    return data[:at] + bytes(len(data[at : at + length])) + data[at + length :]


def move_parts(data: bytes, dice: Generator) -> bytes:
    """One left out, one twice, one many times, or all in another order."""
    found = parts(data)
    pieces = [data[begin:end] for begin, end in found]
    at = int(dice.integers(len(pieces)))
    match dice.integers(4):
        case 0:
            del pieces[at]
        case 1:
            pieces.insert(int(dice.integers(len(pieces) + 1)), pieces[at])
        case 2:
            pieces[at] *= max(1, min(300, 2_000_000 // max(1, len(pieces[at]))))
        case _:
            dice.shuffle(pieces)
    return data[: found[0][0]] + b"".join(pieces)


def lie_about_a_length(data: bytes, dice: Generator) -> bytes:
    at = parts(data)[int(dice.integers(len(parts(data))))][0]
    jpeg, riff = data[:2] == b"\xff\xd8", data[:4] == b"RIFF"
    length = LENGTHS[dice.integers(len(LENGTHS))]
    if jpeg:
        return data[: at + 2] + struct.pack(">H", length & 0xFFFF) + data[at + 4 :]
    start = at + 4 if riff else at
    return data[:start] + struct.pack("<I" if riff else ">I", length) + data[start + 4 :]


def lie_about_the_size(data: bytes, dice: Generator) -> bytes:
    """Another width and height in the header than the pixels have, with the check sum made right."""
    width, height = (SIDES[at] for at in dice.integers(len(SIDES), size=2))
    if data.startswith(b"\x89PNG"):
        head = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
        return data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]
    if data.startswith(b"RIFF"):
        return _lying_webp(data, width, height)
    at = data.find(b"ispe")
    if at > 0:
        return data[: at + 8] + struct.pack(">II", width, height) + data[at + 16 :]
    frame = next((a for a, _ in parts(data) if data[a + 1 : a + 2] in (b"\xc0", b"\xc2")), None)
    return data if frame is None else data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]


def _lying_webp(data: bytes, width: int, height: int) -> bytes:
    for name, behind, size in (
        (b"VP8X", 12, (max(width, 1) - 1).to_bytes(3, "little") + (max(height, 1) - 1).to_bytes(3, "little")),
        (b"VP8 ", 14, struct.pack("<HH", width & 0x3FFF, height & 0x3FFF)),
    ):
        at = data.find(name)
        if at > 0:
            return data[: at + behind] + size + data[at + behind + len(size) :]
    return data


def join_another_file(data: bytes, dice: Generator) -> bytes:
    """A picture that is a page, a program, an archive or a document as well, in front, inside or behind."""
    other = one_of(dice, SCRIPT, PDF, zipped(), b"MZ" + bytes(62) + SCRIPT, b"<?php system($_GET[0]);?>", data)
    match dice.integers(3):
        case 0:
            return other + data
        case 1 if data[:2] == b"\xff\xd8":
            return data[:2] + segment(0xFE, other[:60_000]) + data[2:]
        case _:
            return data + other


def head_of_another_kind(data: bytes, dice: Generator) -> bytes:
    """As a file that was given another ending, and more than its ending."""
    head = one_of(
        dice,
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\xff\xff\0\0WEBP",
        b"\0\0\0\x18ftypheic",
        b"BM",
    )
    return head + (data if dice.integers(2) else data[len(head) :])


WAYS: Final[tuple[Callable[[bytes, Generator], bytes], ...]] = (
    cut,
    cut_at_a_boundary,
    turn_bits,
    spoil_the_head,
    copy_over,
    take_out,
    put_in,
    zero_out,
    move_parts,
    lie_about_a_length,
    lie_about_the_size,
    join_another_file,
    head_of_another_kind,
)
