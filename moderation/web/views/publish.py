"""For the resources manager: what is ready, the kit account by account, the links of what is out."""

import io
from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.as_approved import Result
from moderation.rules.language import gettext
from moderation.rules.roles import Actor
from moderation.rules.workflow import Action, NotAccepted, NotYours, Refused, Stale, State
from moderation.services import (
    cases,
    deliveries,
    live,
    out,
    phone,
    previews,
    publishing,
    review,
    takedowns,
    undelivered,
)
from moderation.services.kit_contents import KitFiles
from moderation.services.work import Work
from moderation.web.forms import parse_links
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.qr import qr_code

_PHONE_LINK = "phone_link"  # in the cookie, from the click to the page that shows it
blueprint = Blueprint("publish", __name__, url_prefix="/publish")


@blueprint.get("/")
def board() -> ResponseReturnValue:
    return board_page()


def board_page(problem: str = "", post_id: int | None = None) -> ResponseReturnValue:
    """`problem`: why the post could not be held; what was typed is still in its form."""
    with parts().reading() as work:
        columns, held_back = publishing.columns(work), publishing.held_back(work)
        html = render_template(
            "publish/board.html",
            problem=problem,
            hold_refused=post_id,
            columns=columns,
            planned=publishing.until_their_time(work, columns[State.RELEASED]),
            held_back=held_back,
            places=out.places(work, [*columns[State.RELEASED], *(post for post, _ in held_back)]),
            takedowns=takedowns.how_many(work),
            asked=review.asking(work, actor()),
            differing=live.how_many(work),
            last=live.last_checked(work, columns[State.LIVE]),
            Result=Result,
            strays=deliveries.strays(work),
            undelivered=undelivered.waiting(work),
        )
    return html, 409 if problem else 200


@blueprint.post("/<int:post_id>/kit")
def open_kit(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        publishing.open_kit(work, actor(), post_id)
    return redirect(url_for("publish.kit", post_id=post_id), 303)


@blueprint.get("/<int:post_id>/kit")
def kit(post_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        if cases.get(work, post_id).state is State.LIVE:  # Gatepost has posted it everywhere meanwhile
            return redirect(url_for("posts.show", post_id=post_id), 303)
    return _kit_page(post_id, [], 200)


def _kit_page(post_id: int, problems: list[str], status: int) -> ResponseReturnValue:
    try:
        with parts().reading() as work:
            return render_template(
                "publish/kit.html",
                problems=problems,
                links=parse_links(request.form),
                **shown(work, actor(), post_id),
            ), status
    except (NotYours, NotAccepted):
        raise
    except Refused as refused:
        return _closed_page(post_id, str(refused), problems)


def shown(work: Work, who: Actor, post_id: int) -> dict[str, object]:
    """What a kit's page shows. Raises Refused if it is closed to this person at this moment."""
    post = publishing.opened_kit(work, who, post_id)
    publications = {one.account_id: one for one in cases.publications(work, post)}
    straight = deliveries.standing(work, post)
    return {
        "post": post,
        "previews": previews.of_post(work, post),
        "publications": publications,
        "straight": straight,
    }


def _closed_page(post_id: int, sentence: str, problems: list[str]) -> ResponseReturnValue:
    """Why nothing of it goes out now. Whoever has posted it already says where, so that it can be found again."""
    with parts().reading() as work:
        post = cases.get(work, post_id)
        opened = publishing.first_opened(work, post) is not None
        may_be_out = opened and Action.OUT_UNASKED in cases.offers(work, post, actor())
        return render_template(
            "publish/closed.html",
            post=post,
            sentence=sentence,
            opened=opened,
            to_open=sentence == gettext(publishing.OPEN_FIRST),
            problems=[one for one in problems if one != sentence],
            accounts=publishing.not_out_yet(work, post) if may_be_out else [],
            places=cases.publications(work, post),
            links=parse_links(request.form),
        ), 409


@blueprint.get("/<int:post_id>/kit/state")
def kit_state(post_id: int) -> ResponseReturnValue:
    """For a page that is open: whether the kit still is, and if not, why."""
    with parts().reading() as work:
        return state_of(lambda: publishing.opened_kit(work, actor(), post_id))


def state_of(ask: Callable[[], object]) -> dict[str, object]:
    try:
        ask()
    except Refused as refused:
        return {"open": False, "sentence": str(refused)}
    return {"open": True, "sentence": ""}


@blueprint.get("/<int:post_id>/kit.zip")
def zipped(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        files = publishing.kit_files(work, actor(), post_id)
    return _zip(files, f"post-{post_id}.zip")


@blueprint.get("/<int:post_id>/accounts/<int:account_id>/kit.zip")
def account_zip(post_id: int, account_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        files = publishing.account_files(work, actor(), post_id, account_id)
    return _zip(files, f"post-{post_id}-account-{account_id}.zip")


def _zip(files: KitFiles, name: str) -> Response:
    return send_file(io.BytesIO(files.zipped()), "application/zip", as_attachment=True, download_name=name)


@blueprint.get("/<int:post_id>/accounts/<int:account_id>/photo-<int:number>.jpg")
def picture(post_id: int, account_id: int, number: int) -> ResponseReturnValue:
    with parts().work() as work:
        found = publishing.picture(work, actor(), post_id, account_id, number)
    return send_file(io.BytesIO(found.data), "image/jpeg", as_attachment=True, download_name=found.name)


@blueprint.post("/<int:post_id>/phone")
def to_phone(post_id: int) -> ResponseReturnValue:
    """Make a link for a phone. The page after it shows it once, so that loading that again makes no second one."""
    with parts().work() as work:
        session[_PHONE_LINK] = [post_id, phone.make(work, actor(), post_id)]
    return redirect(url_for("publish.phone_code", post_id=post_id), 303)


@blueprint.get("/<int:post_id>/phone")
def phone_code(post_id: int) -> ResponseReturnValue:
    """The link as a QR code, if one was made just now for this kit."""
    made_for, token = session.pop(_PHONE_LINK, (None, ""))
    with parts().reading() as work:
        publishing.opened_kit(work, actor(), post_id)
    if made_for != post_id:
        return render_template("publish/phone.html", post_id=post_id, code="")
    address = parts().settings.origin + url_for("phone.knock", token=token)
    return render_template(
        "publish/phone.html", post_id=post_id, code=qr_code(address), here=parts().settings.is_only_here
    )


@blueprint.post("/<int:post_id>/live")
def mark_live(post_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            publishing.mark_live(work, actor(), post_id, parse_links(request.form))
            is_live = cases.get(work, post_id).state is State.LIVE
    except (NotYours, NotAccepted):
        raise
    except Refused as refused:
        return _kit_page(post_id, [str(refused)], 422)
    if is_live:
        return redirect(url_for("posts.show", post_id=post_id, live=1), 303)
    return redirect(url_for("publish.kit", post_id=post_id), 303)


@blueprint.post("/<int:post_id>/out-already")
def out_already(post_id: int) -> ResponseReturnValue:
    """Where it is out though its kit has closed."""
    try:
        with parts().work() as work:
            publishing.out_already(work, actor(), post_id, parse_links(request.form))
    except (NotYours, NotAccepted, Stale):
        raise
    except Refused as refused:
        return _closed_page(post_id, str(refused), [])
    return redirect(url_for("posts.show", post_id=post_id), 303)


@blueprint.post("/<int:post_id>/accounts/<int:account_id>/link")
def correct_link(post_id: int, account_id: int) -> ResponseReturnValue:
    link, reason = request.form.get("link", ""), request.form.get("reason", "")
    with parts().work() as work:
        publishing.correct_link(work, actor(), post_id, account_id, link, reason)
    return redirect(url_for("posts.show", post_id=post_id), 303)


@blueprint.post("/<int:post_id>/take-down")
def take_down(post_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        publishing.take_down(work, actor(), post_id, request.form.get("reason", ""))
    return redirect(url_for("posts.show", post_id=post_id), 303)
