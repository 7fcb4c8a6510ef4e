"""For everybody on the staff, before the camera comes out: who of a class must not appear today."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.db.models import Person
from moderation.services import permissions, standards, tagging
from moderation.services.work import Work
from moderation.web.forms import is_id
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("today", __name__, url_prefix="/register/today")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    group = request.args.get("group", "")
    with parts().reading() as work:
        standings = tagging.standings(work, tagging.of_group(work, group), None) if group else []
        return render_template(
            "register/today.html",
            today=work.today,
            groups=tagging.groups(work),
            group=group,
            policy=standards.images_policy(work),
            about_pupils=standards.about_pupils(work),
            not_at_all=[one for one in standings if one.nowhere],
            not_everywhere=[one for one in standings if one.refused and not one.nowhere],
            everywhere=[one for one in standings if not one.refused and not one.nowhere],
            marked=permissions.own_exclusions(work, actor()),
            told=_told(work),
        )


@blueprint.post("/<int:person_id>")
def exclude(person_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        permissions.exclude_today(work, actor(), person_id)
    return _back(person_id)


@blueprint.post("/<int:person_id>/undo")
def undo(person_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        permissions.undo_exclusion(work, actor(), person_id)
    return _back(person_id)


def _told(work: Work) -> Person | None:
    """Who was just marked, or taken back."""
    number = request.args.get("person", "")
    return work.session.get(Person, int(number)) if is_id(number) else None


def _back(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("today.show", group=request.form.get("group", ""), person=person_id), 303)
