"""The school's name and look: for every page its name, colour and logo, for the administrator the page of them."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from moderation.rules.language import N_
from moderation.rules.school_look import Shade, at_night, by_day, contrast, parse, problem
from moderation.services import school_look
from moderation.services.work import Mistake, NotFound
from moderation.web import uploads
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("look", __name__)
PLAIN = {"school_colour": None, "school_logo": None}  # under the name that the settings know


@blueprint.app_context_processor
def in_force() -> dict[str, object]:
    """For each page: the school's name, the digits of its colour and the name of its logo, None where it has none."""
    if "school_look" not in g:
        g.school_look = _in_force()
    return dict(g.school_look)


def _in_force() -> dict[str, object]:
    """A page that says what is broken is shown without."""
    try:
        with parts().reading() as work:
            look = school_look.in_force(work)
        digits = look.colour.lstrip("#") if look.colour else None
        return {"school": look.school, "school_colour": digits, "school_logo": look.logo_name}
    except SQLAlchemyError:
        return dict(PLAIN)


@blueprint.get("/look/<digits>.css")
def stylesheet(digits: str) -> Response:
    """What the stylesheet takes for the school's colour. It follows from the address alone."""
    colour = parse(digits)
    if colour is None or colour != f"#{digits}" or problem(colour):
        raise NotFound
    night = f"@media (prefers-color-scheme: dark) {{\n{_root(at_night(colour))}}}\n"
    return Response(_root(by_day(colour)) + night, mimetype="text/css")


def _root(shade: Shade) -> str:
    own = f"--school-brand: {shade.colour}; --school-brand-ink: {shade.ink}; --school-brand-away: {shade.away};"
    return f":root {{ {own} }}\n"


@blueprint.get("/look/<name>.jpg")
def logo(name: str) -> Response:
    with parts().reading() as work:
        jpeg = school_look.logo(work, name)
    return Response(jpeg, mimetype="image/jpeg")


@blueprint.get("/staff/look")
def show() -> ResponseReturnValue:
    return _page([])


def _page(problems: list[str], at: str = "") -> ResponseReturnValue:
    """`at`: the id of the field that the problems are about."""
    with parts().reading() as work:
        look, is_named = school_look.in_force(work), school_look.is_named(work)
    colour, name = look.colour, look.school if is_named else ""
    shades = {} if colour is None else {N_("By day"): by_day(colour), N_("On dark pages"): at_night(colour)}
    html = render_template(
        "look/show.html",
        name=request.form.get("name", name),
        colour=colour,
        typed=request.form.get("colour", colour or ""),
        shades=[(when, shade, int(10 * contrast(*shade)) / 10) for when, shade in shades.items()],
        problems=problems,
        at=at,
    )
    return html, 422 if problems else 200


@blueprint.post("/staff/look/name")
def set_name() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            school_look.set_name(work, actor(), request.form.get("name", ""))
    except Mistake as mistake:
        return _page([str(mistake)], "name")
    return redirect(url_for("look.show", saved=1), 303)


@blueprint.post("/staff/look")
def save() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            before = school_look.in_force(work).colour
            school_look.set_colour(work, actor(), _typed_or_picked(before))
    except Mistake as mistake:
        return _page([str(mistake)], "colour")
    return redirect(url_for("look.show", saved=1), 303)


def _typed_or_picked(before: str | None) -> str:
    """Without a script the two fields do not know of each other: what was typed counts, unless it was left as it is."""
    typed = request.form.get("colour", "").strip()
    as_it_was = before is not None and parse(typed) == before
    return request.form.get("picked", typed) if as_it_was or not typed else typed


@blueprint.post("/staff/look/logo")
def put_logo() -> ResponseReturnValue:
    chosen, problems = uploads.picture()
    if chosen is None:
        return _page(problems, "photos")
    with parts().work() as work:
        school_look.put_logo(work, actor(), chosen)
    return redirect(url_for("look.show", saved=1), 303)


@blueprint.post("/staff/look/logo/remove")
def remove_logo() -> ResponseReturnValue:
    with parts().work() as work:
        school_look.remove_logo(work, actor())
    return redirect(url_for("look.show", saved=1), 303)


@blueprint.post("/staff/look/undo")
def undo() -> ResponseReturnValue:
    with parts().work() as work:
        school_look.undo(work, actor())
    return redirect(url_for("look.show", saved=1), 303)
