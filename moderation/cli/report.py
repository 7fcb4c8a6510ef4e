"""The page of `gatepost check --report`: one file that holds its pictures, for looking at, printing and keeping."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from moderation import pages
from moderation.rules.findings import Verdict
from moderation.services.files import Answer, NotUsable, readable
from moderation.web.words import KINDS

VERDICTS = {
    Verdict.FLAGGED: "Something must be settled before this picture goes out",
    Verdict.LOOK: "A person must look",
    Verdict.CLEAR: "No match found",
    Verdict.UNCHECKED: "Not checked: the picture could not be opened",
}


@dataclass(frozen=True)
class Given:
    """What the pictures were checked with, for the page's first lines; `problems` are sentences."""

    names: int | None  # on the roll; None: without a roll
    people: int | None  # on the no-publish list; None: without a list
    problems: Sequence[str]


def write(path: Path, answers: Sequence[Answer], given: Given) -> None:
    """Writes the page. Raises NotUsable."""
    loader = FileSystemLoader(pages.folder("templates"))
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"data_uri": _data_uri, "readable": readable}
    page = environment.get_template("report/check.html").render(
        answers=answers,
        given=given,
        counts=[(verdict, sum(one.verdict is verdict for one in answers)) for verdict in VERDICTS],
        VERDICTS=VERDICTS,
        KINDS=KINDS,
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise NotUsable(f"{path}: the report cannot be written ({type(error).__name__}).") from error


def _data_uri(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
