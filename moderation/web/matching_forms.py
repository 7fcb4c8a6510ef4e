"""Parses the forms about lawful matching into frozen values, at the edge."""

from datetime import date

from moderation.rules.language import gettext
from moderation.rules.matching import Excuse
from moderation.services.matching import LawfulForm
from moderation.services.permission_to_match import AnswerForm, PermissionForm
from moderation.services.work import Mistake
from moderation.web.forms import Form, chosen, one_line

MOST_ANSWERS = 4  # rows of the form


def parse_lawful(form: Form) -> LawfulForm:
    return LawfulForm(
        dpia_reference=_text(form, "dpia_reference", 120),
        dpia_on=_day(form, "dpia_on"),
        lawful_basis=_text(form, "lawful_basis", 200),
        condition=_text(form, "condition", 200),
        wording=form.get("wording", "").replace("\0", "").replace("\r\n", "\n").strip(),
        strict="strict" in form,
    )


def parse_permission(form: Form) -> PermissionForm:
    """`who-`, `told-`, `agreed-`, `how-`, `objected-`, `excuse-`, `excused-`, `decided-N`; empty rows are nobody's."""
    rows = [_answer(form, number) for number in range(1, MOST_ANSWERS + 1)]
    return PermissionForm(
        answers=tuple(row for row in rows if row != AnswerForm("")),
        refused_on=_day(form, "refused_on"),
        starts_on=_day(form, "starts_on"),
        ends_on=_day(form, "ends_on"),
    )


def _answer(form: Form, number: int) -> AnswerForm:
    return AnswerForm(
        who=_text(form, f"who-{number}", 120),
        told_on=_day(form, f"told-{number}"),
        agreed_on=_day(form, f"agreed-{number}"),
        how=_text(form, f"how-{number}", 200),
        objected_on=_day(form, f"objected-{number}"),
        excuse=_excuse(form.get(f"excuse-{number}", "")),
        excused_on=_day(form, f"excused-{number}"),
        excused_by=_text(form, f"decided-{number}", 120),
    )


def _excuse(text: str) -> Excuse | None:
    return chosen(Excuse, text, gettext("Choose why this parent was not asked.")) if text else None


def _text(form: Form, name: str, longest: int) -> str:
    value = one_line(form, name)
    if len(value) > longest:
        raise Mistake(
            gettext("At most {longest} characters fit here: “{typed}…”").format(longest=longest, typed=value[:20])
        )
    return value


def _day(form: Form, name: str) -> date | None:
    value = form.get(name, "").strip()
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise Mistake(gettext("Give days as the calendar shows them, for instance 2026-09-01.")) from error
