"""The picture strips in docs/images: the three minutes of a post, and setting up, of what their tests kept.

make pictures
"""

import re
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
KEPT, DOCS = ROOT / "test-artifacts", ROOT / "docs" / "images"
STRIPS = {"teacher": "phone", "head": "phone", "manager": "desk", "administrator": "phone"}
WIDTH = {"phone": 260, "desk": 420}  # of one picture
GAP, WORDS, LINE = 16, 58, 17
COLOURS = 96


def steps(who: str, size: str) -> list[tuple[str, Image.Image]]:
    """What each step says and shows, in order. Raises SystemExit if the test has kept none."""
    kept = sorted(KEPT.glob(f"journey-{who}-{size}-*.png"), key=lambda path: int(re.findall(r"\d+", path.stem)[-1]))
    if not kept:
        raise SystemExit("No pictures: run tests/acceptance/test_pleasure.py and test_setting_up.py first.")
    return [(path.with_suffix(".txt").read_text("utf-8"), Image.open(path).convert("RGB")) for path in kept]


def strip(shown: list[tuple[str, Image.Image]], width: int) -> Image.Image:
    """All of them side by side, each below its number and words."""
    small = [picture.resize((width, round(picture.height * width / picture.width))) for _, picture in shown]
    high = max(picture.height for picture in small)
    sheet = Image.new("RGB", (GAP + len(small) * (width + GAP), GAP + WORDS + high + GAP), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    for number, ((said, _), picture) in enumerate(zip(shown, small, strict=True), 1):
        left = GAP + (number - 1) * (width + GAP)
        for row, line in enumerate(_lines(f"{number}. {said}", width, font)):
            pen.text((left, GAP / 2 + row * LINE), line, "black", font)
        sheet.paste(picture, (left, GAP + WORDS))
        pen.rectangle((left - 1, GAP + WORDS - 1, left + width, GAP + WORDS + picture.height), outline="#888888")
    return sheet


def _lines(words: str, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def main() -> None:
    for who, size in STRIPS.items():
        path = DOCS / f"journey-{who}.png"
        strip(steps(who, size), WIDTH[size]).quantize(COLOURS).save(path, optimize=True)
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
