"""Signing in with a passkey: the browser asks for a challenge, a device signs it, nothing is typed."""

import json

from flask import Blueprint, jsonify, request, session
from flask.typing import ResponseReturnValue

from moderation.rules.sign_ins import Begun
from moderation.services import begun, passkeys, throttling
from moderation.services.passkeys import Site
from moderation.services.throttling import TooSoon
from moderation.services.work import Mistake, NotFound
from moderation.web import cookies
from moderation.web.gate import BEGUN_TOKEN
from moderation.web.parts import parts
from moderation.web.views.signing_in import let_in, not_let_in, refusal

blueprint = Blueprint("passkeys", __name__, url_prefix="/sign-in/passkey")


def site() -> Site:
    """Raises NotFound where this school's address has no passkeys."""
    settings = parts().settings
    found = passkeys.site(settings.public_url)
    if found is None:
        raise NotFound
    return found


@blueprint.post("/challenge")
def begin() -> ResponseReturnValue:
    """For the script: what the browser asks its devices."""
    here = site()
    try:
        with parts().work() as work:
            throttling.begun(work, cookies.caller())
            token, step = begun.begin(work, Begun.PASSKEY)
    except TooSoon as too_soon:
        status, headers = refusal(too_soon)
        return str(too_soon), status, headers | {"Content-Type": "text/plain; charset=utf-8"}
    session[BEGUN_TOKEN] = token
    return jsonify(json.loads(passkeys.offer(here, step)))


@blueprint.post("/")
def finish() -> ResponseReturnValue:
    here, shared = site(), "shared" in request.form
    try:
        with parts().work() as work:
            step = begun.take(work, str(session.pop(BEGUN_TOKEN, "")), Begun.PASSKEY)
        with parts().work() as work:
            recognised = passkeys.recognise(work, here, step, request.form.get("answer", ""))
            throttling.begun_is_over(work, cookies.caller())
            return let_in(work, recognised, shared)
    except Mistake as mistake:
        return not_let_in(mistake, shared=shared)
