"""The demonstration's pictures: real JPEG photos, the same every time, showing what they promise and no more."""

import io
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from moderation.demo.book import book_cover
from moderation.demo.camera import LANDSCAPE, UPRIGHT
from moderation.demo.certificate import certificate
from moderation.demo.display import classroom_display
from moderation.demo.group import group
from moderation.demo.outdoors import sports_day
from moderation.demo.paint import DemoExtraMissing
from moderation.demo.portraits import VARIANTS, Portrait, portrait
from moderation.detect.faces import Face
from moderation.detect.text import read
from moderation.rules.faces import unusable
from moderation.services.looking import Looker
from tests.acceptance.running import free_port
from tests.in_full import only_in_full

PORTRAITS = [(who, variant) for who in Portrait for variant in range(VARIANTS)]
portrait_of, group_of = cache(portrait), cache(group)  # each is drawn once for all tests
PHOTOS: dict[str, tuple[Callable[[], bytes], tuple[int, int]]] = {
    "certificate": (lambda: certificate("Harvey Pemberton"), LANDSCAPE),
    "blank certificate": (lambda: certificate(None), LANDSCAPE),
    "book cover": (lambda: book_cover("Kacper Wiśniewski", "Science", "4B"), UPRIGHT),
    "display": (lambda: classroom_display(["Our Tudor houses", "Year 4"]), LANDSCAPE),
    "sports day": (sports_day, LANDSCAPE),
    "group": (lambda: group_of(Portrait.HOPPER, Portrait.COLLINS), LANDSCAPE),
    "portrait indoors": (lambda: portrait_of(Portrait.COLLINS, 1), LANDSCAPE),
    "portrait outdoors": (lambda: portrait_of(Portrait.HOPPER, 2), UPRIGHT),
}
LETTERED = ("certificate", "book cover")


@cache
def photo(name: str) -> bytes:
    return PHOTOS[name][0]()


def pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)))


def faces(looker: Looker, jpeg: bytes) -> list[Face]:
    return looker.faces.find(pixels(jpeg))


@pytest.mark.parametrize("name", PHOTOS)
def test_every_photo_opens_as_a_jpeg_of_its_size_and_carries_nothing_but_pixels(name: str) -> None:
    picture = Image.open(io.BytesIO(photo(name)))
    picture.load()
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", PHOTOS[name][1])
    assert not picture.getexif()


@pytest.mark.long
@only_in_full
def test_another_run_of_the_program_makes_the_same_bytes() -> None:
    names = ["certificate", "book cover", "display", "group", "portrait outdoors"]  # every module draws one
    script = f"from tests.demo.test_pictures import *; print(*(sha256(photo(name)).hexdigest() for name in {names}))"
    again = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert again.stdout.split() == [sha256(photo(name)).hexdigest() for name in names]


@pytest.mark.parametrize(("who", "variant"), PORTRAITS)
def test_a_portrait_shows_exactly_one_large_face(looker: Looker, who: Portrait, variant: int) -> None:
    (face,) = faces(looker, portrait_of(who, variant))
    assert face.quality.height >= 120
    assert unusable(face.quality) is None


@pytest.mark.parametrize(("who", "other"), [tuple(Portrait), tuple(reversed(Portrait))])
def test_the_photo_for_enrolling_is_near_the_posted_ones_and_far_from_the_other_person(
    looker: Looker, who: Portrait, other: Portrait
) -> None:
    def encoded(whose: Portrait, variant: int) -> np.ndarray:
        rgb = pixels(portrait_of(whose, variant))
        (row,) = looker.faces.encode(rgb, looker.faces.find(rgb))
        return np.asarray(row)

    enrolled = encoded(who, 0)
    posted = [np.linalg.norm(enrolled - encoded(who, variant)) for variant in range(1, VARIANTS)]
    assert min(posted) > 0.02 and max(posted) < 0.4
    assert np.linalg.norm(enrolled - encoded(other, 1)) > 0.56


@pytest.mark.parametrize(("front", "back"), [tuple(Portrait), tuple(reversed(Portrait))])
def test_a_group_shows_one_large_face_and_one_too_small_to_compare(
    looker: Looker, front: Portrait, back: Portrait
) -> None:
    near, far = sorted(faces(looker, group_of(front, back)), key=lambda face: -face.quality.height)
    assert near.quality.height >= 120
    assert "too small" in (unusable(far.quality) or "")


@pytest.mark.parametrize("name", ["certificate", "blank certificate", "book cover", "display", "sports day"])
def test_a_scene_without_people_shows_no_face(looker: Looker, name: str) -> None:
    assert not faces(looker, photo(name))


def test_certificate_and_book_cover_can_be_read(looker: Looker) -> None:
    certified, labelled = (" ".join(line.text for line in read(looker.text, pixels(photo(name)))) for name in LETTERED)
    assert "Harvey" in certified and "Pemberton" in certified
    assert "Kacper" in labelled and "Science" in labelled and "4B" in labelled


def test_a_blank_certificate_holds_the_same_words_but_no_name(looker: Looker) -> None:
    lines = {line.text for line in read(looker.text, pixels(photo("blank certificate"))) if line.text}
    assert lines == {
        "Certificate of Achievement",
        "This certificate is awarded to",
        "for kindness to others",
        "Date",
        "Head teacher",
    }


def test_a_display_has_a_title_and_no_more_labels_than_pictures() -> None:
    for words in ([], ["Our Tudor houses", *"123456789"]):
        with pytest.raises(ValueError, match="a title and at most 8 labels"):
            classroom_display(words)


def test_there_is_no_portrait_beyond_the_last() -> None:
    with pytest.raises(ValueError, match="counted from 0"):
        portrait(Portrait.HOPPER, VARIANTS)


@pytest.mark.parametrize(("package", "who"), [("matplotlib", Portrait.HOPPER), ("skimage", Portrait.COLLINS)])
def test_without_the_demo_extra_the_error_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch, package: str, who: Portrait
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DemoExtraMissing, match=r"needs the demo extra: .* is missing; pip install"):
        portrait(who)


def test_a_demonstration_without_its_pictures_says_what_to_type(tmp_path: Path) -> None:
    code = 'import sys; sys.modules["matplotlib"] = None; from moderation.cli import main; main()'
    command = [sys.executable, "-c", code, "--instance", str(tmp_path), "demo", "--port", str(free_port())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert 'pip install "gatepost[demo]"' in done.stderr
