"""An exercise book on a table, with a label that says whose it is."""

import numpy as np
from PIL import Image, ImageDraw

from moderation.demo.camera import UPRIGHT, lay, snap, tilted
from moderation.demo.paint import (
    SUGAR_PAPER,
    WHITE,
    Colour,
    Lettering,
    Size,
    by_hand,
    chance,
    fitting,
    font,
    paper,
    shaded,
    wood,
)

COVER: Size = (1260, 1640)
LABEL: Size = (960, 520)
COVERS: tuple[Colour, ...] = ((46, 122, 96), (52, 96, 160), (176, 60, 66), (38, 130, 148), (120, 82, 150))
PRINT: Colour = (70, 74, 84)
BIRO: Colour = (30, 52, 132)


def book_cover(name: str, subject: str, class_name: str) -> bytes:
    """A photo (JPEG) of an exercise book: name, subject and class are written on its label by hand."""
    rng = chance("book", name, subject, class_name)
    scene = wood(UPRIGHT, (196, 154, 108), rng)
    lay(scene, _pages(rng), tilted((908, 1222), COVER, 2.6, lean=0.03), height=20)
    lay(scene, _cover(name, subject, class_name, rng), tilted((895, 1208), COVER, 2.2, lean=0.03), height=8)
    lay(scene, _pencil(rng), tilted((880, 190), (1160, 46), -7), height=16)
    lay(scene, _rubber(rng), tilted((1590, 205), (190, 100), 24), height=22)
    return snap(scene, rng, warmth=0.3)


def _pages(rng: np.random.Generator) -> Image.Image:
    return paper(COVER, (238, 235, 226), rng)


def _cover(name: str, subject: str, class_name: str, rng: np.random.Generator) -> Image.Image:
    colour = COVERS[sum(subject.encode()) % len(COVERS)]
    sheet = paper(COVER, colour, rng, roughness=1.8)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, 70, COVER[1]), fill=shaded(colour, 0.78))
    draw.line((71, 0, 71, COVER[1]), fill=shaded(colour, 0.62), width=3)
    for y in (330, 1240):
        draw.line((26, y, 26, y + 78), fill=(206, 208, 212), width=7)
    draw.rectangle((130, 70, COVER[0] - 60, COVER[1] - 70), outline=shaded(colour, 1.4), width=5)
    heading = fitting(subject, Lettering.BOLD, 124, LABEL[0])
    draw.text((670, 300), subject, font=heading, fill=WHITE, anchor="ms")
    sheet.paste(_label(name, subject, class_name, rng), (190, 460))
    _squares(draw, shaded(colour, 1.18))
    return sheet


def _label(name: str, subject: str, class_name: str, rng: np.random.Generator) -> Image.Image:
    label = paper(LABEL, WHITE, rng)
    draw = ImageDraw.Draw(label)
    draw.rectangle((12, 12, LABEL[0] - 13, LABEL[1] - 13), outline=PRINT, width=4)
    for y, cue, answer in ((160, "Name:", name), (300, "Subject:", subject), (440, "Class:", class_name)):
        draw.text((50, y), cue, font=font(Lettering.SANS, 50), fill=PRINT, anchor="ls")
        draw.line((280, y + 14, LABEL[0] - 50, y + 14), fill=(150, 154, 164), width=3)
        size = fitting(answer, Lettering.SLANTED, 76, LABEL[0] - 360).size
        by_hand(label, (292, y), answer, size, BIRO, rng)
    return label


def _squares(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """The printed pattern on the lower half of the cover."""
    for row in range(4):
        for column in range(10):
            if (row + column) % 2 == 0:
                left, top = 190 + column * 96, 1120 + row * 96
                draw.rounded_rectangle((left, top, left + 88, top + 88), 18, fill=colour)


def _pencil(rng: np.random.Generator) -> Image.Image:
    tile = Image.new("RGBA", (1160, 46))
    draw = ImageDraw.Draw(tile)
    for top, bottom, light in ((0, 14, 1.08), (14, 32, 0.94), (32, 46, 0.72)):
        draw.rectangle((0, top, 1040, bottom), fill=shaded((238, 178, 48), light))
    draw.rectangle((0, 0, 60, 46), fill=SUGAR_PAPER[7])
    draw.rectangle((60, 0, 110, 46), fill=(186, 188, 192))
    draw.polygon([(1040, 0), (1160, 23), (1040, 46)], fill=(226, 190, 146))
    draw.polygon([(1118, 15), (1160, 23), (1118, 31)], fill=(48, 48, 52))
    return tile


def _rubber(rng: np.random.Generator) -> Image.Image:
    tile = paper((190, 100), (244, 242, 238), rng).convert("RGBA")
    ImageDraw.Draw(tile).rectangle((70, 0, 190, 100), fill=(*SUGAR_PAPER[5], 255))
    return tile
