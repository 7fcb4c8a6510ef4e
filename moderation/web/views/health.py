"""Is every part well? For monitors."""

import redis
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from moderation.queue import workers_alive
from moderation.web.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 while web, database, queue and at least one worker are well; else 503. The JSON names which part is not."""
    well = {"web": True, "database": _database(), "queue": False, "worker": False}
    try:
        well["queue"] = bool(parts().bell.ping())
        well["worker"] = workers_alive(parts().bell) > 0
    except redis.RedisError:
        pass  # both stay False
    return jsonify(ok=all(well.values()), **well), 200 if all(well.values()) else 503


def _database() -> bool:
    try:
        with parts().reading() as work:
            work.session.execute(text("SELECT 1 FROM register_version"))
    except SQLAlchemyError:
        return False
    return True
