"""`gatepost check`: what scripts rely on – lines, keys, order and exit codes – and that nothing stops it."""

import json
import os
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from click.testing import CliRunner

from moderation.cli import main
from tests.builders import harmless_scene, listed_portrait, named_certificate
from tests.cli.conftest import Gatepost
from tests.web.pages import plain, small

KEYS = ["photo", "verdict", "width", "height", "seconds", "sightings"]
SEEN = ["detector", "kind", "severity", "box", "subject", "score", "evidence"]
ODD = os.fsdecode(b"odd-\xff.jpg")  # a name that is not UTF-8


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures, a roll and a no-publish folder."""
    folder = tmp_path_factory.mktemp("album")
    for name, data in (
        ("portrait.jpg", small(listed_portrait(1))),
        ("broken.jpg", plain()[:300]),
        ("certificate.jpg", small(named_certificate("Harvey Pemberton"), 1000)),
        ("field.jpg", small(harmless_scene(), 500)),
        (ODD, b"not a picture"),
    ):
        (folder / name).write_bytes(data)
    (folder / "folder.jpg").mkdir()
    (folder / "roll.csv").write_text("id,forename,surname\np017,Harvey,Pemberton\np018,Zoë,Quill\n")
    (folder / "list" / "p020").mkdir(parents=True)
    (folder / "list" / "p020" / "a.jpg").write_bytes(small(listed_portrait(0)))
    return folder


@pytest.fixture(scope="module")
def given(album: Path) -> list[str]:
    names = ("portrait.jpg", "broken.jpg", "certificate.jpg", "folder.jpg", "nowhere.jpg", ODD, "field.jpg")
    return [str(album / name) for name in names]


def lists(album: Path) -> list[str]:
    return ["--roll", str(album / "roll.csv"), "--no-publish", str(album / "list")]


@pytest.fixture(scope="module")
def told(gatepost: Gatepost, album: Path, given: list[str]) -> "CompletedProcess[str]":
    return gatepost("check", "--json", *lists(album), *given)


@pytest.fixture(scope="module")
def answers(told: "CompletedProcess[str]") -> list[dict[str, Any]]:
    """Every line of the output is one answer: nothing else is there to be parsed."""
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_one_line_a_picture_in_the_order_given(answers: list[dict[str, Any]], given: list[str]) -> None:
    assert [answer["photo"] for answer in answers] == given


def test_the_keys_are_those_that_were_promised(answers: list[dict[str, Any]]) -> None:
    assert [list(answer) for answer in answers] == [KEYS] * len(answers)
    assert all(list(seen) == SEEN for answer in answers for seen in answer["sightings"])
    assert any(answer["sightings"] for answer in answers)


def test_a_face_of_the_list_and_a_name_of_the_roll_are_pointed_at_by_their_ids(answers: list[dict[str, Any]]) -> None:
    portrait, certificate = answers[0], answers[2]
    (face,) = [seen for seen in portrait["sightings"] if seen["kind"] == "face.match"]
    assert (face["detector"], face["severity"], face["subject"]) == ("faces", "block", "p020")
    assert 0 < face["score"] < 1
    left, top, right, bottom = face["box"]
    assert 0 <= left < right <= portrait["width"] == 720
    assert 0 <= top < bottom <= portrait["height"] == 540
    assert "p017" in {seen["subject"] for seen in certificate["sightings"] if seen["kind"] == "name.match"}
    assert portrait["verdict"] == certificate["verdict"] == "flagged"


def test_what_cannot_be_opened_is_a_line_and_never_a_stop(answers: list[dict[str, Any]]) -> None:
    """Law 2. A cut-off picture, a folder, a path to nothing, and a file whose name is not text."""
    for answer in (answers[1], *answers[3:6]):
        assert (answer["verdict"], answer["width"], answer["height"]) == ("unchecked", None, None)
        (seen,) = answer["sightings"]
        assert (seen["detector"], seen["kind"], seen["severity"]) == ("photo", "photo.unchecked", "block")
        assert seen["box"] is seen["subject"] is seen["score"] is None
        assert seen["evidence"].endswith(".")


def test_a_picture_of_nobody_is_clear(answers: list[dict[str, Any]]) -> None:
    assert (answers[6]["verdict"], answers[6]["sightings"]) == ("clear", [])


def test_something_to_settle_is_exit_1_without_a_word_besides(told: "CompletedProcess[str]") -> None:
    assert told.returncode == 1
    assert told.stderr == ""


def test_two_at_once_say_the_same(
    gatepost: Gatepost, album: Path, given: list[str], answers: list[dict[str, Any]]
) -> None:
    again = gatepost("check", "--json", "--jobs", "2", *lists(album), *given)
    assert again.returncode == 1
    found = [json.loads(line) for line in again.stdout.splitlines()]
    assert [{**one, "seconds": 0} for one in found] == [{**one, "seconds": 0} for one in answers]


def test_all_clear_is_exit_0_in_words_that_promise_nothing(gatepost: Gatepost, album: Path) -> None:
    told = gatepost("check", album / "field.jpg")
    assert told.returncode == 0
    assert "CLEAR (500 × 375" in told.stdout
    assert "no match found (which does not prove that nobody is there)" in told.stdout


def test_the_table_shows_a_name_that_is_not_text(gatepost: Gatepost, album: Path) -> None:
    told = gatepost("check", album / ODD)
    assert told.returncode == 1
    assert "odd-\\udcff.jpg: UNCHECKED (not opened" in told.stdout
    assert told.stderr.count("is looked for") == 2  # neither a roll nor a list was given: that is said


def test_a_reference_photo_of_no_use_is_said_and_is_not_all_clear(
    gatepost: Gatepost, album: Path, tmp_path: Path
) -> None:
    (tmp_path / "p021").mkdir()
    (tmp_path / "p021" / "a.jpg").write_bytes(plain())
    told = gatepost("check", "--json", "--no-publish", tmp_path, album / "field.jpg")
    assert told.returncode == 1
    assert [json.loads(line)["verdict"] for line in told.stdout.splitlines()] == ["clear"]
    assert "nobody looks for this person's face" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--roll", "nowhere.csv", "x.jpg"], "the roll cannot be read"),
        (["--roll", "roll.csv", "x.jpg"], "no column called id"),
        (["--no-publish", "nowhere", "x.jpg"], "there is no such folder"),
        (["--jobs", "0", "x.jpg"], "--jobs"),
        ([], "PATH"),
    ],
)
def test_what_cannot_be_used_is_exit_2_and_says_why(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roll.csv").write_text("number,forename,surname\n1,Zoë,Quill\n")
    told = CliRunner().invoke(main, ["check", "--json", *arguments])
    assert told.exit_code == 2
    assert told.stdout == ""
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr
