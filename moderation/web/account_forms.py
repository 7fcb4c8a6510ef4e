"""Parses the forms about accounts into frozen values, and says how pages call standings and steps."""

from moderation.rules.accounts import AccountStanding, Step
from moderation.rules.consent import Medium
from moderation.rules.language import N_, gettext
from moderation.rules.networks import NETWORKS
from moderation.services.accounts import CaseForm, Consent, Credentials, Place
from moderation.web.forms import Form, chosen, is_id, one_line, parse_day, parse_id, parse_ids

STANDINGS = {
    AccountStanding.APPLIED: (N_("Applied for"), "yellow"),
    AccountStanding.APPROVED: (N_("Approved, not in use yet"), "yellow"),
    AccountStanding.IN_USE: (N_("In use"), "green"),
    AccountStanding.BLOCKED: (N_("Blocked"), "red"),
    AccountStanding.CLOSED: (N_("Closed"), "grey"),
}
HISTORY = {
    Step.APPLY: N_("Applied for"),
    Step.WITHDRAW: N_("Application withdrawn"),
    Step.APPROVE: N_("Approved in writing"),
    Step.REFUSE: N_("Application refused"),
    Step.WRITE_CASE: N_("Case written"),
    Step.CONSENT: N_("Written consent given"),
    Step.PUT_IN_USE: N_("Put in use"),
    Step.RECORD: N_("Credentials recorded anew"),
    Step.LOOK: N_("Looked through"),
    Step.BLOCK: N_("Blocked"),
    Step.TAKE_OVER: N_("Taken over by the named people"),
    Step.CLOSE: N_("Closed"),
}
ACTIONS = {f"account {step}": words for step, words in HISTORY.items()} | {
    "account added": N_("Added to the list"),  # how the list was kept before there were cases
    "account in use": N_("Used again"),
}


def parse_place(form: Form) -> Place:
    known = NETWORKS.get(form.get("known", ""))
    usual = known.medium if known else Medium.SOCIAL
    medium = chosen(Medium, form.get("medium", ""), gettext("Choose what kind of place it is."), usual)
    return Place(known.title if known else form.get("network", ""), form.get("handle", ""), medium)


def parse_case(form: Form) -> CaseForm:
    age = form.get("minimum_age", "").strip()
    return CaseForm(
        aim=one_line(form, "aim"),
        audience=one_line(form, "audience"),
        promotion=one_line(form, "promotion"),
        people=parse_ids(form, "people"),
        is_open={"open": True, "closed": False}.get(form.get("open", "")),
        minimum_age=int(age) if is_id(age) else None,
        uses_logo="uses_logo" in form,
    )


def parse_consent(form: Form) -> Consent:
    return Consent(parse_day(form.get("given_on", "")), one_line(form, "kept"), "logo_allowed" in form)


def parse_credentials(form: Form) -> Credentials:
    return Credentials(
        kept=one_line(form, "kept"),
        holder_id=parse_id(form, "holder"),
        changed_on=parse_day(form.get("changed_on", "")),
        second_factor={"on": True, "off": False}.get(form.get("second_factor", "")),
    )
