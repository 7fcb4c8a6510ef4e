"""Measuring on labelled pictures: everybody takes a turn, nothing is left out in silence, no reference is a probe."""

import io
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from moderation.rules.faces import Quality
from moderation.rules.measuring import NOT_FOUND, STEPS, Share
from moderation.services import evaluation
from moderation.services.evaluation import Measured, Shown, measure, read
from moderation.services.files import NotUsable
from moderation.services.looking import Looker
from tests.builders import listed_portrait, stranger_portrait
from tests.services.moments import WithoutModel, small_photo
from tests.web.pages import small

CLEAR = Quality(height=120, sharpness=0.1, sureness=0.95)
IN_FORCE = STEPS.index(0.0)


def towards(rng: np.random.Generator, distance: float) -> np.ndarray:
    step = rng.normal(size=128)
    return (distance * step / np.linalg.norm(step)).astype(np.float32)


def person(name: str, pictures: int, apart: float = 0.3, seed: int = 1, quality: Quality | None = CLEAR) -> list[Shown]:
    """Pictures `apart` from the person's own middle, which `seed` places far from everybody else's."""
    middle, rng = towards(np.random.default_rng(seed), 3), np.random.default_rng(seed + 1000)
    return [Shown(name, f"{name}/{n}.jpg", quality, middle + towards(rng, apart)) for n in range(pictures)]


def school(people: int, pictures: int) -> list[Shown]:
    return [one for n in range(people) for one in person(f"p{n}", pictures, seed=n)]


def rate(share: Share | None) -> float:
    assert share
    return share.rate


def with_one(measured: list[Measured]) -> Measured:
    assert measured[0].references == 1
    return measured[0]


def test_people_unlike_each_other_are_all_found_and_nobody_else_is() -> None:
    one, three = measure(school(6, 5))
    for measured in (one, three):
        row = measured.rows[IN_FORCE]
        assert (rate(row.missed), rate(row.false_match), rate(row.false_possible)) == (0, 0, 0)
        assert (measured.people, measured.longest) == (6, 3)
        assert row.others == 30
    assert (one.references, three.references) == (1, 3)


def test_somebody_whose_pictures_are_unlike_each_other_is_missed() -> None:
    row = with_one(measure(school(1, 4) + person("p9", 4, apart=0.8, seed=9))).rows[IN_FORCE]
    assert rate(row.missed) == 0.5
    assert rate(row.false_match) == 0


def test_two_people_who_look_alike_are_false_alarms() -> None:
    row = with_one(measure(person("p1", 4, seed=1) + person("p2", 4, seed=1))).rows[IN_FORCE]
    assert row.alarms == 1


def test_wider_limits_miss_less_and_alarm_more() -> None:
    rng, middle = np.random.default_rng(5), towards(np.random.default_rng(5), 3)
    crowd = [
        Shown(f"p{n}", f"p{n}/{m}", CLEAR, middle + centre + towards(rng, 0.37))
        for n in range(12)
        for centre in [towards(rng, 0.3)]
        for m in range(5)
    ]
    rows = with_one(measure(crowd)).rows
    missed, alarms = [rate(row.missed) for row in rows], [row.alarms or 0 for row in rows]
    assert missed == sorted(missed, reverse=True)
    assert alarms == sorted(alarms)
    assert missed[0] > missed[-1]
    assert alarms[0] < alarms[-1]


def test_a_face_too_small_is_unclear_and_one_not_found_is_missed() -> None:
    """Law 2: what cannot be compared blocks, so it is not missed; what was never seen is."""
    small_face = [Shown("p1", "p1/small.jpg", Quality(12, 0.1, 0.95), None)]
    not_found = [Shown("p1", "p1/none.jpg", None, None)]
    measured = with_one(measure(person("p1", 2) + small_face + not_found + person("p2", 1, seed=2)))
    assert rate(measured.sizes["below 28 px"][IN_FORCE].unclear) == 1
    assert rate(measured.sizes["below 28 px"][IN_FORCE].missed) == 0
    assert rate(measured.sizes[NOT_FOUND][IN_FORCE].missed) == 1


def test_somebody_with_too_few_pictures_takes_no_turn_and_is_one_of_the_others() -> None:
    measured = measure(person("p1", 2) + person("p2", 1, seed=2))
    assert [one.references for one in measured] == [1]
    row = with_one(measured).rows[0]
    assert (with_one(measured).people, row.listed, row.others) == (1, 2, 1)


def test_no_picture_is_reference_and_probe_at_once() -> None:
    """Each of two pictures far apart would be found by itself at once, and is never found by the other."""
    row = with_one(measure(person("p1", 2, apart=0.8) + person("p2", 2, apart=0.8, seed=2))).rows[-1]
    assert (row.listed, rate(row.missed)) == (4, 1)


def test_pictures_made_smaller_tell_of_small_faces_alone() -> None:
    small = [replace(one, quality=Quality(50, 0.1, 0.95), smaller=50) for one in school(6, 5)]
    lost = [Shown("p1", "p1/1.jpg", None, None, 35)]
    one, three = measure(school(6, 5) + small + lost)
    assert (one.rows, three.rows) == tuple(measured.rows for measured in measure(school(6, 5)))
    assert one.sizes["40–59 px"][IN_FORCE].listed == one.sizes["120 px and more"][IN_FORCE].listed == 30
    assert rate(one.sizes["28–39 px"][IN_FORCE].missed) == 1, "one that is no longer found counts for its height"


def test_to_be_taken_for_somebody_else_on_the_list_is_to_be_missed() -> None:
    """Everybody has one picture in each of four places, so nobody is near their own reference, only near others'."""
    rng = np.random.default_rng(3)
    places = [towards(rng, 3) for _ in range(4)]
    mixed = [
        Shown(f"p{n}", f"p{n}/{k}", CLEAR, place + towards(rng, 0.05))
        for n in range(4)
        for k, place in enumerate(places)
    ]
    row = with_one(measure(mixed)).rows[IN_FORCE]
    assert rate(row.missed) == 1
    assert row.alarms


def test_the_same_pictures_give_the_same_figures() -> None:
    assert measure(school(5, 4)) == measure(school(5, 4))


@pytest.mark.parametrize(
    "shown",
    [
        [],
        person("p1", 5),
        person("p1", 1) + person("p2", 1, seed=2),
        [Shown("p1", f"p1/{n}", None, None) for n in range(3)] + person("p2", 1, seed=2),
    ],
)
def test_pictures_that_say_nothing_are_refused(shown: list[Shown]) -> None:
    with pytest.raises(NotUsable, match="Nothing can be measured"):
        measure(shown)


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("album")
    for name, data in (
        ("p1/a.jpg", small(listed_portrait(0))),
        ("p1/b.jpg", small(listed_portrait(1))),
        ("p1/wall.png", small_photo()),
        ("p2/a.jpg", small(stranger_portrait(0))),
        ("p2/again.jpg", small(stranger_portrait(0))),
        ("p2/broken.jpg", b"no picture"),
        ("p2/two.jpg", beside(small(listed_portrait(0)), small(stranger_portrait(0)))),
        ("loose.jpg", small_photo()),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "p3").mkdir()
    return folder


def beside(*photos: bytes) -> bytes:
    opened = [Image.open(io.BytesIO(photo)) for photo in photos]
    row = Image.new("RGB", (sum(one.width for one in opened), max(one.height for one in opened)), "grey")
    left = 0
    for one in opened:
        row.paste(one, (left, 0))
        left += one.width
    file = io.BytesIO()
    row.save(file, "JPEG")
    return file.getvalue()


def test_every_picture_is_read_once_and_what_is_no_use_is_named(album: Path, looker: Looker) -> None:
    watched: list[tuple[int, int]] = []
    shown, problems = read(album, looker, lambda done, of: watched.append((done, of)))
    assert [one.picture for one in shown] == ["p1/a.jpg", "p1/b.jpg", "p1/wall.png", "p2/a.jpg"]
    assert [one.quality is None for one in shown] == [False, False, True, False]
    assert watched == [(n, 7) for n in range(1, 8)]
    told = "\n".join(problems)
    assert len(problems) == 5
    assert "p3: there is no picture in this folder." in told
    assert "loose.jpg: It is in nobody's folder." in told
    assert "p2/again.jpg: It is the same picture as p2/a.jpg." in told
    assert "p2/broken.jpg: It is not a kind of picture" in told
    assert "p2/two.jpg: It shows 2 faces" in told
    row = with_one(measure(shown)).rows[IN_FORCE]
    assert (row.listed, row.others) == (3, 1)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, looker: Looker) -> None:
    (tmp_path / "p1").mkdir()
    (tmp_path / "p2").mkdir()
    (tmp_path / "p1" / "a.jpg").write_bytes(small_photo())
    vanishing = tmp_path / "p2" / "a.jpg"
    vanishing.write_bytes(small_photo())
    _, problems = read(tmp_path, looker, lambda done, of: shutil.rmtree(vanishing.parent, ignore_errors=True))
    assert problems == ["p2/a.jpg: The file cannot be read."]


@pytest.mark.parametrize(("people", "sentence"), [(0, "there is none"), (1, "there is one")])
def test_a_folder_of_fewer_than_two_people_is_refused(
    tmp_path: Path, looker: Looker, people: int, sentence: str
) -> None:
    for n in range(people):
        (tmp_path / f"p{n}").mkdir()
    with pytest.raises(NotUsable, match=sentence):
        read(tmp_path, looker, print)


def test_a_folder_that_is_not_there_and_a_missing_model_are_said(tmp_path: Path, looker: Looker, album: Path) -> None:
    with pytest.raises(NotUsable, match="there is no such folder"):
        read(tmp_path / "nowhere", looker, print)
    with pytest.raises(NotUsable, match="Faces cannot be compared"):
        read(album, WithoutModel(), print)


def test_everybody_takes_a_turn_on_the_list() -> None:
    shown = school(45, 3)
    measured = with_one(measure(shown))
    assert (measured.people, measured.longest) == (45, 15)
    assert measured.rows[0].listed == len(shown)
    assert evaluation.LISTED == 20
