"""`gatepost evaluate faces`: what it prints, its JSON, its plot, and what it says where nothing can be measured."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from moderation.cli import main
from moderation.rules.faces import MATCH, POSSIBLE, FaceRules
from moderation.rules.measuring import STEPS
from moderation.services import enrolment
from tests.builders import School, listed_portrait, stranger_portrait
from tests.cli.conftest import Gatepost
from tests.web.pages import small


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("album")
    for person, photo in (("p1", listed_portrait), ("p2", stranger_portrait)):
        (folder / person).mkdir()
        for variant in range(4):
            (folder / person / f"{variant}.jpg").write_bytes(small(photo(variant), 480))
    (folder / "p2" / "broken.jpg").write_bytes(b"no picture")
    return folder


def evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["evaluate", "faces", *map(str, arguments)])


@pytest.fixture(scope="module")
def told(album: Path) -> Result:
    return evaluate(album)


@pytest.fixture(scope="module")
def counted(gatepost: Gatepost, album: Path) -> tuple[dict[str, Any], Path]:
    plot = album.parent / "plot.png"
    done = gatepost("evaluate", "faces", album, "--json", "--plot", plot)
    assert done.returncode == 0
    assert "p2/broken.jpg" in done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line), plot


def test_a_person_reads_shares_by_limits_and_by_height_and_what_they_mean(told: Result) -> None:
    assert told.exit_code == 0
    assert "2 people, 8 pictures measured, 1 not used." in told.stdout
    for references, at in ((1, 0), (3, 2)):
        assert f"With {references} reference photo" in told.stdout
        assert f"a match up to {MATCH[at]:.3f}, possible up to {POSSIBLE[at]:.3f}" in told.stdout
    rows = [line.split()[0] for line in told.stdout.splitlines() if line.startswith("  ") and "%" in line]
    assert rows.count("+0.06") == 2  # once for each number of references
    assert told.stdout.count("+0.00 in force") == 2
    assert "120 px and more" in told.stdout
    assert "too few pictures to say (" in told.stdout
    assert told.stdout.count("Suggestion: Too small to say") == 1


def test_a_picture_that_cannot_be_used_is_named_and_the_rest_is_measured(told: Result) -> None:
    (line,) = told.stderr.splitlines()
    assert line.startswith("gatepost evaluate: p2/broken.jpg: It is not a kind of picture")


def test_the_json_holds_the_same_figures(counted: tuple[dict[str, Any], Path]) -> None:
    answer, _ = counted
    assert (answer["people"], answer["pictures"], len(answer["not_used"])) == (2, 8, 1)
    assert answer["in_force"]["wider"] == 0
    assert answer["in_force"]["match"] == list(MATCH)
    assert answer["in_force"]["possible"] == list(POSSIBLE)
    assert [one["references"] for one in answer["measured"]] == [1, 3]
    for one in answer["measured"]:
        assert [row["wider"] for row in one["rows"]] == list(STEPS)
        now = one["rows"][STEPS.index(0.0)]
        assert now["missed"]["rate"] == 0
        assert now["false_match"]["rate"] == now["false_possible"]["rate"] == 0
        assert sum(rows[0]["listed"] for rows in one["sizes"].values()) == now["listed"]
    assert answer["suggestion"]["wider"] is None


def test_the_plot_is_a_picture_that_says_what_it_shows(counted: tuple[dict[str, Any], Path]) -> None:
    with Image.open(counted[1]) as plot:
        assert plot.format == "PNG"
        assert "missed" in plot.info["Description"]
        assert len(plot.convert("RGB").getcolors(1 << 20) or []) > 20


def test_without_matplotlib_one_line_says_how_to_install_it(album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    told = evaluate(album, "--plot", "plot.png")
    assert told.exit_code == 2
    assert told.stderr == (
        'gatepost evaluate: --plot needs matplotlib, which is missing: pip install "gatepost[demo]"\n'
    )


@pytest.mark.parametrize("plot", ["plot.jpg", "nowhere/plot.png"])
def test_a_plot_that_cannot_be_written_is_said_before_the_long_measurement(
    album: Path, plot: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    told = evaluate(album, "--plot", plot)
    assert (told.exit_code, told.stdout) == (2, "")
    (line,) = told.stderr.splitlines()
    assert plot in line


def test_where_nothing_can_be_measured_the_exit_is_2_and_one_sentence_says_why(tmp_path: Path) -> None:
    (tmp_path / "alone" / "p1").mkdir(parents=True)
    for name in ("p1", "p2"):
        (tmp_path / "broken" / name).mkdir(parents=True)
        (tmp_path / "broken" / name / "a.jpg").write_bytes(b"no picture")
    for folder, sentence in (
        ("nowhere", "there is no such folder"),
        ("alone", "at least two people"),
        ("broken", "Nothing can be measured"),
    ):
        told = evaluate(tmp_path / folder)
        assert (told.exit_code, told.stdout) == (2, "")
        assert sentence in told.stderr.splitlines()[-1]


def test_the_schools_own_setting_is_in_force_unless_another_is_given(school: School, album: Path) -> None:
    with school.parts.work() as work:
        enrolment.set_face_rules(work, school.data_lead, FaceRules(wider=0.02))
    instance = str(school.parts.settings.instance)
    for more, sign in (([], "+0.02"), (["--wider", "-0.04"], "-0.04")):
        told = CliRunner().invoke(main, ["--instance", instance, "evaluate", "faces", "--permitted", *more, str(album)])
        assert told.stdout.count(f"{sign} in force") == 2
    assert f"a match up to {MATCH[0] - 0.04:.3f}" in told.stdout


def test_a_setting_that_cannot_be_set_is_refused(album: Path) -> None:
    told = evaluate(album, "--wider", "0.3")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "--wider: it can be set to -0.06, -0.04" in told.stderr
