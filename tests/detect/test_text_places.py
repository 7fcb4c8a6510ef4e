"""Where a certificate, a label or a badge has its name, writing that nobody can read is pointed at as well."""

import numpy as np
import pytest

from moderation.detect.text import TextEngine, read, sightings
from moderation.detect.text_boxes import Picture
from moderation.detect.text_engine import Spelling
from moderation.detect.text_lines import Line, covers, surer
from moderation.detect.text_places import Place, empty_slots, places
from moderation.rules.findings import Box, Kind
from moderation.rules.names import Roll, RollEntry
from tests.detect.writing import holds, names, picture

ROLL = Roll.build([RollEntry("p1", "Marcus", "Rice"), RollEntry("p2", "Svetlana", "Ivanova")])
# Three words on top of each other: writing, but nothing that can be read.
SCRAWL = (("Bunwokigg", 560, 560), ("Tmadhelxy", 552, 566), ("Hsfqryzae", 566, 552))


@pytest.fixture(scope="module")
def engine() -> TextEngine:
    return TextEngine()


def kinds(engine: TextEngine, photo: Picture) -> list[Kind]:
    return [kind for kind, _ in names(sightings(engine, photo, ROLL))]


@pytest.mark.parametrize("cue", ["This certificate is presented to", "Star of the week", "Playground buddy"])
def test_writing_that_cannot_be_read_where_a_name_would_stand_is_a_finding(engine: TextEngine, cue: str) -> None:
    (found,) = sightings(engine, picture((cue, 480, 400), *SCRAWL), ROLL)
    assert (found.kind, found.subject) == (Kind.TEXT_UNREADABLE, None)
    assert holds(found.box, 700, 600)


def test_the_same_scrawl_on_a_wall_is_left_alone(engine: TextEngine) -> None:
    assert kinds(engine, picture(("Please walk in the corridor", 480, 400), *SCRAWL)) == []


def test_a_name_beside_its_label_is_found_though_it_is_on_no_list(engine: TextEngine) -> None:
    photo = picture(("Name:", 200, 300), ("Quilla Trastny", 560, 300), ("Class:", 200, 500), ("3B", 560, 500))
    (found,) = sightings(engine, photo, ROLL)
    assert found.kind is Kind.NAME_POSSIBLE
    assert holds(found.box, 740, 335)


@pytest.mark.parametrize("written", ["bySvetlana", "BYSVETLANA"])
def test_a_lost_space_after_by_hides_no_name(engine: TextEngine, written: str) -> None:
    assert names(sightings(engine, picture((written, 300, 300)), ROLL)) == [(Kind.NAME_MATCH, "p2")]


def test_what_a_finding_says_ends_with_how_sure_it_is(engine: TextEngine) -> None:
    (found,) = sightings(engine, picture(("Well done Svetlana Ivanova", 200, 300)), ROLL)
    assert found.evidence.startswith("reads “Svetlana Ivanova”: is a name on the roll (")
    assert found.evidence.endswith("% sure)")


@pytest.mark.parametrize(
    "lines",
    [
        (("House points", 500, 100), ("Beech", 300, 300), ("Yellow", 300, 500), ("Elm", 300, 700)),
        (("Thursday", 300, 100), ("Rice", 300, 300), ("Fruit salad", 300, 500)),
        (("Name:", 200, 300), ("Class:", 200, 500), ("3B", 560, 500)),
        (("Head teacher", 300, 300),),
    ],
)
def test_houses_dinners_and_empty_labels_are_left_alone(
    engine: TextEngine, lines: tuple[tuple[str, int, int], ...]
) -> None:
    assert kinds(engine, picture(*lines)) == []


def test_a_cue_without_a_name_is_looked_at_again_and_one_with_it_is_not(engine: TextEngine) -> None:
    blank = picture(("This certificate is presented to", 300, 400), ("for excellent effort in Maths", 300, 700))
    (slot,) = empty_slots(read(engine, blank), blank)
    assert slot.left < 300 and slot.right > 1100 and slot.top < 400 and slot.bottom > 650
    filled = picture(("This certificate is presented to", 300, 400), ("Marcus", 560, 560))
    assert empty_slots(read(engine, filled), filled) == []


def test_of_two_looks_at_one_line_the_surer_reading_stays(engine: TextEngine) -> None:
    sharp = picture(("Svetlana", 560, 560))
    blurred = np.ascontiguousarray(np.repeat(np.repeat(sharp[::12, ::12], 12, 0), 12, 1))
    (good,) = read(engine, sharp)
    poor = Line(good.box, good.quad, engine.spell(blurred, good.quad))
    assert poor.score < good.score
    for old, fresh in (([poor], [good]), ([good], [poor])):
        assert surer(old, fresh) == [good]
    assert covers(good, poor.quad)


def test_every_line_has_one_place(engine: TextEngine) -> None:
    lines = read(
        engine, picture(("Absent", 300, 100), ("Marcus", 300, 300), ("We hope to see you soon again", 300, 700))
    )
    found = {line.text: place for line, place in zip(lines, places(lines), strict=True)}
    assert found["Absent"] is Place.LABEL
    assert found["Marcus"] is Place.LIST
    assert found["We hope to see you soon again"] is Place.TEXT


def test_lines_on_a_sheet_that_was_taken_for_one_great_line_are_kept(engine: TextEngine) -> None:
    (name,) = read(engine, picture(("Svetlana", 560, 560)))
    corners = np.array([[200, 200], [1400, 200], [1400, 1000], [200, 1000]], np.float32)
    sheet = Line(Box(200, 200, 1400, 1000), corners, Spelling("D", 0.5, (0.5,), name.spelling.letters))
    assert surer([sheet], [name]) == [name]
