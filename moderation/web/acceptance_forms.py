"""Parses the forms about the policy and about trainings into frozen values, at the edge."""

from moderation.rules.acceptance import Trained
from moderation.rules.language import gettext
from moderation.services.acceptance import PolicyForm
from moderation.services.training import TrainingForm
from moderation.web.forms import Form, chosen, lines, one_line, parse_day, parse_id


def parse_policy(form: Form) -> PolicyForm:
    text, holds_from = lines(form.get("text", "")), parse_day(form.get("holds_from", ""))
    return PolicyForm(text, holds_from, one_line(form, "urgent_reason"))


def parse_training(form: Form) -> TrainingForm:
    had_on, valid_until = parse_day(form.get("had_on", "")), parse_day(form.get("valid_until", ""))
    return TrainingForm(parse_id(form, "user") or 0, one_line(form, "kind"), had_on, valid_until)


def parse_asked(form: Form) -> Trained:
    return chosen(Trained, form.get("asked", ""), gettext("Say who needs training."))


def typed_elsewhere(form: Form) -> list[tuple[str, str]]:
    """What was typed into a form that the gate did not let through, to be sent again after signing."""
    return [(name, value) for name, value in form.items(multi=True) if name != "csrf_token"]


def carried(form: Form) -> list[tuple[str, str]]:
    """The same, as the page of the policy brings it along: `typed-NAME`."""
    return [(name[6:], value) for name, value in form.items(multi=True) if name.startswith("typed-")]
