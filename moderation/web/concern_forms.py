"""Parses what pages send about concerns, and what they call kinds and steps."""

from collections.abc import Collection

from moderation.rules.concerns import FIXED, ROUTES, Desk, Kind, What
from moderation.rules.language import N_, gettext
from moderation.services.concern_desks import Setting
from moderation.services.concerns import Report
from moderation.services.work import Mistake
from moderation.web.forms import Form, chosen, parse_id

KINDS = {
    Kind.POST: N_("Something the school has posted"),
    Kind.COMMENT: N_("A comment on one of the school’s accounts"),
    Kind.SEEN: N_("Something seen elsewhere"),
    Kind.COMPLAINT: N_("A complaint about how the school uses personal data"),
    Kind.BREACH: N_("Personal data lost, or seen by the wrong people"),
    Kind.PRESS: N_("The press, or somebody else, asks for a comment"),
    Kind.MISTAKE: N_("A member of staff’s own mistake"),
    Kind.COMPROMISING: N_("A picture that must not be seen"),
    Kind.INDECENT: N_("A picture that may be indecent"),
}
BY_HAND = (Kind.COMMENT, Kind.POST, Kind.SEEN, Kind.COMPLAINT, Kind.BREACH, Kind.PRESS, Kind.MISTAKE, Kind.INDECENT)
STEPS = {
    What.ACKNOWLEDGED: N_("I have acknowledged it to whoever reported it"),
    What.ANSWERED: N_("It is answered"),
    What.DELETED: N_("A comment is deleted"),
    What.BLOCKED: N_("Somebody is blocked"),
    What.REPORTED: N_("It is reported to the network"),
    What.POLICE: N_("The police are told: their reference"),
    What.COMMISSIONER: N_("The Information Commissioner is told, or need not be: why"),
    What.NOTE: N_("A note"),
    What.PASSED_ON: N_("Pass it on to another desk"),
    What.CLOSED: N_("Close it: how it ended"),
}


def parse_report(form: Form, kinds: Collection[Kind]) -> Report:
    """`kind`, `what`, `place`, and perhaps `post`, `name`, `contact`. Raises Mistake."""
    kind = chosen(Kind, form.get("kind", ""), gettext("Choose what it is about."))
    if kind not in kinds:
        raise Mistake(gettext("Choose what it is about."))
    texts = {name: form.get(name, "") for name in ("what", "place", "name", "contact")}
    return Report(kind, post_id=parse_id(form, "post"), **texts)


def parse_step(form: Form) -> tuple[What, str, Desk | None]:
    """`step`, `said`, and `desk` where it is passed on. Raises Mistake."""
    what = chosen(What, form.get("step", ""), gettext("Choose what you did."))
    if what not in STEPS:
        raise Mistake(gettext("Choose what you did."))
    desk = form.get("desk", "")
    return what, form.get("said", ""), Desk(desk) if what is What.PASSED_ON and desk in list(Desk) else None


def parse_setting(form: Form) -> Setting:
    """`routes`, `desk-KIND`, `lead`, `deputy`, `public`. Raises Mistake.

    Another ready setting takes all of it; what differs from it is chosen afterwards.
    """
    ready = ROUTES.get(form.get("routes", ""))
    if ready is None:
        raise Mistake(gettext("Choose one of the ready settings."))
    desks = {kind: ready.desk(kind) for kind in Kind}
    if form.get("routes") == form.get("routes_now"):
        given = {kind: form.get(f"desk-{kind.name}", "") for kind in Kind if kind not in FIXED}
        desks |= {kind: Desk(desk) for kind, desk in given.items() if desk in list(Desk)}
    return Setting(
        form["routes"],
        desks,
        lead_id=parse_id(form, "lead"),
        deputy_id=parse_id(form, "deputy"),
        public="public" in form,
        takedown_days=1 if "takedown_days" not in form else parse_id(form, "takedown_days") or 0,
    )
