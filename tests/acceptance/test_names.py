"""What the check of names must show: things that schools photograph, odd rolls, and what the reviewer is told."""

import csv
import io
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from moderation.demo.book import book_cover
from moderation.demo.certificate import certificate
from moderation.demo.paint import shipped_with_matplotlib
from moderation.demo.roll import roll_of
from moderation.rules.roles import Role
from tests.acceptance.running import gatepost
from tests.builders import School
from tests.web.pages import page_of

TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
ROLL = """id,forename,surname,kind
p1,Zoë,O'Brien,
p2,Matteo,Park,
p3,Matteo,Park,
p4,Ann-Marie,Wu,
p5,Odette,Farr,staff
"""
Answers = dict[str, dict[str, Any]]


def turned(jpeg: bytes, turn: Image.Transpose) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(jpeg)) as picture:
        picture.transpose(turn).save(out, "JPEG", quality=92)
    return out.getvalue()


def page_of_a_book() -> bytes:
    """Twelve megapixels of nothing but print."""
    picture = Image.new("RGB", (3000, 4000), (244, 240, 228))
    font = ImageFont.truetype(shipped_with_matplotlib("fonts/ttf/DejaVuSerif.ttf"), 44)
    draw = ImageDraw.Draw(picture)
    for line in range(58):
        words = "The river ran slowly past the mill while the wind turned over the leaves on the bank"
        draw.text((200, 200 + 62 * line), words, font=font, fill=(40, 40, 44))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Every picture checked in one go; the answers by name."""
    folder = tmp_path_factory.mktemp("names")
    (folder / "roll.csv").write_text(ROLL, encoding="utf-8")
    upright = certificate("Zoë O'Brien")
    photos = {
        "upright": upright,
        **{f"turned {degrees}": turned(upright, turn) for degrees, turn in TURNS.items()},
        "capitals": certificate("ANN-MARIE WU"),
        "two of one name": book_cover("Matteo Park", "Science", "4B"),
        "on no list": certificate("Quentin Farthing"),
        "staff": certificate("Odette Farr"),
        "blank": certificate(None),
        "page": page_of_a_book(),
    }
    for name, data in photos.items():
        (folder / f"{name}.jpg").write_bytes(data)
    paths = [folder / f"{name}.jpg" for name in photos]
    done = gatepost("check", "--json", "--roll", folder / "roll.csv", *paths)
    assert done.returncode == 1, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(answer["photo"]).stem: answer for answer in answers}


def seen(answer: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(one["kind"], one["subject"]) for one in answer["sightings"] if one["detector"] == "names"}


def test_a_name_is_pointed_at_whichever_way_the_picture_is_turned(checked: Answers) -> None:
    def centre(name: str) -> tuple[float, float]:
        (box,) = [one["box"] for one in checked[name]["sightings"] if one["subject"] == "p1"]
        return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2

    x, y = centre("upright")
    width, height = checked["upright"]["width"], checked["upright"]["height"]
    where = {90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}
    for degrees, place in where.items():
        assert ("name.match", "p1") in seen(checked[f"turned {degrees}"])
        assert centre(f"turned {degrees}") == pytest.approx(place, abs=width / 20)


@pytest.mark.parametrize(
    ("photo", "expected"),
    [
        ("capitals", {("name.match", "p4")}),
        ("on no list", {("name.possible", None)}),
        ("staff", {("name.staff", "p5")}),
        ("blank", set()),
        ("page", set()),
    ],
)
def test_what_stands_there_is_told_for_what_it_is(
    checked: Answers, photo: str, expected: set[tuple[str, str | None]]
) -> None:
    assert seen(checked[photo]) == expected


def test_two_pupils_of_one_name_are_both_meant(checked: Answers) -> None:
    ((kind, _),) = seen(checked["two of one name"])
    assert kind == "name.match"
    assert "a name 2 people on the roll share" in checked["two of one name"]["sightings"][0]["evidence"]


def test_a_page_that_is_all_print_is_read_in_time(checked: Answers) -> None:
    print(f"\na page of 58 lines in twelve megapixels: {checked['page']['seconds']} s")
    assert checked["page"]["verdict"] == "clear"


def test_a_roll_of_fifty_thousand_is_read_with_and_one_that_is_no_use_is_refused(tmp_path: Path) -> None:
    photo = tmp_path / "certificate.jpg"
    photo.write_bytes(certificate("Zoë O'Brien"))
    with (tmp_path / "long.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "forename", "surname"))
        rows.writerow(("here", "Zoë", "O'Brien"))
        rows.writerows((entry.id, entry.forename, entry.surname) for entry in roll_of(50_000).entries)
        rows.writerows((("letter", "Q", ""), ("alone", "", "Nakamura-Lindqvist")))
    began = time.monotonic()
    answer = json.loads(gatepost("check", "--json", "--roll", tmp_path / "long.csv", photo).stdout)
    print(f"\n50,003 names: {time.monotonic() - began:.1f} s in all, {answer['seconds']} s for the photo")
    assert "here" in {one["subject"] for one in answer["sightings"]}
    (tmp_path / "empty.csv").write_text("id,forename,surname\n")
    (tmp_path / "nameless.csv").write_text("id,forename,surname\np1,,\n")
    for name, sentence in (("empty", "holds nobody"), ("nameless", "line 2: there is no name to look for")):
        done = gatepost("check", "--json", "--roll", tmp_path / f"{name}.csv", photo)
        assert (done.returncode, done.stdout) == (2, "")
        assert sentence in done.stderr


def test_the_reviewer_sees_the_strip_what_was_read_whose_name_it_is_and_how_surely(school: School) -> None:
    school.person("p77", "Tobias", "Lindgren", class_name="5A")
    post_id = school.in_review(certificate("Tobias Lindgren"))
    page = page_of(school.browser(Role.ASSISTANT_HEAD).get(f"/review/{post_id}"))
    (finding,) = [one for one in school.findings(post_id) if one.detector == "names"]
    assert f"/media/findings/{finding.id}" in page.addresses
    assert "On the roll: Tobias Lindgren, 5A" in page.text
    assert re.search(r"“Tobias Lindgren” is a name on the roll.* with \d+ % certainty", page.text)
