"""The documentation leads somewhere, leaves no page out, and what its pages on security call a proof exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "bench" / "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_what_to_read_leaves_no_page_out() -> None:
    said = (ROOT / "docs" / "README.md").read_text()
    said += (ROOT / "docs" / "decisions" / "README.md").read_text().replace("](", "](decisions/")
    pages = {str(page.relative_to(ROOT / "docs")) for page in ROOT.glob("docs/**/*.md")} - {"README.md"}
    assert {page for page in pages if f"]({page})" not in said} == set()


@pytest.mark.parametrize("page", ["threat-model.md", "asvs.md"])
def test_every_test_that_is_named_is_there(page: str) -> None:
    named = set(re.findall(r"`(test_\w+\.py)`", (ROOT / "docs/security" / page).read_text()))
    assert len(named) > 15
    assert named - TESTS == set()
