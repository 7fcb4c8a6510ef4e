"""For the data lead: clubs, choirs and trips, whose members staff tick and look at like a class."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.language import gettext
from moderation.services import groups, tagging
from moderation.services.work import Mistake
from moderation.web.forms import parse_day, parse_ids
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("groups", __name__, url_prefix="/register/groups")


@blueprint.get("/")
def everything() -> ResponseReturnValue:
    return _everything(None)


def _everything(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template("groups/everything.html", groups=groups.listed(work), problem=problem, form=request.form)
    return html, 422 if problem else 200


@blueprint.post("/")
def make() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            group = groups.make(work, actor(), request.form.get("name", ""))
    except Mistake as mistake:
        return _everything(str(mistake))
    return redirect(url_for("groups.show", group_id=group.id), 303)


@blueprint.get("/<int:group_id>")
def show(group_id: int) -> ResponseReturnValue:
    return _page(group_id, None, request.args.get("of", ""), "")


def _page(group_id: int, problem: str | None, of: str, find: str) -> ResponseReturnValue:
    """`of`: a class or group whose people are offered; `find`: beginnings of names, never in an address."""
    with parts().reading() as work:
        group = groups.get(work, group_id)
        members = groups.members(work, group)
        offered = tagging.find(work, find) if find else tagging.of_group(work, of) if of else []
        there = {person.id for _, person in members}
        html = render_template(
            "groups/group.html",
            group=group,
            members=members,
            offered=[person for person in offered if person.id not in there and person.left_at is None],
            looked=bool(find or of),
            of=of,
            groups=[name for name in tagging.groups(work) if name != group.name],
            form=request.form,
            ticked=set(parse_ids(request.form, "person")),
            today=work.today,
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.post("/<int:group_id>")
def change(group_id: int) -> ResponseReturnValue:
    """Look for people, or put those who are ticked into the group."""
    of, find = request.form.get("of", ""), request.form.get("find", "").strip()
    if request.form.get("do") != "add":
        return (
            _page(group_id, None, "", find) if find else redirect(url_for("groups.show", group_id=group_id, of=of), 303)
        )
    ticked = parse_ids(request.form, "person")
    try:
        if not ticked:
            raise Mistake(gettext("Tick who belongs to it first."))
        starts, until = parse_day(request.form.get("starts", "")), parse_day(request.form.get("until", ""))
        with parts().work() as work:
            added = groups.add(work, actor(), group_id, ticked, starts, until)
    except Mistake as mistake:
        return _page(group_id, str(mistake), of, find)
    return redirect(url_for("groups.show", group_id=group_id, of=of or None, added=added), 303)


@blueprint.post("/<int:group_id>/<int:membership_id>/remove")
def remove(group_id: int, membership_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        groups.remove(work, actor(), group_id, membership_id)
    return redirect(url_for("groups.show", group_id=group_id, removed=1), 303)


@blueprint.post("/<int:group_id>/end")
def end(group_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        groups.end(work, actor(), group_id)
    return redirect(url_for("groups.everything", ended=1), 303)
