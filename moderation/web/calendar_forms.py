"""Parses what the calendar's buttons, keys and drags send."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from moderation.db.models import Post
from moderation.rules.holding import days_on
from moderation.rules.language import N_, gettext
from moderation.services.work import Mistake
from moderation.web.forms import Form, parse_moment

_NOT_SO = N_("That did not arrive as it should. Load the page again.")


@dataclass(frozen=True)
class Moved:
    """A post that was moved just now, and where it stood before, as a form sends it back; empty: it was not held."""

    post: Post
    before: str


def parse_move(form: Form, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """`was`, and until when: `by` days, to the `day`, to the moment `to` (all from there), or `until` as typed.

    Both are aware; None: not held. Raises Mistake.
    """
    was = _exact(form.get("was", ""))
    try:
        if "by" in form and was:
            return was, days_on(was, int(form["by"]), zone)
        if "day" in form and was:
            day = date.fromisoformat(form["day"])
            return was, days_on(was, (day - was.astimezone(zone).date()).days, zone)
    except (ValueError, OverflowError) as error:
        raise Mistake(gettext(_NOT_SO)) from error
    if "to" in form:
        return was, _exact(form["to"])
    return was, parse_moment(form.get("until", ""), zone)


def _exact(text: str) -> datetime | None:
    """A moment with its zone, as our own pages write it."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Mistake(gettext(_NOT_SO)) from error
    if moment.tzinfo is None:
        raise Mistake(gettext(_NOT_SO))
    return moment
