"""A part of docs/performance.md between two marks of its own, so that each command renews nothing but what is its."""

import platform
from pathlib import Path

PAGE = Path("docs/performance.md")


def write(name: str, text: str) -> None:
    begins, ends = f"<!-- {name}: begins -->", f"<!-- {name}: ends -->"
    page = PAGE.read_text()
    before, behind = page[: page.index(begins) + len(begins)], page[page.index(ends) :]
    said = f"Measured with Python {platform.python_version()}, {platform.machine()}."
    PAGE.write_text("\n\n".join([before, said, text, behind]))
