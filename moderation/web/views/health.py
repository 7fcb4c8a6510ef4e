"""Is every part well? For monitors: one answer, and the figures behind it."""

import hmac

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from moderation import queue
from moderation.rules.media import MediaAway
from moderation.rules.watching import ALARMING, UNWELL, Trouble
from moderation.services import watching
from moderation.settings import Metrics, Settings
from moderation.web import exposition
from moderation.web.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 while every part is well; else 503. The JSON names which part is not, and what the checks’ page says."""
    standing = parts().queue_standing()
    troubles = _troubles(standing)
    well = {
        "web": True,
        "database": troubles is not None,
        "media": _media_are_well(),
        "queue": standing.is_there,
        "worker": standing.workers > 0,
        "sweep": Trouble.SWEEP_AWAY not in (troubles or ()),
        "checks": not ALARMING.intersection(troubles or ()),
    }
    ok = all(well.values()) and not UNWELL.intersection(troubles or ())
    return jsonify(ok=ok, **well, trouble=[str(one) for one in troubles or ()]), 200 if ok else 503


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Counts for Prometheus, read from the database at each asking: it is the same whichever process answers."""
    settings = parts().settings
    if settings.metrics is Metrics.OFF:
        abort(404)
    if settings.metrics is Metrics.TOKEN and not brings(request.headers.get("Authorization", ""), settings):
        abort(401)
    with parts().reading() as work:
        posts, standing = watching.posts(work), parts().queue_standing()
        text = exposition.written(watching.figures(work), posts, standing, work.now)
    return Response(text, content_type=exposition.CONTENT_TYPE)


def brings(authorization: str, settings: Settings) -> bool:
    """Whether this header carries the token of the figures."""
    return hmac.compare_digest(authorization.encode(), f"Bearer {settings.metrics_token}".encode())


def _media_are_well() -> bool:
    try:
        parts().store.check()
    except MediaAway:
        return False
    return True


def _troubles(standing: queue.Standing) -> tuple[Trouble, ...] | None:
    """None: the database could not be asked."""
    try:
        with parts().reading() as work:
            return watching.wrong(work, standing)
    except SQLAlchemyError:
        return None
