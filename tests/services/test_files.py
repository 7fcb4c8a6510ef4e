"""Law 2 without the web: what of the roll, the folder or the pictures cannot be used is said, never passed over."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from moderation.rules.findings import Kind, Sighting, Verdict
from moderation.services import files
from moderation.services.files import NotUsable, check_all, read_gallery, read_lists, read_roll
from moderation.services.looking import Lists, Looker
from tests.builders import listed_portrait
from tests.services.moments import Quick, WithoutModel, small_photo

NOTHING = Lists(None, None)


@pytest.fixture(scope="module")
def portrait() -> bytes:
    return listed_portrait()


def written(folder: Path, data: bytes | str, name: str = "roll.csv") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_a_roll_is_read_with_everything_that_it_may_hold(tmp_path: Path) -> None:
    header = "\ufeffid,forename,surname,preferred_name,class,aliases,notes\n"
    text = f"{header}p1, Zoë ,O'Brien,Zo,4B, Zed ;;Zozo,x\np2,Li,,,,\n"
    roll = read_roll(written(tmp_path, text))
    first, second = roll.entries
    assert (first.id, first.forename, first.surname, first.preferred_name) == ("p1", "Zoë", "O'Brien", "Zo")
    assert (first.class_name, first.aliases) == ("4B", ("Zed", "Zozo"))
    assert (second.id, second.forename, second.surname, second.aliases) == ("p2", "Li", "", ())
    assert [hit.subjects for hit in roll.find("Well done Zoe O’Brien")] == [("p1",)]


def test_a_roll_says_who_is_staff(tmp_path: Path) -> None:
    text = "id,forename,surname,kind\np1,Ada,Quill,pupil\ns1,Dan,Hart,staff\np2,Cleo,Stone,\n"
    assert [entry.staff for entry in read_roll(written(tmp_path, text)).entries] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no column called forename, id, surname"),
        ("id;forename;surname\np1;Ada;Quill\n", "no column called forename, id, surname"),
        ("id,forename\np1,Ada\n", "no column called surname"),
        ("id,forename,surname\n,Ada,Quill\n", "line 2: there is no id"),
        ("id,forename,surname\np1,Ada,Quill\np2,,\n", "line 3: there is no name to look for"),
        ("id,forename,surname\np1,-, \n", "line 2: there is no name to look for"),
        ("id,forename,surname\np1\n", "line 2: there is no name to look for"),
        ("id,forename,surname\n", "holds nobody"),
        ("id,forename,surname,kind\np1,Ada,Quill,Teacher\n", "line 2: the kind is neither pupil nor staff"),
        (b"id,forename,surname\np1,Zo\xeb,Quill\n", "cannot be read as a UTF-8 CSV file"),
        (b"id,forename,surname\np1,\0Ada,Quill\n" + b"x" * 200_000, "cannot be read as a UTF-8 CSV file"),
    ],
)
def test_a_roll_that_would_pass_somebody_over_is_refused(tmp_path: Path, text: bytes | str, sentence: str) -> None:
    with pytest.raises(NotUsable, match=sentence) as refused:
        read_roll(written(tmp_path, text))
    assert "\n" not in str(refused.value), "one line says why"


def test_a_roll_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(NotUsable, match="cannot be read"):
            read_roll(path)


def test_no_lists_are_no_lists(looker: Looker) -> None:
    assert read_lists(None, None, looker) == (NOTHING, [])


def test_a_folder_of_people_is_read_and_what_is_no_use_is_named(
    tmp_path: Path, looker: Looker, portrait: bytes
) -> None:
    written(tmp_path, portrait, "p017/1.jpg")
    written(tmp_path, small_photo(), "p017/a wall.png")
    written(tmp_path, b"no picture", "p018/2.jpg")
    (tmp_path / "p019").mkdir()
    written(tmp_path, b"", ".hidden/1.jpg")
    written(tmp_path, b"", "p017/.DS_Store")
    gallery, problems = read_gallery(tmp_path, looker)
    assert (gallery.people, gallery.encodings.shape) == (("p017",), (1, 128))
    assert problems[0].startswith("p017/a wall.png: No face was found")
    assert problems[1].startswith("p018/2.jpg: ")
    nobody = "no usable reference photo, so nobody looks for this person's face."
    assert problems[2:] == [f"p018: {nobody}", f"p019: {nobody}"]


def test_a_reference_that_cannot_be_read_is_named(
    tmp_path: Path, looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError

    written(tmp_path, b"", "p017/1.jpg")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "p017/1.jpg: The file cannot be read." in read_gallery(tmp_path, looker)[1]


def test_a_list_that_is_no_folder_is_refused(tmp_path: Path, looker: Looker) -> None:
    for path in (tmp_path / "none", written(tmp_path, b"")):
        with pytest.raises(NotUsable, match="no such folder"):
            read_gallery(path, looker)


def test_a_folder_with_pictures_but_no_people_in_it_is_said_to_list_nobody(tmp_path: Path, looker: Looker) -> None:
    """The mistake that is easily made: the photos of everybody in one folder."""
    written(tmp_path, small_photo(), "p017.png")
    gallery, problems = read_gallery(tmp_path, looker)
    assert len(gallery) == 0
    assert "nobody's face is looked for" in problems[0]


def test_without_the_face_model_a_list_is_refused_and_pictures_are_unchecked(tmp_path: Path, looker: Looker) -> None:
    with pytest.raises(NotUsable, match="faces cannot be compared"):
        read_gallery(tmp_path, WithoutModel())
    blind = WithoutModel()
    blind.__dict__["text"] = looker.text
    answer = next(check_all([str(written(tmp_path, small_photo(), "a.png"))], blind, NOTHING, 1))
    assert (answer.verdict, [seen.kind for seen in answer.sightings]) == (Verdict.FLAGGED, [Kind.UNCHECKED])


@pytest.mark.parametrize("jobs", [1, 3])
def test_answers_come_in_the_order_given_and_nothing_stops_them(tmp_path: Path, looker: Looker, jobs: int) -> None:
    good = str(written(tmp_path, small_photo(), "good.png"))
    bad, empty = str(written(tmp_path, b"no picture", "bad.jpg")), str(written(tmp_path, b"", "empty.jpg"))
    paths = [bad, good, str(tmp_path / "missing.jpg"), str(tmp_path), empty, good]
    answers = list(check_all(paths, looker, NOTHING, jobs))
    assert [answer.photo for answer in answers] == paths
    unchecked, clear = Verdict.UNCHECKED, Verdict.CLEAR
    assert [answer.verdict for answer in answers] == [unchecked, clear, unchecked, unchecked, unchecked, clear]
    assert (answers[1].width, answers[1].height) == (160, 120)
    for answer in answers:
        if answer.verdict is unchecked:
            assert [seen.kind for seen in answer.sightings] == [Kind.UNCHECKED]
            assert (answer.width, answer.height) == (None, None)
            assert answer.sightings[0].evidence.endswith(".")


class Killed(Quick):
    """Its process is ended from outside in the middle of the look, as for want of memory."""

    def warm(self) -> None:
        return

    def look(self, rgb: np.ndarray, lists: Lists, known: object = ()) -> list[Sighting]:
        os._exit(9)


def test_law_2_a_process_that_is_killed_leaves_unchecked_pictures_not_silence(tmp_path: Path) -> None:
    paths = [str(written(tmp_path, small_photo(shade), f"{shade}.png")) for shade in (10, 60, 110)]
    answers = list(check_all(paths, Killed(), NOTHING, 2))
    assert [answer.photo for answer in answers] == paths
    assert [answer.verdict for answer in answers] == [Verdict.UNCHECKED] * 3


def test_an_answer_as_json_has_the_promised_form(tmp_path: Path, looker: Looker, portrait: bytes) -> None:
    path = str(written(tmp_path, portrait, "a.jpg"))
    gallery, problems = read_gallery(written(tmp_path, portrait, "list/p017/1.jpg").parents[1], looker)
    assert problems == []
    answer = next(check_all([path], looker, Lists(None, gallery), 1)).as_json()
    assert list(answer) == ["photo", "verdict", "width", "height", "seconds", "sightings"]
    seen = json.loads(json.dumps(answer))["sightings"][0]
    assert list(seen) == ["detector", "kind", "severity", "box", "subject", "score", "evidence"]
    assert (seen["kind"], seen["severity"], seen["subject"]) == ("face.match", "block", "p017")
    left, top, right, bottom = seen["box"]
    assert 0 <= left < right <= answer["width"]
    assert 0 <= top < bottom <= answer["height"]


def test_the_part_for_forked_processes_refuses_to_run_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_one", None)
    with pytest.raises(RuntimeError, match="forked"):
        files._in_fork("a.jpg")
