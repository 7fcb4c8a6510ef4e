"""Parses what the pages send about who approves, and about deputies."""

from dataclasses import dataclass
from datetime import date

from moderation.rules.language import gettext
from moderation.rules.roles import DEPUTISED, Role
from moderation.rules.route import Member, Route, Step
from moderation.rules.route_presets import PRESETS, any_of
from moderation.services.work import Mistake
from moderation.web.forms import Form, chosen, is_id, parse_day

MOST = 9


def parse_routes(form: Form) -> tuple[Route, Step | None, str | None]:
    """The route, what a sensitive topic adds, and the route of `reminders`, by its name; None: it stays as it is."""
    return parse_route(form), parse_extra(form), form.get("reminders")


def parse_route(form: Form) -> Route:
    """`route`: the name of a ready one, or `any` with `how_many` and `member` once for each tick."""
    name = form.get("route", "")
    if name in PRESETS:
        return PRESETS[name].route
    if name != "any":
        raise Mistake(gettext("Choose who approves."))
    how_many = form.get("how_many", "").strip()
    if not is_id(how_many) or not 1 <= int(how_many) <= MOST:
        raise Mistake(gettext("Say how many of them have to approve: a number from 1 to {most}.").format(most=MOST))
    members = frozenset(map(_member, form.getlist("member")))
    if not members:
        raise Mistake(gettext("Tick who may approve."))
    return any_of(members, int(how_many))


def parse_extra(form: Form) -> Step | None:
    """`extra`: who is asked too where a topic is sensitive; empty: nobody."""
    text = form.get("extra", "")
    return Step(frozenset({_member(text)}), 1) if text else None


def _member(text: str) -> Member:
    """`user-ID`, or the role in its own words."""
    number = text.removeprefix("user-")
    if number != text and is_id(number):
        return int(number)
    return _deputised(text)


def _deputised(text: str) -> Role:
    role = chosen(Role, text, gettext("Choose from the list."))
    if role not in DEPUTISED:
        raise Mistake(gettext("Choose from the list."))
    return role


@dataclass(frozen=True)
class DeputyForm:
    user_id: int
    role: Role
    starts: date
    until: date


def parse_deputy(form: Form, today: date) -> DeputyForm:
    user = form.get("user", "")
    until = parse_day(form.get("until", ""))
    if until is None:
        raise Mistake(gettext("Give the last day."))
    if not is_id(user):
        raise Mistake(gettext("Choose somebody of the staff."))
    return DeputyForm(int(user), _deputised(form.get("role", "")), parse_day(form.get("starts", "")) or today, until)
