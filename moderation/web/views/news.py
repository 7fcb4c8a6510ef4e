"""For everybody who signs in: what is new for them, and what they want to be told, and how."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.language import gettext
from moderation.rules.telling import LINES, Pace, Topic, roles_of
from moderation.services import news, telling
from moderation.services.work import Mistake
from moderation.web.forms import is_id
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("news", __name__, url_prefix="/news")


@blueprint.get("/")
def mine() -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template("news/mine.html", unread=news.unread(work, actor()), earlier=news.earlier(work, actor()))


@blueprint.get("/<int:news_id>")
def read(news_id: int) -> ResponseReturnValue:
    """Opens what it is about. That it was read is all that changes."""
    with parts().work() as work:
        page = news.read(work, actor(), news_id)
    return redirect(request.script_root + page, 303)


@blueprint.post("/read")
def read_all() -> ResponseReturnValue:
    newest = request.form.get("newest", "")
    with parts().work() as work:
        news.read_all(work, actor(), int(newest) if is_id(newest) else 0)
    return redirect(url_for("news.mine"), 303)


@blueprint.get("/choices")
def choices() -> ResponseReturnValue:
    return _choices(None)


def _choices(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        chosen, hours = news.choices(work, actor()), telling.school_times(work)
    urgent = [
        line.sentence for new, line in LINES.items() if line.pace is Pace.URGENT and actor().roles & roles_of(new)
    ]
    html = render_template(
        "news/choices.html",
        chosen=chosen,
        hours=hours,
        urgent=urgent,
        problem=problem,
    )
    return html, 422 if problem else 200


@blueprint.post("/choices")
def choose() -> ResponseReturnValue:
    try:
        wanted = {
            topic: Pace(request.form[topic.name]) if request.form[topic.name] else None
            for topic in Topic
            if topic.name in request.form
        }
        with parts().work() as work:
            news.choose(work, actor(), wanted)
    except ValueError:
        return _choices(gettext("Choose one of the ways that the page offers."))
    except Mistake as mistake:
        return _choices(str(mistake))
    return redirect(url_for("news.choices", saved=1), 303)
