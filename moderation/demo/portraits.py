"""Photos of two people who need nobody's permission: public-domain portraits, placed in the demonstration school."""

import math
from enum import StrEnum
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from moderation.demo.camera import LANDSCAPE, UPRIGHT, snap
from moderation.demo.outdoors import field
from moderation.demo.paint import DemoExtraMissing, Point, chance, shipped_with_matplotlib
from moderation.demo.rooms import backdrop, hall, library

# Head and shoulders of each person in the original, clockwise in its pixels; cut above any lettering on the clothes.
# fmt: off
COLLINS: tuple[Point, ...] = (
    (276, 31), (248, 18), (227, 16), (205, 21), (193, 29), (189, 35), (174, 43), (156, 58), (153, 68), (155, 98),
    (159, 107), (167, 115), (170, 121), (176, 130), (182, 135), (185, 149), (168, 149), (152, 151), (140, 158),
    (131, 167), (127, 176), (121, 183), (120, 194), (115, 196), (112, 205), (112, 215), (99, 222), (82, 231),
    (65, 246), (55, 262), (50, 271), (44, 282), (39, 305), (33, 318), (28, 339), (358, 339), (356, 302), (352, 286),
    (346, 274), (340, 262), (318, 242), (303, 233), (299, 219), (289, 203), (276, 189), (256, 173), (257, 160),
    (262, 153), (267, 140), (270, 136), (275, 134), (290, 117), (296, 107), (299, 98), (301, 90), (299, 72),
    (296, 58), (286, 40),
)
HOPPER: tuple[Point, ...] = (
    (228, 31), (220, 38), (218, 42), (198, 49), (182, 63), (176, 73), (174, 86), (165, 92), (157, 101), (153, 115),
    (151, 138), (150, 165), (151, 180), (157, 183), (153, 196), (155, 213), (160, 223), (165, 240), (162, 259),
    (163, 273), (169, 284), (182, 292), (198, 299), (201, 311), (194, 323), (184, 333), (167, 344), (129, 358),
    (96, 367), (71, 379), (57, 386), (48, 391), (42, 400), (37, 416), (32, 431), (29, 440), (26, 478), (510, 478),
    (500, 415), (495, 399), (487, 389), (474, 382), (461, 376), (422, 366), (398, 356), (386, 350), (364, 340),
    (337, 320), (332, 312), (334, 305), (345, 300), (353, 282), (359, 262), (363, 250), (366, 236), (366, 227),
    (367, 200), (364, 194), (366, 182), (369, 173), (371, 135), (369, 103), (365, 89), (356, 86), (352, 82),
    (344, 65), (335, 56), (315, 45), (299, 41), (294, 35), (281, 27), (270, 24), (249, 23), (237, 25),
)
# fmt: on


class Portrait(StrEnum):
    COLLINS = "collins"  # Eileen Collins, photographed by NASA
    HOPPER = "hopper"  # Grace Hopper, photographed by the United States Navy


VARIANTS = 4  # photos of one person; number 0 is the one for enrolling


def portrait(who: Portrait, variant: int = 0) -> bytes:
    """A photo (JPEG) of this person alone: 0 by the school's photographer, 1 in the library, 2 outdoors, 3 in the hall.

    Raises DemoExtraMissing; ValueError for any other variant.
    """
    if not 0 <= variant < VARIANTS:
        raise ValueError(f"there are {VARIANTS} photos of each person, counted from 0")
    rng = chance("portrait", who, variant)
    size = LANDSCAPE if variant in (1, 3) else UPRIGHT
    scene = (backdrop, library, field, hall)[variant](size, rng)
    if variant:
        scene = scene.reduce(4).filter(ImageFilter.GaussianBlur(3.5)).resize(size)  # out of focus
    wide, turn, x = ((1900, 0, 0.5), (1500, -3, 0.61), (1760, 5, 0.49), (1420, 4, 0.38))[variant]
    figure = bust(who, wide, turn=turn, mirrored=variant in (1, 3))
    seat(scene, figure, x * size[0])
    light, warmth = ((1.0, 0.0), (0.97, 0.5), (1.05, 0.2), (0.9, -0.3))[variant]
    return snap(scene, rng, light, warmth)


def bust(who: Portrait, wide: int, turn: float = 0.0, mirrored: bool = False) -> Image.Image:
    """Head and shoulders cut out of the original, `wide` pixels wide before the turn (degrees); RGBA."""
    outline = HOPPER if who is Portrait.HOPPER else COLLINS
    across, down = zip(*outline, strict=True)
    box = (min(across), min(down), max(across), max(down))
    scale = wide / (box[2] - box[0])
    size = (wide, round((box[3] - box[1]) * scale))
    person = _original(who).resize(size, Image.Resampling.LANCZOS, box)
    person = person.filter(ImageFilter.UnsharpMask(max(1.0, scale), 40, 2))
    shape = Image.new("L", size)
    ImageDraw.Draw(shape).polygon([((x - box[0]) * scale, (y - box[1]) * scale) for x, y in outline], fill=255)
    soft = shape.filter(ImageFilter.GaussianBlur(scale * 0.9))
    person.putalpha(soft.point(lambda value: max(0, (value - 100) * 255 // 155)))  # inwards, off the old background
    if mirrored:
        person = person.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    turned = person.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    lifted = math.ceil(wide * math.sin(math.radians(abs(turn))))  # how far the turn lifts one of the lower corners
    return turned.crop((0, 0, turned.width, turned.height - lifted))


def seat(scene: Image.Image, figure: Image.Image, x: float) -> None:
    """Puts a figure from `bust` in front of the scene, its middle at `x`, cut off by the picture's lower edge."""
    scene.paste(figure, (round(x - figure.width / 2), scene.height - figure.height + 8), figure)


def _original(who: Portrait) -> Image.Image:
    if who is Portrait.HOPPER:
        return Image.open(shipped_with_matplotlib("sample_data/grace_hopper.jpg")).convert("RGB")
    try:
        import skimage
    except ImportError as missing:
        raise DemoExtraMissing("scikit-image") from missing
    return Image.open(Path(skimage.__file__).parent / "data" / "astronaut.png").convert("RGB")
