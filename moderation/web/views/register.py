"""For the data lead: people, the no-publish list, reference photos."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.db.models import Person
from moderation.rules.consent import Giver, Medium, PersonKind, Purpose
from moderation.rules.faces import HEIGHT, MATCH, POSSIBLE, WIDEN
from moderation.rules.measuring import STEPS
from moderation.services import (
    appearing,
    encodings,
    enrolment,
    face_figures,
    intake,
    matching,
    permissions,
    register,
    roster,
)
from moderation.services.work import Mistake, Work
from moderation.web import words
from moderation.web.forms import parse_face_rules, parse_person
from moderation.web.gate import actor
from moderation.web.parts import parts

LIMITS = tuple(zip(MATCH, POSSIBLE, strict=True))  # by number of references

blueprint = Blueprint("register", __name__, url_prefix="/register")


@blueprint.get("/")
def everybody() -> ResponseReturnValue:
    with parts().reading() as work:
        people = roster.everybody(work)
        matched = {person.id for person in matching.matched(work, enrolment.listed(work))}
        return render_template("register/everybody.html", people=people, matched=matched)


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    return page(None, None)


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    return _save(None)


@blueprint.get("/<int:person_id>")
def edit(person_id: int) -> ResponseReturnValue:
    return page(person_id, None)


@blueprint.post("/<int:person_id>")
def save(person_id: int) -> ResponseReturnValue:
    return _save(person_id)


def _save(person_id: int | None) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            person = register.save(work, actor(), parse_person(request.form), person_id)
    except Mistake as mistake:
        return page(person_id, str(mistake))
    return redirect(url_for("register.edit", person_id=person.id, saved=1), 303)


def page(person_id: int | None, problem: str | None, unlike: bool = False) -> ResponseReturnValue:
    with parts().reading() as work:
        person = roster.get(work, person_id) if person_id else None
        html = render_template(
            "register/edit.html",
            person=person,
            form=request.form,
            problem=problem,
            unlike=unlike,
            figures=face_figures.load(parts().settings.instance),
            wider=enrolment.face_rules(work).wider,
            recognition=matching.in_force(work) is not None,
            obstacle=matching.obstacle(work, person) if person else None,
            stale=len(person.references) - len(encodings.usable(work, person)) if person else 0,
            lookalikes=enrolment.lookalikes(work, person) if person else [],
            kinds=tuple(PersonKind),
            **(_permissions(work, person) if person else {}),
        )
    return html, 422 if problem else 200


def _permissions(work: Work, person: Person) -> dict[str, object]:
    accounts = intake.accounts(work)
    (standing,) = appearing.of_people(work, [person], appearing.Setting(accounts))
    return {
        "permissions": permissions.of_person(work, person.id),
        "standing": standing,
        "memberships": register.memberships(work, person.id),
        "givers": tuple((one, words.capital(one)) for one in Giver),
        "places": (
            ("", "Everywhere"),
            *((one, words.capital(one)) for one in Medium),
            *((f"account-{account.id}", f"Only {account.title}") for account in accounts),
        ),
        "purposes": (*((one, words.capital(one)) for one in Purpose), ("", "Every purpose")),
    }


@blueprint.post("/<int:person_id>/references")
def add_reference(person_id: int) -> ResponseReturnValue:
    file = request.files.get("photo")
    if file is None or not file.filename:
        return page(person_id, "Choose a photo first.")
    try:
        with parts().reading() as work:
            enrolment.may_enrol(work, person_id)
        judged = enrolment.enrol(parts().looker, file.read())
        with parts().work() as work:
            enrolment.add_reference(work, actor(), person_id, judged, "surely" in request.form)
    except enrolment.Unlike as unlike:
        return page(person_id, str(unlike), unlike=True)
    except Mistake as mistake:
        return page(person_id, str(mistake))
    return redirect(url_for("register.edit", person_id=person_id, saved=1), 303)


@blueprint.post("/<int:person_id>/references/<int:reference_id>/remove")
def remove_reference(person_id: int, reference_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        enrolment.remove_reference(work, actor(), person_id, reference_id)
    return redirect(url_for("register.edit", person_id=person_id, saved=1), 303)


@blueprint.get("/faces")
def faces() -> ResponseReturnValue:
    return _faces(None)


def _faces(problem: str | None) -> ResponseReturnValue:
    with parts().reading() as work:
        rules = enrolment.face_rules(work)
        listed = enrolment.cannot_be_recognised(work)
    html = render_template(
        "register/faces.html",
        rules=rules,
        steps=STEPS,
        limits=LIMITS,
        widen=WIDEN,
        unclear_below=HEIGHT[1],
        figures=face_figures.load(parts().settings.instance),
        ALL=face_figures.ALL,
        problem=problem,
        unlooked=listed,
    )
    return html, 422 if problem else 200


@blueprint.post("/faces")
def set_faces() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            enrolment.set_face_rules(work, actor(), parse_face_rules(request.form))
    except Mistake as mistake:
        return _faces(str(mistake))
    return redirect(url_for("register.faces", saved=1), 303)


@blueprint.post("/<int:person_id>/leave")
def leave(person_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        register.leave(work, actor(), person_id)
    return redirect(url_for("register.everybody"), 303)
