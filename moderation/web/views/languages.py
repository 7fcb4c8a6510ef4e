"""Which language somebody reads the pages in: one press at the foot of every page."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from moderation.rules.language import Language
from moderation.services import staff
from moderation.web import languages
from moderation.web.forms import safe_path
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("languages", __name__)


@blueprint.post("/language")
def choose() -> ResponseReturnValue:
    wanted = request.form.get("language", "")
    if wanted not in set(Language):
        abort(400)
    back = redirect(safe_path(request.form.get("page"), request.script_root) or url_for("signing_in.home"), 303)
    if current_user.is_authenticated:
        with parts().work() as work:
            staff.choose_language(work, actor(), Language(wanted))
    else:
        languages.keep(back, Language(wanted), parts().settings)
    return back
