"""The gate for strangers' files: decodes one picture in a process of its own and hands back its pixels in a new JPEG.

Run as a program by `photo.ingest`: the file on stdin; on stdout a line of JSON, {"refused": null or [place in
SENTENCES, what stands in its braces], "camera": what took it}, then the JPEG. It imports nothing of Gatepost, so that
it runs by its path in a checkout and in an installed wheel alike.
"""

import io
import json
import re
import resource
import struct
import sys
from typing import Any, Final, cast

# All that decoding needs is imported before it begins: while a file is being decoded, the process can open no other.
from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL import TiffImagePlugin as TiffImagePlugin  # reads EXIF

# Every limit on a picture that comes in stands here.
MAX_BYTES: Final = 60_000_000
MAX_PIXELS: Final = 51_000_000  # a phone's "50 megapixels" are up to 8192 × 6144 = 50.3 million
MAX_SIDE: Final = 30_000  # pixels; a JPEG ends at 65,500
MIN_SIDE: Final = 64  # pixels; below that no face and no name could be checked
MOST_SCANS: Final = 50  # of a JPEG; cameras write one, programs about ten, and each costs another look at every pixel
MEMORY: Final = 1 << 30  # bytes of address space, libraries included
CPU_SECONDS: Final = 10

# 4:4:4 keeps coloured small print readable, and each 8 × 8 block of the file stands alone, so that a cover that fills
# whole blocks shares none with what it covers.
ENCODING: Final[dict[str, Any]] = {"format": "JPEG", "quality": 95, "subsampling": "4:4:4"}
BLOCK: Final = 8  # pixels

N_: Final = str  # marks a sentence, as rules/language.py does; `photo` says it in the language of whoever reads it
EMPTY = N_("The file is empty. If the photo is kept in the cloud, download it first, then choose it again.")
ANIMATED = N_("It is a moving picture: only the first part of it would be checked. Save a still and upload that.")
HEAVY = N_("It takes too long or too much memory to open. Save it as a JPEG in a smaller size and upload that.")
UNREADABLE = N_(
    "It cannot be opened: it is damaged, incomplete or of an unusual kind. "
    "Upload it once more; if that fails, open it, save it as a JPEG and upload that."
)
UNKNOWN = N_("It is not a kind of picture that can be checked. Save it as a JPEG or PNG and upload that.")
VIDEO = N_(
    "It is a video or a camera's raw file; only still pictures can be checked. Save a JPEG from it and upload that."
)
LARGE = N_(
    "The file has {size} MB; the most that can be taken is {most} MB. Save it as a JPEG in a smaller size and upload "
    "that."
)
MANY_PIXELS = N_(
    "It has {width} × {height} pixels; the most that can be checked is 50 megapixels and {most} along one side. "
    "Save a smaller copy and upload that."
)
FEW_PIXELS = N_(
    "It has only {width} × {height} pixels; it can be checked from {least} along each side. "
    "Upload the picture in its original size."
)
BY_FIRST_BYTES = {
    b"GIF8": N_("It is a GIF, a kind made for moving pictures. Save a still as a JPEG or PNG and upload that."),
    b"%PDF": N_("It is a PDF document, not a picture. Save the page as a JPEG or PNG and upload that."),
}
SENTENCES = (ANIMATED, HEAVY, UNREADABLE, UNKNOWN, VIDEO, MANY_PIXELS, FEW_PIXELS, *BY_FIRST_BYTES.values())
MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)  # of a JPEG: with a length behind it, or its end
SCAN, END = b"\xda", b"\xd9"
BY_BRAND = {b"avif": UNKNOWN} | dict.fromkeys((b"avis", b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"), ANIMATED)
SRGB = ("sRGB", "sRGB built-in", "sRGB IEC61966-2.1")  # profiles by these names change nothing
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")
# What EXIF orientations 2 to 8 need to stand upright.
TURNS = ("FLIP_LEFT_RIGHT", "ROTATE_180", "FLIP_TOP_BOTTOM", "TRANSPOSE", "ROTATE_270", "TRANSVERSE", "ROTATE_90")
UPRIGHT = {number: Image.Transpose[turn] for number, turn in enumerate(TURNS, start=2)}


class NotUsable(Exception):
    """A picture that cannot be used; the message says the reason and what to do, without the file's name."""

    def __init__(self, sentence: str, **values: int) -> None:
        super().__init__(sentence.format(**values))
        self.sentence, self.values = sentence, values


def check_bytes(size: int) -> None:
    """Raises NotUsable for an empty file and for one with too many bytes."""
    if not size:
        raise NotUsable(EMPTY)
    if size > MAX_BYTES:
        raise NotUsable(LARGE, size=round(size / 1e6), most=round(MAX_BYTES / 1e6))


def is_heif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS


def heif_reader() -> Any:
    """pillow_heif, which takes as long to load as all the rest: only for a file that needs it."""
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1  # each thread reserves address space
    pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
    return pillow_heif


def open_picture(data: bytes) -> Image.Image:
    """The picture, told by its first bytes, nothing decoded yet. Raises NotUsable, and what a bad header raises."""
    stream = io.BytesIO(data)
    if data.startswith(b"\xff\xd8\xff"):
        if scans(data) > MOST_SCANS:
            raise NotUsable(HEAVY)
        # Not Image.open: a phone's depth or gain map behind the first picture is left alone, however it is described.
        return JpegImagePlugin.JpegImageFile(stream)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImagePlugin.PngImageFile(stream)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WebPImagePlugin.WebPImageFile(stream)
    if is_heif(data):
        # Of several pictures in one file this is the primary one; depth, thumbnails and the others stay behind.
        return cast(Image.Image, heif_reader().HeifImageFile(stream))
    moving = data[4:8] == b"ftyp"
    raise NotUsable(BY_BRAND.get(data[8:12], VIDEO) if moving else BY_FIRST_BYTES.get(data[:4], UNKNOWN))


def scans(data: bytes) -> int:
    """How often the first picture of a JPEG goes through its pixels, as far as its markers can be followed."""
    found, at = 0, 2
    while (marker := MARKER.search(data, at)) and marker[1] != END:
        found += marker[1] == SCAN
        at = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2])
    return found


def check_size(image: Image.Image) -> None:
    """Raises NotUsable for too many pixels, too long a side, too few pixels."""
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise NotUsable(MANY_PIXELS, width=width, height=height, most=MAX_SIDE)
    if min(width, height) < MIN_SIDE:
        raise NotUsable(FEW_PIXELS, width=width, height=height, least=MIN_SIDE)


def to_rgb(image: Image.Image) -> Image.Image:
    """The picture in sRGB, 8 bits, on white where it was transparent."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        # 16 bits of grey: a plain conversion would clip nearly all to white, and a face with it.
        image = image.convert("I").point([value >> 8 for value in range(1 << 16)], "L")
    if image.mode != "P":
        # A colour that stands for "nothing", which Pillow mistakes at 16 bits: what it would hide is seen and checked.
        image.info.pop("transparency", None)
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        image = Image.new("RGB", seen.size, "white")
        image.paste(seen, mask=seen)
    elif image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    if profile:
        image = _to_srgb(image, profile)
    return image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours by the file's own profile; as they are where that is broken or meant for another kind of picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.profile_description in SRGB:
            return image
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def orientation(image: Image.Image) -> int:
    """1 to 8 as EXIF counts; 1 where it cannot be read."""
    try:
        value = image.getexif().get(0x0112, 1)
    except (SyntaxError, ValueError, struct.error):
        return 1
    return value if isinstance(value, int) else 1


def camera(image: Image.Image) -> str:
    """What took the picture, as it says itself: maker and model, plain letters, 80 at most; empty if it does not."""
    try:
        exif = image.getexif()
        said = [str(exif.get(tag) or "") for tag in (0x010F, 0x0110)]
    except (SyntaxError, ValueError, struct.error):
        return ""
    maker, model = (" ".join("".join(c if " " < c < "\x7f" else " " for c in text).split()) for text in said)
    return (model if model.lower().startswith(maker.lower()) else f"{maker} {model}").strip()[:80]


def encode(image: Image.Image) -> bytes:
    """JPEG bytes of an RGB picture: its pixels and nothing else."""
    bare = Image.new("RGB", image.size)  # a picture without a history: Pillow writes a comment that it finds in `info`
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, **ENCODING)
    return out.getvalue()


def decode(data: bytes) -> tuple[bytes, str]:
    """JPEG bytes of the upright picture in `data`, and what took it. Raises NotUsable, and what a decoder raises."""
    image = open_picture(data)
    check_size(image)
    if image.format != "HEIF" and getattr(image, "is_animated", False):
        raise NotUsable(ANIMATED)
    image.load()
    check_size(image)
    turn, taken_with = UPRIGHT.get(orientation(image)), camera(image)
    image = to_rgb(image)
    return encode(image.transpose(turn) if turn is not None else image), taken_with


def answer(data: bytes) -> tuple[NotUsable | None, bytes, str]:
    """The refusal or None, the JPEG, and what took the picture."""
    try:
        return None, *decode(data)
    except NotUsable as refusal:
        return refusal, b"", ""
    except (MemoryError, Image.DecompressionBombError):
        return NotUsable(HEAVY), b"", ""
    except Exception:  # noqa: BLE001  a decoder may raise anything; whatever it is, the file cannot be used
        return NotUsable(UNREADABLE), b"", ""


def confine() -> None:
    """From here on: no other file, no socket, no output but the pipe, bounded memory and time, no core."""
    Image.preinit()
    for what, most in (
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
    ):
        resource.setrlimit(what, (most, most))


def main() -> None:
    data = sys.stdin.buffer.read()
    if is_heif(data):
        heif_reader()
    confine()
    refusal, jpeg, taken_with = answer(data)
    refused = [SENTENCES.index(refusal.sentence), refusal.values] if refusal else None
    sys.stdout.buffer.write(json.dumps({"refused": refused, "camera": taken_with}).encode() + b"\n")
    sys.stdout.buffer.write(jpeg)


if __name__ == "__main__":
    main()
