"""One photo with a large face in front and a face too small to compare at the far end of the hall."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from moderation.demo.camera import LANDSCAPE, snap, stand
from moderation.demo.paint import SUGAR_PAPER, WHITE, chance, paper, shaded
from moderation.demo.portraits import Portrait, bust, seat
from moderation.demo.rooms import hall

# How wide head and shoulders must be for the far face to be about 20 pixels high.
FAR_WIDE = {Portrait.COLLINS: 56, Portrait.HOPPER: 42}


def group(front: Portrait = Portrait.HOPPER, back: Portrait = Portrait.COLLINS) -> bytes:
    """A photo (JPEG): `front` is close to the camera, `back` sits behind a stall far away, with a face 20 px high."""
    rng = chance("group", front, back)
    scene = hall(LANDSCAPE, rng)
    _stall(scene, bust(back, FAR_WIDE[back]), (1400, 922), rng)
    scene = scene.filter(ImageFilter.GaussianBlur(0.8))
    seat(scene, bust(front, 1240, turn=-2, mirrored=front is Portrait.COLLINS), 0.30 * scene.width)
    return snap(scene, rng, light=0.98, warmth=0.3)


def _stall(scene: Image.Image, seller: Image.Image, foot: tuple[int, int], rng: np.random.Generator) -> None:
    """A cake stall whose cloth reaches the floor at `foot` (its middle), and the person who sits behind it."""
    wide, high = 190, 62
    left, top = foot[0] - wide // 2, foot[1] - high
    scene.paste(seller, (foot[0] + 20, top - seller.height + 8), seller)
    cloth = Image.new("RGBA", (wide + 80, high + 80))
    cloth.paste(paper((wide, high), SUGAR_PAPER[4], rng), (40, 40))
    draw = ImageDraw.Draw(cloth)
    for x in range(40, 40 + wide, 14):
        draw.rectangle((x, 40, x + 6, 39 + high), fill=(*shaded(SUGAR_PAPER[4], 1.3), 255))
    draw.rectangle((40, 40, 39 + wide, 46), fill=(*WHITE, 255))
    stand(scene, cloth, (left - 40, top - 40), height=8)
    cakes = ImageDraw.Draw(scene)
    for place, x in enumerate(range(left + 10, left + 84, 17)):
        cakes.rectangle((x, top - 6, x + 9, top), fill=(196, 140, 84))
        cakes.ellipse((x - 2, top - 14, x + 11, top - 3), fill=SUGAR_PAPER[(place * 3 + 7) % 8])
