"""Help: the guides and the words of docs/guides, the same text as in the documentation, in the reader's language."""

import re
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from moderation import pages
from moderation.rules.language import Language, spoken
from moderation.web import markdown
from moderation.web.gate import actor

blueprint = Blueprint("help", __name__, url_prefix="/help")

FOLDER = pages.folder("docs/guides")


def _written(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}


GUIDES = _written(FOLDER)
TRANSLATED: dict[Language, dict[str, str]] = {
    language: _written(FOLDER / language) for language in Language if language is not Language.ENGLISH
}
_GUIDE = re.compile(r"([\w-]+)\.md")
_PICTURE = re.compile(r"(?:\.\./)?images/([\w-]+\.png)")


@blueprint.get("/")
def own() -> ResponseReturnValue:
    return redirect(url_for("help.guide", name=actor().role.replace(" ", "-")))


@blueprint.get("/<name>")
def guide(name: str) -> ResponseReturnValue:
    if name not in GUIDES:
        abort(404)
    translated = TRANSLATED.get(spoken(), GUIDES)
    guides = GUIDES | translated
    return render_template(
        "help/guide.html",
        name=name,
        text=markdown.guide(guides[name], _address),
        titles={each: text.partition("\n")[0].removeprefix("# ") for each, text in guides.items()},
        english_only=GUIDES.keys() - translated.keys(),
    )


@blueprint.get("/pictures/<name>")
def picture(name: str) -> ResponseReturnValue:
    return send_from_directory(FOLDER / "images", name)


def _address(named: str) -> str:
    """Where a file beside a guide is found here; anything else stays what it is."""
    if found := _GUIDE.fullmatch(named):
        return url_for("help.guide", name=found[1])
    if found := _PICTURE.fullmatch(named):
        return url_for("help.picture", name=found[1])
    return named
