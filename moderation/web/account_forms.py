"""Parses the forms about accounts into frozen values, and says how pages call standings and steps."""

from moderation.rules.accounts import AccountStanding, Step
from moderation.rules.consent import Medium
from moderation.rules.networks import NETWORKS
from moderation.services.accounts import CaseForm, Consent, Credentials, Place
from moderation.web.forms import Form, chosen, is_id, parse_day, parse_ids

STANDINGS = {
    AccountStanding.APPLIED: ("Applied for", "look"),
    AccountStanding.APPROVED: ("Approved, not in use yet", "look"),
    AccountStanding.IN_USE: ("In use", "good"),
    AccountStanding.BLOCKED: ("Blocked", "block"),
    AccountStanding.CLOSED: ("Closed", ""),
}
HISTORY = {
    Step.APPLY: "Applied for",
    Step.WITHDRAW: "Application withdrawn",
    Step.APPROVE: "Approved in writing",
    Step.REFUSE: "Application refused",
    Step.WRITE_CASE: "Case written",
    Step.CONSENT: "Written consent given",
    Step.PUT_IN_USE: "Put in use",
    Step.RECORD: "Credentials recorded anew",
    Step.LOOK: "Looked through",
    Step.BLOCK: "Blocked",
    Step.TAKE_OVER: "Taken over by the named people",
    Step.CLOSE: "Closed",
}
ACTIONS = {f"account {step}": words for step, words in HISTORY.items()} | {
    "account added": "Added to the list",  # how the list was kept before there were cases
    "account in use": "Used again",
}


def parse_place(form: Form) -> Place:
    known = NETWORKS.get(form.get("known", ""))
    usual = known.medium if known else Medium.SOCIAL
    medium = chosen(Medium, form.get("medium", ""), "Choose what kind of place it is.", usual)
    return Place(known.title if known else form.get("network", ""), form.get("handle", ""), medium)


def parse_case(form: Form) -> CaseForm:
    age = form.get("minimum_age", "").strip()
    return CaseForm(
        aim=_text(form, "aim"),
        audience=_text(form, "audience"),
        promotion=_text(form, "promotion"),
        people=parse_ids(form, "people"),
        is_open={"open": True, "closed": False}.get(form.get("open", "")),
        minimum_age=int(age) if is_id(age) else None,
        uses_logo="uses_logo" in form,
    )


def parse_consent(form: Form) -> Consent:
    return Consent(parse_day(form.get("given_on", "")), _text(form, "kept"), "logo_allowed" in form)


def parse_credentials(form: Form) -> Credentials:
    holder = form.get("holder", "")
    return Credentials(
        kept=_text(form, "kept"),
        holder_id=int(holder) if is_id(holder) else None,
        changed_on=parse_day(form.get("changed_on", "")),
        second_factor={"on": True, "off": False}.get(form.get("second_factor", "")),
    )


def _text(form: Form, name: str) -> str:
    return " ".join(form.get(name, "").replace("\0", "").split())
