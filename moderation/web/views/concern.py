"""The form for parents and everybody else, without sign-in: words alone, counted, and no answer about any child."""

import hmac
from ipaddress import ip_address, ip_network

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.concerns import OUTSIDE
from moderation.rules.language import N_, gettext
from moderation.services import concern_desks, public_form
from moderation.services.concerns import LONGEST, LONGEST_PLACE
from moderation.services.work import Mistake
from moderation.web.concern_forms import KINDS, parse_report
from moderation.web.parts import parts

blueprint = Blueprint("concern", __name__, url_prefix="/concern")

TOO_MANY = N_(
    "Too many reports came from your connection during the last hour. What you typed is still here: try again later, "
    "or ring the school’s office. If a child is in danger now, ring 999."
)
NOT_EMPTY = N_("Leave the last field empty: it is there to keep programs out. Then send it again.")


@blueprint.get("", strict_slashes=False)
def form() -> ResponseReturnValue:
    return _page(None, 200, session.pop("reference", None))


def _page(problem: str | None, status: int, reference: str | None = None) -> ResponseReturnValue:
    with parts().reading() as work:
        public = concern_desks.is_public(work)
    html = render_template(
        "concerns/public.html",
        public=public,
        kinds=OUTSIDE,
        KINDS=KINDS,
        problem=problem,
        reference=reference,
        longest=LONGEST,
        longest_place=LONGEST_PLACE,
    )
    return html, status if public else 404


@blueprint.post("")
def send() -> ResponseReturnValue:
    with parts().reading() as work:
        if not concern_desks.is_public(work):
            return _page(None, 404)
    with parts().work() as work:
        has_room = public_form.has_room(work, _sender())
    if not has_room:
        return _page(gettext(TOO_MANY), 429)
    if request.form.get("surname", ""):
        return _page(gettext(NOT_EMPTY), 422)
    try:
        with parts().work() as work:
            concern = public_form.take_in(work, parse_report(request.form, OUTSIDE))
    except Mistake as mistake:
        return _page(str(mistake), 422)
    session["reference"] = concern.reference
    return redirect(url_for("concern.form"), 303)


def _sender() -> str:
    """A digest of the address under the school's own key: the address itself is not kept."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"concern {_connection(request.remote_addr or '')}".encode(), "sha256").hexdigest()


def _connection(address: str) -> str:
    """One home has one IPv4 address, but as many of IPv6 as it likes: of those, what the first half says."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((address, 64), strict=False)) if known.version == 6 else address
