"""Help: the guides and the words of docs/guides, the same text as in the documentation."""

import re

from flask import Blueprint, abort, redirect, render_template, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from moderation import pages
from moderation.web import markdown
from moderation.web.gate import actor

blueprint = Blueprint("help", __name__, url_prefix="/help")

FOLDER = pages.folder("docs/guides")
GUIDES = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md"))}
TITLES = {name: text.partition("\n")[0].removeprefix("# ") for name, text in GUIDES.items()}
_GUIDE = re.compile(r"([\w-]+)\.md")
_PICTURE = re.compile(r"images/([\w-]+\.png)")


@blueprint.get("/")
def own() -> ResponseReturnValue:
    return redirect(url_for("help.guide", name=actor().role.replace(" ", "-")))


@blueprint.get("/<name>")
def guide(name: str) -> ResponseReturnValue:
    if name not in GUIDES:
        abort(404)
    text = markdown.guide(GUIDES[name], _address)
    return render_template("help/guide.html", name=name, text=text, titles=TITLES)


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
