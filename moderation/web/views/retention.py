"""For the data lead: how long what is kept, what would go today, and the certificates of what is gone."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.language import N_
from moderation.rules.retention import BY_TIME, Rule
from moderation.services import backups, held, purge_ledger, retention
from moderation.services.work import Mistake
from moderation.web.forms import parse_schedule
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("retention", __name__, url_prefix="/retention")

TITLES = {
    Rule.DRAFTS: N_("Drafts that were not handed in"),
    Rule.REJECTED: N_("Posts that were sent back, stopped or discarded"),
    Rule.ORIGINALS: N_("Uncovered and removed photos of published posts"),
    Rule.POSTS: N_("Published posts"),
    Rule.LEAVERS: N_("Leavers: the register’s entry and permissions"),
    Rule.DAYS: N_("Days on which somebody asked to be left out"),
    Rule.CONCERNS: N_("Concerns, with who reported them"),
    Rule.REMOVED: N_("Posts with a picture that must not be seen"),
}
FROM = {
    Rule.DRAFTS: N_("since anybody touched them"),
    Rule.REJECTED: N_("since the decision"),
    Rule.ORIGINALS: N_("after going live"),
    Rule.POSTS: N_("after going live, once they are taken down"),
    Rule.LEAVERS: N_("after their protection ended"),
    Rule.DAYS: N_("after that day"),
    Rule.CONCERNS: N_("after they were closed"),
    Rule.REMOVED: N_("after somebody decided it"),
}


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page(None)


def _page(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "retention/show.html",
            schedule=retention.schedule(work),
            preview=retention.preview(work),
            certificates=retention.certificates(work),
            leavers=held.leavers(work),
            backup=backups.last(work),
            most=retention.MOST_AT_ONCE,
            shown_at_once=retention.SHOWN,
            problem=problem,
            form=request.form,
            TITLES=TITLES,
            FROM=FROM,
            BY_TIME=BY_TIME,
        )
    return html, 422 if problem else 200


@blueprint.post("/rules")
def set_rules() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            retention.set_schedule(work, actor(), parse_schedule(request.form))
    except Mistake as mistake:
        return _page(str(mistake))
    return redirect(url_for("retention.show", saved=1), 303)


@blueprint.post("/purge")
def purge() -> ResponseReturnValue:
    with parts().work() as work:
        retention.catch_up(work, parts().purged)
    with parts().work() as work:
        number = retention.purge(work, actor(), request.form.get("seen", ""))
    with parts().reading() as work:
        purge_ledger.keep_copy(work, parts().purged)
    if number is None:
        return redirect(url_for("retention.show"), 303)
    return redirect(url_for("retention.certificate", number=number), 303)


@blueprint.get("/certificates/<int:number>")
def certificate(number: int) -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template(
            "retention/certificate.html",
            certificate=retention.certificate(work, number),
            by=retention.done_by(work, number),
            TITLES=TITLES,
            FROM=FROM,
        )
