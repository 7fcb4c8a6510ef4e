"""For the administrator: the school's own picture to draw on what is covered."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from moderation.media import photo as pictures
from moderation.services import stickers
from moderation.services.work import NotFound
from moderation.web import uploads
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("sticker", __name__)

SHOWN = 320  # pixels of the longer side on a page


@blueprint.get("/staff/sticker")
def show() -> ResponseReturnValue:
    return _page([])


def _page(problems: list[str]) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template("covering/sticker.html", sticker=stickers.current(work), problems=problems)
    return html, 422 if problems else 200


@blueprint.post("/staff/sticker")
def put() -> ResponseReturnValue:
    chosen, problems = uploads.picture()
    if chosen is None:
        return _page(problems)
    with parts().work() as work:
        stickers.put(work, actor(), chosen)
    return redirect(url_for("sticker.show", saved=1), 303)


@blueprint.post("/staff/sticker/remove")
def remove() -> ResponseReturnValue:
    with parts().work() as work:
        stickers.remove(work, actor())
    return redirect(url_for("sticker.show"), 303)


@blueprint.get("/media/sticker")
def picture() -> Response:
    with parts().reading() as work:
        jpeg = stickers.jpeg(work)
    if jpeg is None:
        raise NotFound
    return Response(pictures.preview(jpeg, SHOWN), mimetype="image/jpeg")
