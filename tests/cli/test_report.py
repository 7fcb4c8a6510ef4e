"""`gatepost check --report`: one page that holds everything, runs nothing, and escapes what strangers named."""

import base64
import io
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from moderation import pages
from moderation.cli import main
from tests.builders import listed_portrait, named_certificate
from tests.cli.conftest import Gatepost
from tests.web.pages import small

ODD = '<script>&"x".jpg'


@dataclass
class Report(HTMLParser):
    """The parts of the page that the tests ask for."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def written(gatepost: Gatepost, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], Path]:
    folder = tmp_path_factory.mktemp("report")
    (folder / "portrait.jpg").write_bytes(small(listed_portrait(1), 1200))
    (folder / "certificate.jpg").write_bytes(small(named_certificate("Harvey Pemberton"), 900))
    (folder / ODD).write_bytes(b"no picture")
    (folder / "roll.csv").write_text("id,forename,surname\np<i>17,Harvey,Pemberton\n")
    (folder / "list" / "p020").mkdir(parents=True)
    (folder / "list" / "p020" / "a.jpg").write_bytes(small(listed_portrait(0)))
    (folder / "list" / "p020" / "<b>.jpg").write_bytes(b"no picture")
    lists = ("--roll", folder / "roll.csv", "--no-publish", folder / "list")
    photos = [folder / name for name in ("portrait.jpg", "certificate.jpg", ODD)]
    done = gatepost("check", "--json", "--report", folder / "report.html", *lists, *photos)
    assert done.returncode == 1
    return [json.loads(line) for line in done.stdout.splitlines()], folder / "report.html"


@pytest.fixture(scope="module")
def page(written: tuple[list[dict[str, Any]], Path]) -> Report:
    report = Report()
    report.feed(written[1].read_text(encoding="utf-8"))
    return report


def test_the_page_needs_no_other_file_and_runs_nothing(page: Report) -> None:
    assert not page.all("script") + page.all("link") + page.all("iframe")
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    addresses = [attrs[name] for _, attrs in page.tags for name in ("src", "href") if name in attrs]
    assert len(addresses) == 2
    assert all(address.startswith("data:image/jpeg;base64,") for address in addresses)


def test_each_picture_is_there_small_as_it_was_checked(page: Report) -> None:
    sizes = []
    for image in page.all("image"):
        with Image.open(io.BytesIO(base64.b64decode(image["href"].partition(",")[2]))) as picture:
            sizes.append(picture.size)
    assert sizes == [(1000, 750), (900, 675)]


def test_every_sighting_has_its_box_its_number_and_its_row(
    page: Report, written: tuple[list[dict[str, Any]], Path]
) -> None:
    seen = [sighting for answer in written[0] for sighting in answer["sightings"]]
    boxes = [sighting["box"] for sighting in seen if sighting["box"]]
    drawn = [
        [int(one[side]) for side in ("x", "y", "width", "height")] for one in page.all("rect") if "box" in one["class"]
    ]
    assert len(boxes) >= 2
    assert drawn == [[left, top, right - left, bottom - top] for left, top, right, bottom in boxes]
    assert len(page.all("text")) == len(boxes)
    assert len(page.all("tr")) == len(seen) + len(written[0])
    for sighting in seen:
        assert sighting["evidence"] in page.text
    assert {"p020", "p<i>17"} <= {sighting["subject"] for sighting in seen}
    assert "p<i>17" in page.text


def test_verdicts_and_limits_are_said_in_words(page: Report) -> None:
    text = re.sub(r"\s+", " ", page.text)
    assert "2 flagged · 1 unchecked" in text
    assert text.count("Something must be settled before this picture goes out") == 2
    assert "Not checked: the picture could not be opened" in text
    assert "A face that matches the no-publish list" in text
    assert "No match found does not prove that nobody is there." in text
    assert "Compared with 1 name of the roll." in text
    assert "Compared with 1 person on the no-publish list." in text


def test_names_that_look_like_markup_are_only_names(page: Report) -> None:
    assert ODD in page.text
    assert "p020/<b>.jpg: It is not a kind of picture" in page.text
    assert not page.all("b") + page.all("i")


def test_the_page_is_nobody_elses_on_this_machine(written: tuple[list[dict[str, Any]], Path]) -> None:
    assert written[1].stat().st_mode & 0o077 == 0


def test_without_lists_the_page_says_that_nobody_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    told = CliRunner().invoke(main, ["check", "--report", str(tmp_path / "r.html"), str(tmp_path / "a.jpg")])
    assert told.exit_code == 1
    assert "UNCHECKED" in told.stdout
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "no name of your own was looked for" in text
    assert "no face was looked for" in text


def test_a_report_that_cannot_be_written_is_said_before_the_long_check(tmp_path: Path) -> None:
    for report in (tmp_path, tmp_path / "nowhere" / "r.html"):
        told = CliRunner().invoke(main, ["check", "--report", str(report), "x.jpg"])
        assert (told.exit_code, told.stdout) == (2, "")
        assert "the report cannot be written there" in told.stderr


def test_the_template_is_found_in_a_checkout_and_in_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (pages.folder("templates") / "report" / "check.html").is_file()
    (tmp_path / "web" / "templates").mkdir(parents=True)
    monkeypatch.setattr(pages, "HERE", tmp_path)
    assert pages.folder("templates") == tmp_path / "web" / "templates"
