"""For all staff: what is planned, held and live by day; moving what is held; the feed for calendars of one's own."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.holding import days_on
from moderation.rules.months import Month, month_of, note, read_month, starts
from moderation.rules.workflow import NotYours, Refused
from moderation.services import board, feeds, holding, intake, planner, telling
from moderation.services.planner import Entry
from moderation.services.work import Mistake, Work
from moderation.web.audience import AUDIENCE
from moderation.web.calendar_forms import Moved, parse_move
from moderation.web.forms import is_id, parse_id
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.views import publish, review

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page()


def _page(problem: str = "", post_id: int | None = None, address: str = "") -> ResponseReturnValue:
    """The month. After a refusal with its sentence, and what was typed still in the form of that post."""
    with parts().reading() as work:
        month = read_month(request.values.get("month", ""), work.today)
        account_id = parse_id(request.values, "account")
        entries = planner.entries(work, *_span(month, work), account_id)
        by_day: dict[date, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_day[entry.at.astimezone(work.zone).date()].append(entry)
        times = telling.school_times(work)
        html = render_template(
            "calendar/show.html",
            month=month,
            by_day=by_day,
            notes={day: note(day, times) for day in month.days},
            today=work.today,
            accounts=intake.accounts(work),
            account_id=account_id,
            moves=_moves(work, entries),
            moved=_moved(work),
            problem=problem,
            typed={post_id: request.form.get("until", "")},
            feed=feeds.of(work, actor()),
            address=address,
        )
    return html, 409 if problem else 200


def _span(month: Month, work: Work) -> tuple[datetime, datetime]:
    return starts(month.days[0], work.zone), starts(month.days[-1] + timedelta(1), work.zone)


def _moves(work: Work, entries: list[Entry]) -> dict[int, tuple[bool, bool]]:
    """By post: whether this person may hold it a day less, a day more. What they may not move at all is left out."""
    able = {
        entry.post.id: tuple(
            holding.may_hold(work, actor(), entry.post, days_on(entry.at, days, work.zone)) for days in (-1, 1)
        )
        for entry in entries
        if entry.moves
    }
    return {post_id: (earlier, later) for post_id, (earlier, later) in able.items() if earlier or later}


def _moved(work: Work) -> Moved | None:
    """What was moved just now, for the message and its undo."""
    post_id = request.args.get("moved", "")
    if not is_id(post_id):
        return None
    return Moved(board.visible(work, actor(), int(post_id)), request.args.get("before", ""))


@blueprint.post("/<int:post_id>/hold")
def hold(post_id: int) -> ResponseReturnValue:
    """By so many days, to a day, or to a moment; the same rules for buttons, keys, drag and forms."""
    back = request.form.get("back", "")
    try:
        with parts().work() as work:
            was, until = parse_move(request.form, work.zone)
            post = holding.hold(work, actor(), post_id, was, until)
            month = str(month_of(until.astimezone(work.zone).date())) if until else request.form.get("month", "")
    except NotYours:
        raise
    except (Refused, Mistake) as refused:
        return _refused(back, post_id, str(refused))
    if back == "board":
        return redirect(url_for("publish.board", held=1, _anchor=f"post-{post_id}"), 303)
    if back == "review":
        return redirect(url_for("review.show", post_id=post_id, held=1, _anchor="decision"), 303)
    undo = was.isoformat() if was and was > work.now else ""
    here: dict[str, Any] = {
        "month": month,
        "account": request.form.get("account") or None,
        "_anchor": f"post-{post_id}",
    }
    return redirect(url_for("calendar.show", moved=post.id, before=undo, **here), 303)


def _refused(back: str, post_id: int, sentence: str) -> ResponseReturnValue:
    """The page that the form stands on, if this person may see it: the sentence, and in the form what was typed."""
    if back == "board" and _sees("publish.board"):
        return publish.board_page(sentence, post_id)
    if back == "review" and _sees("review.show"):
        return review.page(post_id, sentence)
    return _page(sentence, post_id)


def _sees(endpoint: str) -> bool:
    return not actor().roles.isdisjoint(AUDIENCE[endpoint] or ())


@blueprint.post("/feed")
def make_feed() -> ResponseReturnValue:
    """The address is on this one page only; what is kept cannot be turned back into it."""
    with parts().work() as work:
        token = feeds.make(work, actor())
    return _page(address=parts().settings.origin + url_for("calendar.feed", token=token))


@blueprint.post("/feed/end")
def end_feed() -> ResponseReturnValue:
    with parts().work() as work:
        feeds.end(work, actor())
    return redirect(url_for("calendar.show", _anchor="feed"), 303)


@blueprint.get("/<token>.ics")
def feed(token: str) -> ResponseReturnValue:
    with parts().reading() as work:
        text = feeds.read(work, token, parts().settings.public_url)
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.add_etag()
    return answer.make_conditional(request)
