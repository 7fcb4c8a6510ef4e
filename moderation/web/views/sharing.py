"""Photos that a phone's gallery shares with Gatepost, where it is installed: each time a new draft, never more."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from moderation.rules.language import N_, gettext
from moderation.services import intake
from moderation.web import uploads
from moderation.web.error_page import page
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.views.writing import form

blueprint = Blueprint("sharing", __name__)
NOT_KEPT = N_("The photos were not kept. Sign in to Gatepost, then share them once more from your gallery.")


def is_from_the_phone() -> bool:
    """Whether the browser says that a person, or a page of ours, sent this.

    A share carries no token of ours, since it comes from no page. What a page elsewhere sends is told apart by a header
    that no page can set (https://w3c.github.io/webappsec-fetch-metadata/): `none` for what began outside every page.
    """
    return request.headers.get("Sec-Fetch-Site", "") in ("none", "same-origin")


@blueprint.post("/share")
def take() -> ResponseReturnValue:
    """As the manifest's share_target sends it: files in `photos`. Titles and texts of other programs are left aside."""
    if not is_from_the_phone():
        abort(400)
    chosen, problems = uploads.photos()
    prepared, unusable = intake.prepare(chosen)
    problems += unusable
    if not prepared:
        with parts().reading() as work:
            return form(work, None, problems or [gettext("No photo came with it. Choose one here.")])
    with parts().work() as work:
        post, unkept = intake.save(work, actor(), None, intake.Words(), prepared)
    if problems + unkept:
        with parts().reading() as work:
            return form(work, post.id, problems + unkept)
    return redirect(url_for("writing.edit", post_id=post.id, saved=1), 303)


@blueprint.record_once
def _comes_from_no_page(state: BlueprintSetupState) -> None:
    """So it cannot carry a token; it asks itself who sent it."""
    state.app.extensions["csrf"].exempt(take)


@blueprint.errorhandler(401)
def signed_out(error: HTTPException) -> ResponseReturnValue:
    return page(401, N_("You are signed out"), NOT_KEPT)
