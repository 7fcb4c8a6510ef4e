"""Parses what the author answers to the checklist."""

from moderation.rules.checklist import Origin
from moderation.services.checklist import LONGEST_CREDIT, Answers
from moderation.web.forms import Form, one_line, parse_ids


def parse_answers(form: Form) -> Answers | None:
    """`line` once for each tick, `origin`, and three texts; None if the form did not ask."""
    if "checklist" not in form:
        return None
    said = form.get("origin", "")
    return Answers(
        ticked=parse_ids(form, "line"),
        origin=Origin(said) if said in tuple(Origin) else None,
        source=_text(form, "source"),
        credit=_text(form, "credit"),
        permission=_text(form, "permission"),
    )


def _text(form: Form, name: str) -> str:
    return one_line(form, name)[:LONGEST_CREDIT]
