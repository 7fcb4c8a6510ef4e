"""For the administrator: whether messages get out, what could not be sent, and when the school may be spoken to."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.db.models import User
from moderation.outlets import NotSent
from moderation.rules import letters
from moderation.rules.language import N_, Language, gettext, speaking, spoken
from moderation.rules.roles import Role
from moderation.rules.school_times import (
    NotATime,
    SchoolTimes,
    read_days,
    read_time,
    read_times,
    written_days,
    written_times,
)
from moderation.services import evidence_words, outbox, telling
from moderation.services.work import Mistake
from moderation.web.forms import is_id
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("messages", __name__, url_prefix="/messages")


@blueprint.get("/")
def show() -> ResponseReturnValue:
    return _page(None)


def _page(problem: str | None, typed: dict[str, str] | None = None) -> ResponseReturnValue:
    outlets = parts().outlets
    with parts().reading() as work:
        html = render_template(
            "messages/show.html",
            outlets=outlets,
            parked=outbox.parked(work),
            struggling=outbox.struggling(work),
            form=typed or _written(telling.school_times(work)),
            zone=str(work.zone),
            problem=problem,
        )
    return html, 422 if problem else 200


def _written(hours: SchoolTimes) -> dict[str, str]:
    return {
        "digests": written_times(hours.digests),
        "quiet_from": written_times((hours.quiet_from,)),
        "quiet_until": written_times((hours.quiet_until,)),
        "terms": written_days(hours.terms),
        "days_off": written_days(hours.days_off),
        "late_after": str(hours.late_after),
    }


@blueprint.post("/times")
def set_times() -> ResponseReturnValue:
    typed = {name: request.form.get(name, "").strip() for name in _written(SchoolTimes(UTC))}
    try:
        with parts().work() as work:
            hours = replace(
                SchoolTimes(work.zone),
                digests=read_times(typed["digests"]),
                quiet_from=read_time(typed["quiet_from"]),
                quiet_until=read_time(typed["quiet_until"]),
                terms=read_days(typed["terms"]),
                days_off=read_days(typed["days_off"]),
                late_after=int(typed["late_after"]) if is_id(typed["late_after"]) else 0,
            )
            telling.set_school_times(work, actor(), hours)
    except (NotATime, Mistake) as mistake:
        return _page(str(mistake), typed)
    return redirect(url_for("messages.show", saved=1), 303)


@blueprint.post("/test")
def test() -> ResponseReturnValue:
    """One message to oneself, or to the channel of a role, here and now: what goes wrong is told on the page."""
    outlets, role = parts().outlets, request.form.get("role", "")
    with speaking(Language.ENGLISH if role else spoken()):  # a channel is read by many
        letter = letters.trial(outlets.base)
    with parts().reading() as work:
        address = work.session.get_one(User, actor().id).email
    try:
        if role:
            outlets.channel(Role(role), letter)
        else:
            outlets.mail(address, letter, uuid4().hex, datetime.now(UTC))
    except (NotSent, ValueError) as error:
        why = str(error) if isinstance(error, NotSent) else N_("there is no such role")
        return _page(gettext("The test could not be sent: {why}.").format(why=evidence_words.told(why)))
    return redirect(url_for("messages.show", tested=1), 303)


@blueprint.post("/again")
def try_again() -> ResponseReturnValue:
    with parts().work() as work:
        outbox.try_parked_again(work)
    return redirect(url_for("messages.show", again=1), 303)
