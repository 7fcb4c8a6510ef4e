"""`gatepost evaluate names`: what it prints, its JSON, and what it says where nothing can be measured."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation.cli import main
from moderation.demo.certificate import certificate
from tests.web.pages import small


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    (folder / "a.jpg").write_bytes(small(certificate("Ada Quill"), 1200))
    (folder / "b.jpg").write_bytes(small(certificate(None), 1200))
    (folder / "c.jpg").write_bytes(b"no picture")
    name = {"text": "Ada Quill", "box": [400, 380, 800, 520], "height_px": 60, "kind": "serif"}
    rows = [{"image": "a.jpg", "names": [name]}, {"image": "b.jpg", "names": []}, {"image": "c.jpg", "names": [name]}]
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    (folder / "roll.csv").write_text("id,forename,surname\np1,Ada,Quill\n")
    return folder


def evaluate(folder: Path, *more: str) -> Result:
    arguments = [folder / "labels.jsonl", "--roll", folder / "roll.csv", *more]
    return CliRunner().invoke(main, ["evaluate", "names", *map(str, arguments)])


def test_names_are_counted_by_kind_and_height_and_what_is_no_use_is_named(folder: Path) -> None:
    told = evaluate(folder)
    assert told.exit_code == 0
    assert told.stderr.startswith("gatepost evaluate: c.jpg: ")
    assert "2 pictures measured, 1 of them without names, 1 not used." in told.stdout
    rows = {
        line.split("  ")[1]: line.split() for line in told.stdout.splitlines() if line.startswith("  ") and "%" in line
    }
    assert rows["serif"][1:4] == ["1", "100.0%", "0.0%"]
    assert "60 px and more" in rows
    assert "Pictures without names that are alarmed: 0.0%" in told.stdout


def test_the_same_figures_as_json(folder: Path) -> None:
    told = evaluate(folder, "--json")
    (line,) = told.stdout.splitlines()
    figures = json.loads(line)
    assert (figures["pictures"], figures["clean"], figures["all"]["names"]) == (2, 1, 1)
    assert figures["by_kind"]["serif"]["found"]["rate"] == 1.0
    assert figures["false_alarms"]["rate"] == 0.0 and figures["seconds"] > 0
    assert [problem[:6] for problem in figures["not_used"]] == ["c.jpg:"]


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("", "there are no labels"),
        ('{"image": "a.jpg"}\n', "line 1: a line is"),
        ('{"image": "a.jpg", "names": [{"box": [1, 2, 3]}]}\n', "line 1: a line is"),
        ('\n{"image": "a.jpg", "names": [{"box": [9, 2, 3, 4]}]}\n', "line 2: a line is"),
        ('["a.jpg"]\n', "line 1: a line is"),
        ('{"image": "nowhere.jpg", "names": []}\n', "None of the 1 pictures can be used. nowhere.jpg: The file"),
    ],
)
def test_labels_that_cannot_be_used_are_answered_in_one_line(
    folder: Path, tmp_path: Path, labels: str, sentence: str
) -> None:
    (tmp_path / "labels.jsonl").write_text(labels)
    (tmp_path / "roll.csv").write_text((folder / "roll.csv").read_text())
    told = evaluate(tmp_path)
    assert told.exit_code == 2 and told.stdout == ""
    (line,) = told.stderr.splitlines()
    assert line.startswith("gatepost evaluate: ") and sentence in line
