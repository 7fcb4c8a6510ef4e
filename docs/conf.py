"""How `make docs` turns the Markdown pages into a site that is read from a folder, without the internet."""

import re
from pathlib import Path

from sphinx.application import Sphinx

project = "Gatepost"
extensions = ["myst_parser"]
language = "en_GB"

# The repository's own pages belong to the site: the pages under docs/ link to them, and they to those.
root_doc = "docs/README"
include_patterns = ["docs/**", "README.md", "CHANGELOG.md", "SECURITY.md", "bench/README.md"]
exclude_patterns = [".*", "moderation", "workers", "templates", "static", "tests", "instance", "dist", "test-artifacts"]
source_suffix = {".md": "markdown"}

myst_heading_anchors = 4  # the anchors that a code host gives headings
myst_links_external_new_tab = False

html_theme = "furo"
html_title = "Gatepost"
html_favicon = "../static/icon.svg"
html_static_path = ["site"]
html_css_files = ["print.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
html_theme_options = {"sidebar_hide_name": False}
pygments_style = "a11y-light"

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_ENTRY = re.compile(r"^- \[[^\]]+\]\(([^)]+)\.md\)", re.MULTILINE)


def menu(text: str, folder: Path) -> str:
    """What a README.md lists under its headings, as the menu that Sphinx wants and a code host would show as code."""
    parts = _HEADING.split(text)
    sections = zip(["", *parts[1::2]], parts[0::2], strict=True)
    toctrees = []
    for heading, body in sections:
        entries = [_from_root(folder / entry) for entry in _ENTRY.findall(body)]
        if entries:
            toctrees.append(
                "\n".join(
                    ["```{toctree}", ":hidden:", *([f":caption: {heading}"] if heading else []), "", *entries, "```"]
                )
            )
    return "\n\n".join(toctrees)


def _from_root(page: Path) -> str:
    root = Path(__file__).resolve().parents[1]
    return "/" + (root / page).resolve().relative_to(root).as_posix()


def _add_menu(app: Sphinx, page: str, source: list[str]) -> None:
    path = Path(page)
    if path.name == "README" and path.parts[0] == "docs":
        source[0] += "\n\n" + menu(source[0], path.parent)


def _language(app: Sphinx, page: str, template: str, context: dict[str, object], doctree: object) -> None:
    """A translated page says so, for whoever has it read out."""
    if page.startswith("docs/guides/cy/"):
        context["language"] = "cy"


def _lead_in(app: Sphinx, exception: Exception | None) -> None:
    """The folder opens at `index.html`."""
    start = app.builder.get_target_uri(root_doc)
    refresh = f'<meta http-equiv="refresh" content="0; url={start}">'
    if exception is None:
        Path(app.outdir, "index.html").write_text(
            f'<!doctype html><meta charset="utf-8"><title>Gatepost</title>{refresh}<a href="{start}">What to read</a>\n'
        )


def setup(app: Sphinx) -> None:
    app.connect("source-read", _add_menu)
    app.connect("html-page-context", _language)
    app.connect("build-finished", _lead_in)
