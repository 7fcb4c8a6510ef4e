"""What the pages on security call a proof exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = {path.name for path in (ROOT / "tests").rglob("test_*.py")}


@pytest.mark.parametrize("page", ["threat-model.md", "asvs.md"])
def test_every_test_that_is_named_is_there(page: str) -> None:
    named = set(re.findall(r"`(test_\w+\.py)`", (ROOT / "docs/security" / page).read_text()))
    assert len(named) > 15
    assert named - TESTS == set()
