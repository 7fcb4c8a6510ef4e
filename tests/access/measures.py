"""What is asked of a page in the browser: by axe, and of what axe does not see. Answers are lists of what is wrong."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
ASKED = Path(__file__).with_name("asked.js").read_text("utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LEAST = 24  # px that a finger needs
ZOOMED = {"width": 320, "height": 256}  # 1,280 × 1,024 at 400 %


def unfold(page: Page) -> None:
    """Everything that opens on a tap, so that it is seen, too; not the menu, which lies over the page."""
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")


def ask(page: Page, what: str, *values: Any) -> Any:
    """One of the questions of asked.js."""
    if not page.evaluate("typeof gatepostAsked === 'object'"):
        page.evaluate(ASKED)
    return page.evaluate(f"(values) => gatepostAsked.{what}(...values)", values)


def axe(page: Page, of: Any) -> list[str]:
    """`of`: which rules, as axe takes them under `runOnly`."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    return list(ask(page, "axe", of))


def everything(page: Page, sizes: list[dict[str, int]], themes: list[Any]) -> list[str]:
    """All of it at these widths and in these themes, and at 400 % zoom. The page stays as it was loaded."""
    unfold(page)
    found = [*ask(page, "wordless"), *ask(page, "headings")]
    for size in sizes:
        _resize(page, size)
        found += [*ask(page, "small", LEAST), *ask(page, "wide")]
        for theme in themes:  # another one has other colours, and nothing else
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [
                f"{one} ({size['width']} px, {theme})"
                for one in axe(page, STANDARDS if theme == themes[0] else COLOURS)
            ]
    _resize(page, ZOOMED)
    return [*found, *[f"at 400 %: {one}" for one in ask(page, "wide")], *ask(page, "moving")]


def _resize(page: Page, size: dict[str, int]) -> None:
    """And let what watches the width follow."""
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
