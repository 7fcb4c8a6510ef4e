"""Draws the bench's photos of names into a folder: 12 megapixels, with labels and the roll."""

import csv
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from moderation.demo.camera import lay, snap, tilted
from moderation.demo.certificate import board
from moderation.demo.paint import SUGAR_PAPER, WHITE, by_hand, chance, paper, shipped_with_matplotlib
from moderation.demo.roll import roll_of

SIZE = (4000, 3000)
SIZES = (60, 30)  # pixels of the writing; a photo of each kind in each
PEOPLE = 240
FONTS = {
    "sans": ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "cmss10.ttf"),
    "serif": ("STIXGeneral.ttf", "STIXGeneralBol.ttf", "DejaVuSerif.ttf", "cmr10.ttf"),
    "italic": ("STIXGeneralItalic.ttf", "DejaVuSerif-Italic.ttf", "cmti10.ttf"),
    "typewriter": ("DejaVuSansMono.ttf", "cmtt10.ttf"),
}
BY_HAND = "letter by letter"
INK = (30, 40, 90)
SENTENCES = ("Please walk in the corridor", "We are kind to each other", "Wash your hands", "Reading opens doors")


@dataclass(frozen=True)
class Written:
    """A line on a card: `size` is the font's in pixels; `kind` one of FONTS or BY_HAND; `name`: is it a name?"""

    text: str
    size: int
    kind: str
    name: bool = False


@cache
def _wall() -> Image.Image:
    return board(SIZE, chance("bench wall"))


class Scene:
    """A display board that cards are pinned to; remembers where the names are."""

    def __init__(self, *seed: str | int) -> None:
        self.rng = chance("bench names", *seed)
        self.picture = _wall().copy()
        self.names: list[dict[str, object]] = []

    def pin(self, lines: Sequence[Written], centre: tuple[float, float], degrees: float) -> None:
        """A card with these lines, each in the middle, its own middle at `centre`."""
        wide = max(round(len(line.text) * line.size * 0.72) + 60 for line in lines)
        high = sum(round(1.6 * line.size) for line in lines) + 40
        shade = WHITE if self.rng.random() < 0.6 else SUGAR_PAPER[int(self.rng.integers(len(SUGAR_PAPER)))]
        card = paper((wide, high), shade, self.rng)
        top = 20.0
        for line in lines:
            box = self._write(card, line, top)
            if line.name:
                self._remember(line, box, (wide, high), centre, degrees)
            top += round(1.6 * line.size)
        lay(self.picture, card, tilted(centre, card.size, degrees), height=8)

    def _write(self, card: Image.Image, line: Written, top: float) -> tuple[float, float, float, float]:
        draw = ImageDraw.Draw(card)
        fonts = FONTS.get(line.kind, ("DejaVuSans-Oblique.ttf",))
        file = fonts[int(self.rng.integers(len(fonts)))]
        font = ImageFont.truetype(shipped_with_matplotlib(f"fonts/ttf/{file}"), line.size)
        left, foot = (card.width - font.getlength(line.text)) / 2, top + 1.2 * line.size
        if line.kind == BY_HAND:
            by_hand(card, (left, foot), line.text, line.size, INK, self.rng)
        else:
            draw.text((left, foot), line.text, font=font, fill=INK, anchor="ls")
        return draw.textbbox((left, foot), line.text, font=font, anchor="ls")

    def _remember(
        self,
        line: Written,
        box: tuple[float, float, float, float],
        card: tuple[int, int],
        centre: tuple[float, float],
        degrees: float,
    ) -> None:
        """The upright box round the name as it comes to lie."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        corners = [(x - card[0] / 2, y - card[1] / 2) for x in box[::2] for y in box[1::2]]
        across = [centre[0] + x * cos - y * sin for x, y in corners]
        down = [centre[1] + x * sin + y * cos for x, y in corners]
        place = [round(edge, 1) for edge in (min(across), min(down), max(across), max(down))]
        self.names.append({"text": line.text, "box": place, "height_px": box[3] - box[1], "kind": line.kind})


def certificates(scene: Scene, people: Sequence[str], size: int) -> None:
    for place, name in enumerate(people[:4]):
        kind = list(FONTS)[place % 3]
        lines = [
            Written("Certificate of Achievement", size + 20, "serif"),
            Written("This certificate is awarded to", size // 2 + 12, "italic"),
            *([Written(name, size, kind, name=True)] if name else []),
            Written("for kindness to others", size // 2 + 12, "italic"),
        ]
        scene.pin(lines, (1050 + 1900 * (place % 2), 850 + 1300 * (place // 2)), float(scene.rng.uniform(-4, 4)))


def labels(scene: Scene, people: Sequence[str], size: int) -> None:
    kinds = [*FONTS, BY_HAND]
    for place, name in enumerate(people[:10]):
        at = (800 + 1200 * (place % 3), 500 + 680 * (place // 3))
        line = Written(name, size + 6 * (place % 3), kinds[place % len(kinds)], name=True)
        scene.pin([line], at, float(scene.rng.uniform(-9, 9)))


def helpers(scene: Scene, people: Sequence[str], size: int) -> None:
    names = [Written(name.split()[0], size, BY_HAND, name=True) for name in people[:8]]
    scene.pin([Written("Helpers", size + 20, "sans"), *names], (2000, 1500), 2.0)


def posters(scene: Scene, people: Sequence[str], size: int) -> None:
    for place, text in enumerate(SENTENCES):
        at = (1100 + 1800 * (place % 2), 900 + 1200 * (place // 2))
        scene.pin([Written(text, size + 30, list(FONTS)[place])], at, float(scene.rng.uniform(-5, 5)))


def empty(scene: Scene, people: Sequence[str], size: int) -> None:
    certificates(scene, ["", "", "", ""], size)


def turned(names: list[dict[str, object]]) -> list[dict[str, object]]:
    """The labels after the photo was turned by a quarter, clockwise."""
    for name in names:
        left, top, right, bottom = name["box"]  # type: ignore[misc]
        name["box"] = [SIZE[1] - bottom, left, SIZE[1] - top, right]
    return names


def main(folder: Path) -> None:
    entries = roll_of(PEOPLE).entries
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "roll.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "forename", "surname"))
        rows.writerows((entry.id, entry.forename, entry.surname) for entry in entries)
    with (folder / "labels.jsonl").open("w") as file:
        for draw in (certificates, labels, helpers, empty, posters):
            for number, size in enumerate(SIZES):
                scene = Scene(draw.__name__, number)
                chosen = scene.rng.permutation(np.array([f"{one.forename} {one.surname}" for one in entries]))
                draw(scene, [str(name) for name in chosen], size)
                quarter = draw is labels and number == 1
                picture = scene.picture.transpose(Image.Transpose.ROTATE_270) if quarter else scene.picture
                name = f"{draw.__name__}-{number}.jpg"
                (folder / name).write_bytes(snap(picture, scene.rng))
                found = turned(scene.names) if quarter else scene.names
                file.write(json.dumps({"image": name, "names": found}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
