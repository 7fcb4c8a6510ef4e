"""Are the checks well? For those who rely on them, and for who looks after the machine."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.language import N_
from moderation.rules.watching import SENTENCES, UNWELL, Canary, Outcome, Trouble
from moderation.services import canaries, watching
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("watching", __name__, url_prefix="/watching")

_CHECKS = {
    Canary.NAMES: N_("Names in pictures"),
    Canary.FACES: N_("Faces"),
    Canary.WORDS: N_("Names in captions"),
}
_OUTCOMES = {
    Outcome.CAUGHT: N_("Pointed at, as it should be"),
    Outcome.PASSED: N_("Not pointed at"),
    Outcome.BROKEN: N_("Could not be checked"),
}


def _wrong() -> tuple[Trouble, ...]:
    standing = parts().queue_standing()
    with parts().reading() as work:
        return watching.wrong(work, standing)


@blueprint.app_context_processor
def words() -> dict[str, object]:
    return {"wrong_with_the_checks": _wrong, "TROUBLES": SENTENCES, "UNWELL": UNWELL}


@blueprint.get("/")
def show() -> ResponseReturnValue:
    standing = parts().queue_standing()
    with parts().reading() as work:
        return render_template(
            "watching/show.html",
            troubles=watching.wrong(work, standing),
            figures=watching.figures(work),
            standing=standing,
            under_way=canaries.under_way(work),
            checks=_CHECKS,
            outcomes=_OUTCOMES,
        )


@blueprint.post("/try")
def try_again() -> ResponseReturnValue:
    with parts().work() as work:
        canaries.try_now(work, actor())
    return redirect(url_for("watching.show"), 303)
