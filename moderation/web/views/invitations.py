"""Inviting people: one or a whole list; their links to hand out where there is no e-mail."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules import staff_list
from moderation.services import invitations
from moderation.services.work import Mistake
from moderation.web.forms import lines
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.qr import qr_code
from moderation.web.views.staff import ROLES, page

blueprint = Blueprint("invitations", __name__, url_prefix="/staff")


@blueprint.get("/invite")
def form() -> ResponseReturnValue:
    return _form("", [])


@blueprint.post("/invite")
def invite() -> ResponseReturnValue:
    """First shown as it was read, then done: nobody is invited by a slip of the spreadsheet."""
    text = lines(request.form.get("people", ""))
    entries, problems = staff_list.read(text)
    if not problems:
        with parts().reading() as work:
            problems = invitations.check(work, entries)
    if problems:
        return _form(text, problems)
    if request.form.get("do") != "invite":
        return render_template("invitations/preview.html", text=text, entries=entries)
    try:
        with parts().work() as work:
            invitations.invite(work, actor(), entries)
    except Mistake as mistake:
        return _form(text, [str(mistake)])
    return redirect(url_for("invitations.waiting", invited=len(entries)), 303)


@blueprint.post("/invite/change")
def change() -> ResponseReturnValue:
    """The list again, as it was typed: names never stand in an address."""
    return _form(lines(request.form.get("people", "")), [])


def _form(text: str, problems: list[str]) -> ResponseReturnValue:
    html = render_template("invitations/form.html", text=text, problems=problems, roles=ROLES, most=staff_list.MOST)
    return html, 422 if problems else 200


@blueprint.get("/invitations")
def waiting() -> ResponseReturnValue:
    """Who has not come in yet. Where there is no e-mail, with the link that each is handed."""
    with parts().reading() as work:
        rows = invitations.waiting(work)
        links = {} if parts().outlets.has_mail else {row.id: _address(invitations.token(work, row.id)) for row in rows}
        codes = {number: qr_code(address) for number, address in links.items()}
        return render_template(
            "invitations/waiting.html",
            rows=rows,
            links=links,
            codes=codes,
            holds=invitations.HOLDS,
            only_here=parts().settings.is_only_here,
        )


def _address(token: str) -> str:
    return parts().settings.origin + url_for("welcome.knock", token=token)


@blueprint.post("/<int:user_id>/invite")
def again(user_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            row = invitations.again(work, actor(), user_id)
            return redirect(url_for("invitations.waiting", _anchor=f"invitation-{row.id}"), 303)
    except Mistake as mistake:
        return page(str(mistake))
