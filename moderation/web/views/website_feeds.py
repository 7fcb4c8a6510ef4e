"""The feed of a website and its pictures: for whoever knows the address, without a cookie."""

from flask import Blueprint, Response

from moderation.rules.workflow import Refused
from moderation.services import website_feeds
from moderation.web import atom
from moderation.web.parts import parts

blueprint = Blueprint("website_feeds", __name__, url_prefix="/feeds")


@blueprint.get("/<string:token>.atom")
def atom_feed(token: str) -> Response:
    base = f"{parts().settings.public_url}/feeds/{token}"
    try:
        with parts().reading() as work:
            feed, school = website_feeds.of_token(work, token), work.school
    except Refused as refused:
        return Response(str(refused), 503, mimetype="text/plain")
    data = atom.written(feed, school, f"{base}.atom", lambda post, number: f"{base}/{post}/{number}.jpg")
    return Response(data, mimetype="application/atom+xml")


@blueprint.get("/<string:token>/<int:post_id>/<int:number>.jpg")
def picture(token: str, post_id: int, number: int) -> Response:
    try:
        with parts().reading() as work:
            data = website_feeds.picture(work, token, post_id, number)
    except Refused as refused:
        return Response(str(refused), 503, mimetype="text/plain")
    return Response(data, mimetype="image/jpeg")
