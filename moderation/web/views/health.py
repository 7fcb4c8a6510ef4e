"""Is every part well? For monitors: one answer, and the figures behind it."""

import hmac

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from moderation import queue
from moderation.rules.watching import ALARMING, UNWELL, Trouble
from moderation.services import watching
from moderation.settings import Metrics
from moderation.web import exposition
from moderation.web.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 while every part is well; else 503. The JSON names which part is not, and what the checks’ page says."""
    standing = queue.standing(parts().bell)
    troubles = _troubles(standing)
    well = {
        "web": True,
        "database": troubles is not None,
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
    if settings.metrics is Metrics.TOKEN and not _brings(settings.metrics_token):
        abort(401)
    with parts().reading() as work:
        text = exposition.written(watching.figures(work), queue.standing(parts().bell), work.now)
    return Response(text, content_type=exposition.CONTENT_TYPE)


def _brings(token: str) -> bool:
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _troubles(standing: queue.Standing) -> tuple[Trouble, ...] | None:
    """None: the database could not be asked."""
    try:
        with parts().reading() as work:
            return watching.wrong(work, standing)
    except SQLAlchemyError:
        return None
