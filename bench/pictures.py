"""Draws the bench's photos of 12 megapixels into a folder: two public-domain portraits, many times over."""

import sys
from pathlib import Path

import numpy as np
from PIL import ImageFilter

from moderation.demo.camera import snap
from moderation.demo.paint import chance
from moderation.demo.portraits import Portrait, bust, portrait, seat
from moderation.demo.rooms import hall

SIZE = (4000, 3000)
LARGE = (1, 3, 5)  # faces in each of the photos with few
ROWS, ACROSS = 3, 10  # of the group
WIDE = {Portrait.COLLINS: 2.8, Portrait.HOPPER: 2.1}  # head and shoulders for each pixel of the face's height


def few(faces: int) -> bytes:
    """So many large faces, about 250 to 400 pixels high, side by side in a hall."""
    rng = chance("bench few", faces)
    scene = hall(SIZE, rng).filter(ImageFilter.GaussianBlur(3))
    for place in range(faces):
        who = tuple(Portrait)[place % 2]
        figure = bust(who, round(WIDE[who] * rng.uniform(250, 340)), float(rng.uniform(-5, 5)), bool(place // 2 % 2))
        seat(scene, figure, (place + 0.5) * SIZE[0] / faces)
    return snap(scene, rng)


def group() -> bytes:
    """Thirty faces of 40 to 120 pixels in three rows, those at the back smaller."""
    rng = chance("bench group")
    scene = hall(SIZE, rng).filter(ImageFilter.GaussianBlur(3))
    for row in range(ROWS):
        heights = np.linspace(40 + 27 * row, 66 + 27 * row, ACROSS)
        for place, height in enumerate(rng.permutation(heights)):
            who = tuple(Portrait)[int(rng.integers(2))]
            figure = bust(who, round(WIDE[who] * height), float(rng.uniform(-5, 5)), bool(rng.integers(2)))
            x = round(SIZE[0] * (0.06 + 0.88 * (place + 0.5 * (row % 2)) / ACROSS))
            scene.paste(figure, (x, 1250 + 480 * row), figure)
    return snap(scene, rng)


def main(folder: Path) -> None:
    for name in ("list/p020", "few faces", "a group"):
        (folder / name).mkdir(parents=True)
    (folder / "list" / "p020" / "0.jpg").write_bytes(portrait(Portrait.COLLINS))
    for faces in LARGE:
        (folder / "few faces" / f"{faces}.jpg").write_bytes(few(faces))
    (folder / "a group" / "30.jpg").write_bytes(group())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
