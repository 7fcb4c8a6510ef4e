"""Writing drawn into pictures is read, names of the roll in it are pointed at, and doubt is told."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageFont

from moderation.detect import text_engine
from moderation.detect.models import ModelMissing
from moderation.detect.text import TextEngine, read, sightings
from moderation.detect.text_letters import Letters
from moderation.detect.text_roll import Spellings
from moderation.rules.findings import Detector, Kind
from moderation.rules.names import Roll, RollEntry
from tests.detect.writing import holds, names, picture

ROOT = Path(__file__).parents[2]
ROLL = Roll.build(
    [
        RollEntry("p1", "Zoë", "O'Brien"),
        RollEntry("p2", "Matteo", "Park"),
        RollEntry("p3", "Grace", "Okonkwo"),
        RollEntry("p4", "Svetlana", "Ivanova"),
        RollEntry("p5", "Jack", "Green"),
    ]
)


@pytest.fixture(scope="module")
def engine() -> TextEngine:
    return TextEngine()


CERTIFICATE = (("Merit Award", 500, 200), ("This certificate is presented to", 300, 400), ("Zoe O'Brien", 560, 560))


def test_writing_is_read_with_its_place(engine: TextEngine) -> None:
    lines = read(engine, picture(("Reading corner", 300, 500)))
    assert [line.text for line in lines] == ["Reading corner"]
    assert lines[0].score > 0.9
    box = lines[0].box
    assert 250 < box.left < 310 and 480 < box.top < 520 and 550 < box.bottom < 600


def test_a_name_on_a_certificate_is_pointed_at(engine: TextEngine) -> None:
    (found,) = sightings(engine, picture(*CERTIFICATE), ROLL)
    assert (found.detector, found.kind, found.subject) == (Detector.NAMES, Kind.NAME_MATCH, "p1")
    assert holds(found.box, 700, 595)


def test_the_box_is_round_the_name_and_not_the_sentence(engine: TextEngine) -> None:
    (found,) = sightings(engine, picture(("Today we thank Matteo Park for all his help", 100, 500)), ROLL)
    assert found.subject == "p2" and found.box is not None
    whole = read(engine, picture(("Today we thank Matteo Park for all his help", 100, 500)))[0].box
    start = ImageFont.load_default(size=56).getlength("Today we thank ") + 100
    end = ImageFont.load_default(size=56).getlength("Today we thank Matteo Park") + 100
    assert abs(found.box.left - start) < 40 and abs(found.box.right - end) < 40
    assert found.box.right - found.box.left < 0.5 * (whole.right - whole.left)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_pictures_are_read_as_well(engine: TextEngine, quarters: int) -> None:
    (found,) = sightings(engine, np.ascontiguousarray(np.rot90(picture(*CERTIFICATE), quarters)), ROLL)
    assert (found.kind, found.subject) == (Kind.NAME_MATCH, "p1")
    x, y = {1: (595, 900), 2: (900, 605), 3: (605, 700)}[quarters]
    assert holds(found.box, x, y)


def test_small_writing_in_a_large_photo_gets_a_closer_look(engine: TextEngine) -> None:
    lines = (("This certificate is presented to", 2900, 2000), ("Matteo Park", 2980, 2080))
    found = sightings(engine, picture(*lines, size=36, wide=4032, high=3024), ROLL)
    assert names(found) == [(Kind.NAME_MATCH, "p2")]


def test_a_name_that_came_second_at_a_letter_is_still_spotted() -> None:
    letters = written("matlco", {3: "t", 4: "e"})
    best, *_ = Spellings(["jack", "matteo", "matteo park", "marcus"]).spot(letters, -1.2)
    assert best.name == 1 and best.cost / len("matteo") > -0.6
    assert (best.start, best.end) == (0.0, 1.0)


def test_a_name_inside_a_longer_word_is_not_spotted() -> None:
    assert Spellings(["helen", "len", "lene"]).spot(written("helene"), -1.2) == []


def written(read: str, second: dict[int, str] | None = None) -> Letters:
    """What a speller says that reads this, with other letters nearly as likely at some places."""
    rows = []
    for place, sign in enumerate(read):
        row = np.full(29, 1e-5, np.float32)
        row[ord(sign) - 96] = 1.0
        for other in (second or {}).get(place, ""):
            row[ord(sign) - 96], row[ord(other) - 96] = 0.8, 0.2
        blank = np.full(29, 1e-5, np.float32)
        blank[0] = 1.0
        rows += [row, blank]
    return np.stack(rows[:-1])


def test_a_name_under_a_thumb_is_told_as_a_doubt(engine: TextEngine) -> None:
    spoilt = picture(("This certificate is presented to", 300, 400), ("Svetlana", 560, 560)).copy()
    spoilt[540:640, 555:665] = (200, 160, 130)
    (found,) = sightings(engine, spoilt, ROLL)
    assert found.kind in (Kind.NAME_POSSIBLE, Kind.TEXT_UNREADABLE)
    assert holds(found.box, 720, 600)


def test_staff_with_a_title_are_a_question_about_nobody_on_the_roll(engine: TextEngine) -> None:
    found = sightings(engine, picture(("Signed: Mrs Trelawney", 300, 500)), ROLL)
    assert names(found) == [(Kind.NAME_POSSIBLE, None)]


def test_ways_to_reach_someone_are_personal_even_without_a_roll(engine: TextEngine) -> None:
    found = sightings(engine, picture(("Call 07700 900123 today", 300, 500)), None)
    assert names(found) == [(Kind.TEXT_PERSONAL, None)]


@pytest.mark.parametrize(
    "lines",
    [
        (("Jack and the Beanstalk", 300, 300), ("Please walk in the corridor", 300, 600)),
        (("Grace and courage", 300, 300), ("green grass", 300, 600)),
        (("This certificate is presented to", 300, 400), ("for excellent effort in Maths", 300, 700)),
        (("Name:", 300, 300), ("Class:", 300, 500), ("Subject:", 300, 700)),
        (),
    ],
)
def test_walls_and_empty_certificates_are_left_alone(
    engine: TextEngine, lines: tuple[tuple[str, int, int], ...]
) -> None:
    assert sightings(engine, picture(*lines), ROLL) == []


@pytest.mark.parametrize("shape", [(1, 1), (8, 400), (400, 8), (33, 31)])
def test_pictures_of_any_size_are_looked_at(engine: TextEngine, shape: tuple[int, int]) -> None:
    assert sightings(engine, np.zeros((*shape, 3), np.uint8), ROLL) == []


def test_noise_costs_bounded_time(engine: TextEngine) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (1200, 1600, 3), np.uint8)
    start = time.process_time()
    sightings(engine, noise, ROLL)
    assert time.process_time() - start < 30


def test_an_engine_loaded_before_a_fork_works_after_it(engine: TextEngine) -> None:
    photo = picture(*CERTIFICATE)
    expected = sightings(engine, photo, ROLL)
    child = os.fork()
    if child == 0:
        same = False
        try:
            same = sightings(engine, photo, ROLL) == expected
        finally:
            os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_models_bring_no_threads_that_a_fork_would_lose() -> None:
    program = """
import os
import onnxruntime  # brings one thread of its own, with or without a model
before = len(os.listdir("/proc/self/task"))
from moderation.detect.text import TextEngine
import numpy as np
engine = TextEngine()
engine.find(np.full((200, 300, 3), 255, np.uint8), 320)
raise SystemExit(len(os.listdir("/proc/self/task")) - before)
"""
    environ = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    assert subprocess.run([sys.executable, "-c", program], env=environ, cwd=ROOT).returncode == 0


def test_a_missing_model_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_engine, "_SPELLER", "not-there.onnx")
    with pytest.raises(ModelMissing, match=r"^The model not-there\.onnx is missing\. .+\.$"):
        TextEngine()


def test_nothing_is_fetched_and_nothing_is_logged() -> None:
    program = """
import socket, sys
def refuse(*_): raise SystemExit("the network was asked for")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import numpy as np
from moderation.detect.models import ModelMissing
from moderation.detect.text import TextEngine, read
read(TextEngine(), np.zeros((200, 300, 3), np.uint8))
assert "rapidocr" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
