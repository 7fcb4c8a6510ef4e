"""A wall display in a classroom: a title in cut-out letters over the class's pictures of Tudor houses."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from moderation.demo.camera import LANDSCAPE, lay, snap, tilted
from moderation.demo.certificate import board
from moderation.demo.houses import tudor_house
from moderation.demo.paint import SUGAR_PAPER, WHITE, Colour, Lettering, chance, fitting, font, paper, shaded

COLUMNS, ROWS = 4, 2
HOUSE = (440, 508)  # on the wall
LETTER = 150  # side of the card of one letter, at most


def classroom_display(words: Sequence[str]) -> bytes:
    """A photo (JPEG): the first of the words is the title, the others (up to eight) stand on labels below the pictures.

    Raises ValueError without a title or with more labels than pictures.
    """
    if not 1 <= len(words) <= 1 + COLUMNS * ROWS:
        raise ValueError(f"a title and at most {COLUMNS * ROWS} labels are wanted")
    rng = chance("display", *words)
    scene = board(LANDSCAPE, rng)
    _title(scene, words[0], rng)
    for place in range(COLUMNS * ROWS):
        x = 330 + place % COLUMNS * 580 + rng.normal(0, 8)
        y = 730 + place // COLUMNS * 690 + rng.normal(0, 6)
        turn = rng.normal(0, 1.6)
        backing = paper((HOUSE[0] + 56, HOUSE[1] + 56), SUGAR_PAPER[(place * 3 + place // COLUMNS) % 8], rng)
        lay(scene, backing, tilted((x, y), backing.size, turn), height=10)
        lay(scene, tudor_house(rng), tilted((x, y), HOUSE, turn + rng.normal(0, 0.4)), height=4)
        if place + 1 < len(words):
            label = _label(words[place + 1], rng)
            lay(scene, label, tilted((x, y + HOUSE[1] / 2 + 46), label.size, turn + rng.normal(0, 1)), height=6)
    return snap(scene, rng, warmth=0.1)


def _title(scene: Image.Image, title: str, rng: np.random.Generator) -> None:
    """Each letter on a card of its own, hung a little unevenly."""
    steps = [0.55 if letter.isspace() else 1.0 for letter in title]
    side = min(LETTER, round(2150 / max(sum(steps), 1)))
    x = (scene.width - side * sum(steps)) / 2
    for place, (letter, step) in enumerate(zip(title, steps, strict=True)):
        if not letter.isspace():
            card = _letter(letter, side, SUGAR_PAPER[place % len(SUGAR_PAPER)], rng)
            lay(scene, card, tilted((x + side / 2, 288 + rng.normal(0, 7)), card.size, rng.normal(0, 3)), height=8)
        x += side * step


def _letter(letter: str, side: int, colour: Colour, rng: np.random.Generator) -> Image.Image:
    card = paper((side - 12, side + 18), colour, rng)
    draw, middle = ImageDraw.Draw(card), (card.width / 2, card.height / 2)
    edge = round(side * 0.035)
    draw.text(
        middle,
        letter,
        WHITE,
        font(Lettering.BOLD, side * 0.82),
        "mm",
        stroke_width=edge,
        stroke_fill=shaded(colour, 0.52),
    )
    return card


def _label(text: str, rng: np.random.Generator) -> Image.Image:
    letters = fitting(text, Lettering.SANS, 52, HOUSE[0] - 60)
    label = paper((round(letters.getlength(text)) + 56, 84), WHITE, rng)
    ImageDraw.Draw(label).text((label.width / 2, 42), text, font=letters, fill=(44, 46, 60), anchor="mm")
    return label
