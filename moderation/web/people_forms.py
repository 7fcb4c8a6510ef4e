"""Parses what the pages send about people: who is in a post, permissions, what the school asks for."""

from collections.abc import Mapping
from datetime import date

from moderation.rules.consent import Giver, Medium, PersonKind, Purpose, Standard, Word
from moderation.rules.language import gettext
from moderation.rules.presets import Ages
from moderation.services.people_found import Wanted
from moderation.services.permissions import PermissionForm
from moderation.services.protection import Birth
from moderation.services.standards import ImagesPolicy
from moderation.services.tagging import People
from moderation.services.work import Mistake
from moderation.web.forms import Form, chosen, is_id, parse_day, parse_ids


def parse_people(form: Form) -> People | None:
    """`shown` (ids with commas between), `tag` once for each tick, `others`; None if the form did not ask."""
    if "shown" not in form:
        return None
    others = form.get("others", "").strip()
    counted = int(others) if is_id(others) and len(others) < 4 else None
    return People(
        shown=tuple(int(one) for one in form["shown"].split(",") if is_id(one)),
        ticked=parse_ids(form, "tag"),
        whole=form.get("group_shown", "") if form.get("do") == "whole" else "",
        others=0 if counted is None and "nobody" in form else counted,
        purpose=chosen(Purpose, form.get("purpose", ""), gettext("Choose what the post is for."), Purpose.NEWS),
        taken_on=parse_day(form.get("taken_on", "")),
    )


ASKED = ("group", "kind", "listed", "left", "unrecorded", "page")  # what of a search may stand in an address


def parse_wanted(form: Mapping[str, str]) -> tuple[Wanted, int]:
    """Whom to show of the register, and which page; what cannot be read asks for nothing."""
    kind, page = form.get("kind", ""), form.get("page", "")
    wanted = Wanted(
        words=" ".join(form.get("find", "").split())[:80],
        group=form.get("group", ""),
        kind=PersonKind(kind) if kind in set(PersonKind) else None,
        listed="listed" in form,
        left="left" in form,
        unrecorded="unrecorded" in form,
    )
    return wanted, int(page) if is_id(page) else 1


def parse_birth(form: Form) -> Birth | None:
    """`born` and the ticks that make protection longer; None if nothing of it was given."""
    birth = Birth(parse_day(form.get("born", "")), "looked_after" in form, "special_needs" in form)
    return None if birth == Birth(None) else birth


def parse_permission(form: Form, today: date) -> PermissionForm:
    """`where` is empty for everywhere, a kind of place, or `account-ID`."""
    where = form.get("where", "")
    account = where.removeprefix("account-") if where.startswith("account-") else ""
    medium = None if account or not where else chosen(Medium, where, gettext("Choose where."))
    return PermissionForm(
        word=chosen(Word, form.get("word", ""), gettext("Say whether it is a permission or a refusal.")),
        giver=chosen(Giver, form.get("giver", ""), gettext("Say who gave it.")),
        starts=parse_day(form.get("starts", "")) or today,
        until=parse_day(form.get("until", "")),
        purpose=chosen(Purpose, form["purpose"], gettext("Choose what for.")) if form.get("purpose") else None,
        medium=medium,
        account_id=int(account) if is_id(account) else None,
        how=" ".join(form.get("how", "").split())[:80],
    )


def parse_standards(form: Form) -> Mapping[Medium, tuple[Standard, Standard]]:
    """`pupils-MEDIUM` and `adults-MEDIUM` for each kind of place."""
    problem = gettext("Choose what is asked for.")
    found = {
        medium: (
            chosen(Standard, form.get(f"pupils-{medium}", ""), problem),
            chosen(Standard, form.get(f"adults-{medium}", ""), problem),
        )
        for medium in Medium
    }
    if any(adults is Standard.UNRECOGNISABLE for _, adults in found.values()):
        raise Mistake(
            gettext("“{rule}” is a rule for pictures of pupils; choose another one for adults.").format(
                rule=gettext(Standard.UNRECOGNISABLE)
            )
        )
    return found


def parse_ages(form: Form) -> Ages:
    typed = [form.get(name, "").strip() for name in ("everybody", "looked_after", "special_needs")]
    if not all(is_id(text) for text in typed):
        raise Mistake(gettext("Give each age as a number of years."))
    return Ages(*map(int, typed))


def parse_months(form: Form) -> int | None:
    typed = form.get("months", "").strip()
    if typed and not is_id(typed):
        raise Mistake(gettext("Give the months of a permission as a whole number, or leave the field empty."))
    return int(typed) if typed else None


def parse_images_policy(form: Form) -> ImagesPolicy:
    title, link = (" ".join(form.get(name, "").split()) for name in ("images_policy", "images_policy_link"))
    if len(title) > 200 or len(link) > 400:
        raise Mistake(gettext("The title of the images policy has room for 200 characters, its link for 400."))
    return ImagesPolicy(title, link)
