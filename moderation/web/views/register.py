"""For the data lead: people, the no-publish list, reference photos."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.db.models import Person
from moderation.rules.consent import Giver, Medium, PersonKind, Purpose
from moderation.rules.faces import HEIGHT, MATCH, POSSIBLE, WIDEN
from moderation.rules.language import gettext
from moderation.rules.measuring import STEPS, height
from moderation.services import (
    appearing,
    encodings,
    enrolment,
    face_figures,
    import_words,
    intake,
    matching,
    people_found,
    permissions,
    protection,
    register,
    renewal,
    roster,
    standards,
    tagging,
)
from moderation.services.work import Mistake, Work
from moderation.web import uploads, words
from moderation.web.forms import parse_face_rules, parse_person
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.people_forms import ASKED, parse_birth, parse_wanted

LIMITS = tuple(zip(MATCH, POSSIBLE, strict=True))  # by number of references

blueprint = Blueprint("register", __name__, url_prefix="/register")


@blueprint.get("/")
def everybody() -> ResponseReturnValue:
    """The register's home page. What is asked for stands in the address, but for names."""
    return _everybody(*parse_wanted(request.args))


@blueprint.post("/")
def search() -> ResponseReturnValue:
    """A name that is looked for never stands in an address; an answer that is one person is their page."""
    wanted, page_number = parse_wanted(request.form)
    if not wanted.words:
        asked: dict[str, Any] = {name: value for name, value in request.form.items() if value and name in ASKED}
        return redirect(url_for("register.everybody", **asked), 303)
    return _everybody(wanted, page_number)


def _everybody(wanted: people_found.Wanted, page_number: int) -> ResponseReturnValue:
    with parts().reading() as work:
        found = people_found.search(work, wanted, page_number)
        if wanted.words and found.count == 1:
            return redirect(url_for("register.edit", person_id=found.people[0].id), 303)
        return render_template(
            "register/everybody.html",
            found=found,
            wanted=wanted,
            groups=tagging.groups(work),
            kinds=tuple(PersonKind),
            matched={person.id for person in matching.matched(work, found.people)},
            nobody=register.is_empty(work),
        )


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
        form, birth = parse_person(request.form), parse_birth(request.form)
        with parts().work() as work:
            if birth:
                form = replace(form, protected_until=protection.last_day(work, birth))
            person = register.save(work, actor(), form, person_id)
    except Mistake as mistake:
        return page(person_id, str(mistake))
    return redirect(url_for("register.edit", person_id=person.id, saved="day" if birth else 1), 303)


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
    found, months = permissions.of_person(work, person.id), work.register_version.permission_months
    return {
        "permissions": found,
        "last_days": {row.id: renewal.last_day(row, months) for row in found},
        "policy": standards.images_policy(work),
        "standing": standing,
        "imported": import_words.HOW,
        "memberships": register.memberships(work, person.id),
        "givers": tuple((one, words.capital(gettext(one))) for one in Giver),
        "places": (
            ("", gettext("Everywhere")),
            *((one, words.capital(gettext(one))) for one in Medium),
            *(
                (f"account-{account.id}", gettext("Only {account}").format(account=account.title))
                for account in accounts
            ),
        ),
        "purposes": (*((one, words.capital(gettext(one))) for one in Purpose), ("", gettext("Every purpose"))),
    }


@blueprint.post("/<int:person_id>/references")
def add_reference(person_id: int) -> ResponseReturnValue:
    file = request.files.get("photo")
    if file is None or not file.filename:
        return page(person_id, gettext("Choose a photo first."))
    try:
        with parts().reading() as work:
            enrolment.may_enrol(work, person_id)
        judged = enrolment.enrol(parts().looker, uploads.read(file))
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
        names=words.STEP_NAMES,
        limits=LIMITS,
        widen=WIDEN,
        unclear_below=HEIGHT[1],
        figures=face_figures.load(parts().settings.instance),
        ALL=face_figures.ALL,
        height=height,
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
