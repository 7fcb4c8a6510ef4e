"""htmx: the script that was taken, how it is told to behave, and which pages carry it."""

import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDORED = ROOT / "static" / "vendor" / "htmx"
PAGES = {str(path.relative_to(ROOT / "templates")): path.read_text() for path in (ROOT / "templates").rglob("*.html")}


def test_the_script_is_the_one_that_was_noted_when_it_was_taken() -> None:
    note = json.loads((VENDORED / "vendored.json").read_text())
    script = (VENDORED / "htmx.min.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() == note["script"]
    assert f'version:"{note["version"]}"'.encode() in script
    assert "Zero-Clause BSD" in (VENDORED / "LICENSE.txt").read_text()
    assert {path.suffix for path in VENDORED.iterdir()} == {".js", ".json", ".txt"}


def test_it_evaluates_nothing_and_asks_nobody_else() -> None:
    told = re.search(r"\{\{ (\{.*?\})\|tojson \}\}", PAGES["macros/progress.html"])
    assert told and json.loads(told[1]) == {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
    }
    assert [name for name, page in PAGES.items() if re.search(r"hx-on|hx-vars|[\"']js:|javascript:", page)] == []


def test_a_page_carries_it_if_and_only_if_a_part_of_it_asks() -> None:
    asking = {name for name, page in PAGES.items() if "asks(" in page and not name.startswith("macros/")}
    assert len(asking) == 7, "a page of its own or a part of one"

    def asks(name: str) -> bool:
        return name in asking or any(asks(part) for part in re.findall(r'include "([^"]+)"', PAGES[name]))

    pages = {name for name, page in PAGES.items() if "{% extends" in page}
    assert {name for name in pages if asks(name)} == {name for name in pages if "{{ htmx() }}" in PAGES[name]}
