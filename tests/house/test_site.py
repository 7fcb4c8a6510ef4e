"""The documentation as a site: builds without a warning, asks nothing of elsewhere, each guide on one page of paper."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.pictures import PICTURES
from tools.journey_pictures import STRIPS

ROOT = Path(__file__).parents[2]
_GUIDES = ROOT / "docs" / "guides"
GUIDES = sorted(path for path in _GUIDES.rglob("*.md") if path.stem != "words")
_ELSEWHERE = re.compile(r"""(?:src=|<link[^>]*href=|url\(|@import\s*)["']?(?:https?:)?//""")


def built(source: Path, into: Path) -> subprocess.CompletedProcess[str]:
    """What `make docs` does, from another checkout into another folder."""
    options = ["--quiet", "--fail-on-warning", "--keep-going", "--conf-dir", str(source / "docs")]
    command = [sys.executable, "-m", "sphinx", *options, "--doctree-dir", f"{into}.read", str(source), str(into)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = built(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_make_docs_builds_it_just_so() -> None:
    plan = subprocess.run(["make", "--dry-run", "docs"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "-m sphinx --quiet --fail-on-warning --keep-going --conf-dir docs" in plan.stdout


def test_every_page_is_there_and_loads_nothing_from_elsewhere(site: Path) -> None:
    for page in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("[CRS]*.md"), ROOT / "bench" / "README.md"]:
        assert (site / page.relative_to(ROOT).with_suffix(".html")).exists(), page
    loaded = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert [str(path) for path in loaded if _ELSEWHERE.search(path.read_text("utf-8"))] == []


def test_a_broken_link_and_a_page_in_no_menu_are_errors(tmp_path: Path) -> None:
    broken = tmp_path / "checkout"
    (broken / "static").mkdir(parents=True)
    shutil.copy(ROOT / "static" / "icon.svg", broken / "static")
    (broken / "docs").mkdir()
    shutil.copytree(ROOT / "docs" / "site", broken / "docs" / "site")
    shutil.copy(ROOT / "docs" / "conf.py", broken / "docs")
    (broken / "docs" / "README.md").write_text("# All\n\n## Some\n\n- [One](one.md)\n")
    (broken / "docs" / "one.md").write_text("# One\n\n[Nowhere](nowhere.md), [below](#no-such-heading)\n")
    (broken / "docs" / "alone.md").write_text("# Alone\n")
    done = built(broken, tmp_path / "site")
    assert done.returncode != 0
    assert "nowhere.md" in done.stderr and "no-such-heading" in done.stderr
    assert "alone.md: WARNING: document isn't included in any toctree" in done.stderr


def test_it_is_read_from_a_folder_and_each_guide_is_one_printed_page(site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/docs/README.html")
    for guide in GUIDES:
        page.goto((site / guide.relative_to(ROOT).with_suffix(".html")).as_uri())
        (printed := site / "printed.pdf").write_bytes(page.pdf(format="A4", prefer_css_page_size=True))
        assert len(PdfReader(printed).pages) == 1, guide
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), guide
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    page.close()


def test_every_picture_of_the_documentation_is_taken_by_make_screenshots_or_make_pictures() -> None:
    kept = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.png")}
    assert kept == {picture.file for picture in PICTURES} | {f"images/journey-{who}.png" for who in STRIPS}
