"""The parts of the application that serves this request."""

from typing import cast

from flask import current_app

from moderation.wiring import Parts


def parts() -> Parts:
    return cast(Parts, current_app.extensions["gatepost"])
