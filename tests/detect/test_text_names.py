"""Names in pictures that are not a listed pupil's: nobody's on the roll, or a member of staff's."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from moderation.detect.text import TextEngine, sightings
from moderation.detect.text_boxes import Picture
from moderation.detect.text_names import Candidates
from moderation.rules.findings import Kind
from moderation.rules.names import Roll, RollEntry

ROLL = Roll.build([RollEntry("p1", "Zoë", "O'Brien"), RollEntry("s1", "Daniel", "Whitcombe", staff=True)])


@pytest.fixture(scope="module")
def engine() -> TextEngine:
    return TextEngine()


def certificate(name: str, signed: str) -> Picture:
    image = Image.new("RGB", (1600, 1200), (236, 232, 220))
    draw = ImageDraw.Draw(image)
    for text, left, top in (("This certificate is awarded to", 320, 300), (name, 560, 460), (signed, 900, 900)):
        draw.text((left, top), text, fill=(30, 30, 60), font=ImageFont.load_default(size=56))
    return np.asarray(image)


def seen(engine: TextEngine, name: str, signed: str) -> set[tuple[Kind, str | None]]:
    return {(sighting.kind, sighting.subject) for sighting in sightings(engine, certificate(name, signed), ROLL)}


def test_a_name_on_no_list_where_a_name_stands_is_a_question(engine: TextEngine) -> None:
    assert seen(engine, "Theodora Brandt", "School council") == {(Kind.NAME_POSSIBLE, None)}


@pytest.mark.parametrize("signed", ["Daniel Whitcombe", "Mr D. Whitcombe"])
def test_staff_on_the_roll_are_noted_beside_the_pupils_name(engine: TextEngine, signed: str) -> None:
    assert seen(engine, "Zoe O'Brien", signed) == {(Kind.NAME_MATCH, "p1"), (Kind.NAME_STAFF, "s1")}


def test_writing_that_is_hard_to_read_is_never_settled_by_a_name_of_staff() -> None:
    assert not any("whitcombe" in name for name in Candidates(ROLL).spellings.names)
