"""One design system for all pages: what was taken of govuk-frontend, what was left out, and that pages keep to it."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDORED = ROOT / "static" / "vendor" / "govuk-frontend"
SHEET = (VENDORED / "govuk-frontend.min.css").read_text()
OURS = (ROOT / "static" / "gatepost.css").read_text()
ALONE = {"held/file.html", "report/check.html"}  # files that somebody takes away: no sheet beside them
PAGES = {
    name: path.read_text()
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if (name := str(path.relative_to(ROOT / "templates"))) not in ALONE
}
# What an element of a page must carry, so that no page styles itself; a macro or a page's own class may add to it.
WANTED = {
    "h1": "govuk-", "h2": "govuk-", "table": "govuk-table", "th": "govuk-table__header", "td": "govuk-table__cell",
    "label": "govuk-label", "legend": "govuk-fieldset__legend", "fieldset": "govuk-fieldset", "select": "govuk-select",
    "textarea": "govuk-textarea", "button": "govuk-|sign-out",
    "details": "govuk-details|menu|folded", "dl": "govuk-summary-list",
}  # fmt: skip
MACROS = {
    f"{file}.{name}"
    for file in ("fields", "shown", "parts")
    for name in re.findall(r"\{% macro ([a-z]\w*)\(", PAGES[f"macros/{file}.html"])
}
CALLED = re.compile(r"(?<![\w.])(?:fields|shown|parts)\.[a-z]\w*(?=\()")
# What a macro writes, by the beginning of its class; `govuk-label` and what else stands within it come with it.
WRITTEN = re.compile(
    r'class="(?:alert|card|govuk-(?:button|checkboxes|details|error-summary|fieldset|file-upload|form-group|hint|input|'
    r"inset-text|label|notification-banner|radios|select|summary-list|table|tag|task-list|textarea))(?![a-z])"
)
# Where a page writes it by itself, and why no macro does.
BY_HAND = {
    "concerns/public.html": "a field that nobody sees, to catch programs",
    "covering/show.html": "what its script reads of each place, and makes more of",
    "calendar/show.html": "a hint that belongs to no field",
    "invitations/preview.html": "a list that is sent on as it is, hidden with its lines",
    "macros/frame.html": "what holds everybody up, which is no message of a page",
    "posts/_photos.html": "two ways to choose photos are one field, in which its script shows them",
    "publish/_account.html": "a picture, its button and its description are one group",
    "register/faces.html": "a table with two rows of headings",
    "register/standards.html": "a choice in each cell of a table, named by its row and column",
    "welcome/password.html": "a field that only the browser's keeper of passwords reads",
}
TAG = re.compile(r'<(\w+)((?:"(?:\{\{.*?\}\}|\{%.*?%\}|[^"])*"|\{%.*?%\}|\{\{.*?\}\}|[^>"{])*)>', re.DOTALL)


def test_no_font_crown_or_crest_of_the_government_was_taken() -> None:
    assert not re.search(r"@font-face|gds transport|crown|crest|url\(|\.govuk-header\b", SHEET, re.IGNORECASE)
    assert {path.suffix for path in VENDORED.iterdir()} == {".css", ".json", ".txt"}
    assert "MIT License" in (VENDORED / "LICENSE.txt").read_text()


def test_the_sheet_is_the_one_that_was_noted_when_it_was_taken() -> None:
    note = json.loads((VENDORED / "vendored.json").read_text())
    assert hashlib.sha256(SHEET.encode()).hexdigest() == note["sheet"]
    assert f'--govuk-frontend-version:"{note["version"]}"' in SHEET
    assert "@font-face" in note["left out"]


def test_gatepost_fetches_nothing_for_its_own_sheet_either() -> None:
    assert not re.search(r"@font-face|@import|url\(", OURS)


@pytest.mark.parametrize("page", PAGES)
def test_what_stands_on_a_page_is_of_the_design_system(page: str) -> None:
    bare = [
        found[0]
        for found in TAG.finditer(PAGES[page])
        if found[1] in WANTED and not re.search(rf'class="[^"]*({WANTED[found[1]]})', found[2])
    ]
    assert bare == []


@pytest.mark.parametrize("macro", sorted(MACROS))
def test_every_macro_is_used_by_a_page(macro: str) -> None:
    """And not by the page of components alone, which would then show what nobody uses."""
    assert [page for page, text in PAGES.items() if page != "components/show.html" and macro in CALLED.findall(text)]


@pytest.mark.parametrize("macro", sorted(macro for macro in MACROS if not macro.startswith("parts.")))
def test_every_macro_stands_on_the_page_of_components(macro: str) -> None:
    assert macro in CALLED.findall(PAGES["components/show.html"])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_its_macros_from_where_they_are(page: str) -> None:
    """What it asks for exists, and it says itself where from, though another page may include it."""
    asked = set(CALLED.findall(PAGES[page]))
    files = {macro.split(".")[0] for macro in asked}
    assert asked <= MACROS
    assert files == {file for file in ("fields", "shown", "parts") if f'{{% import "macros/{file}.html"' in PAGES[page]}


@pytest.mark.parametrize("page", sorted(set(PAGES) - {"base.html", "macros/fields.html", "macros/shown.html"}))
def test_no_page_writes_what_a_macro_is_for(page: str) -> None:
    assert bool(WRITTEN.search(PAGES[page])) == (page in BY_HAND)


def test_every_class_of_the_own_sheet_is_worn_somewhere() -> None:
    """By a page, by a script, or by what the program writes into a page: a rule for nobody would be kept for ever."""
    rules = re.sub(r"/\*.*?\*/", "", OURS, flags=re.DOTALL)
    named = {name for chosen in re.findall(r"([^{}]+)\{", rules) for name in re.findall(r"\.([a-z][\w-]*)", chosen)}
    wearers = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/*.js"), *ROOT.glob("moderation/web/**/*.py")]
    worn = {word for path in wearers for word in re.findall(r"[A-Za-z_][\w-]*", path.read_text())}
    # A kind, a sort or a number that a macro puts behind these.
    made = re.compile(r"s\d|(alert|govuk-tag|govuk-button)--\w+|govuk-(checkboxes|radios)__\w+")
    assert len(named) > 100
    assert {name for name in named - worn if not made.fullmatch(name)} == set()
