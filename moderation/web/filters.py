"""What templates can ask for: filters that write times and numbers, and the words of pages."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2 import Undefined
from markupsafe import Markup

from moderation.db.models import Post
from moderation.rules.consent import Purpose
from moderation.rules.findings import BY_TWO, RESOLUTIONS, Kind, Resolution
from moderation.rules.language import gettext, month_name, plural, weekday_name, written_day
from moderation.rules.measuring import in_hundred
from moderation.rules.why_flagged import WHY
from moderation.rules.workflow import State
from moderation.services import evidence_words, links
from moderation.web import account_forms, evidence
from moderation.web.anchors import field_of
from moderation.web.route_words import who
from moderation.web.words import (
    ACTIONS,
    ADVICE,
    KINDS,
    READY_REASONS,
    ROLE_SAYS,
    STATES,
    ago,
    capital,
    how_long,
    lower_first,
    said,
)


def install(app: Flask, zone: ZoneInfo) -> None:
    _times(app, zone)
    app.jinja_env.filters.update(
        in_hundred=in_hundred, thousands=thousands, capitalize_first=capital, lower_first=lower_first,
        told=evidence.sentence, written=evidence_words.told, reference=evidence.reference, attributes=attributes,
    )  # fmt: skip
    app.jinja_env.filters.update(with_numbers=with_numbers, truncate=shortened)
    app.jinja_env.tests.update(held=is_held, blank_line=is_blank_line)
    app.jinja_env.globals.update(
        plural=plural, said=said, stray=links.stray, field_of=field_of, approved_by=who, purposes=tuple(Purpose),
        State=State, Kind=Kind, KINDS=KINDS, Resolution=Resolution, RESOLUTIONS=RESOLUTIONS, BY_TWO=BY_TWO,
        READY_REASONS=READY_REASONS, ADVICE=ADVICE, ROLE_SAYS=ROLE_SAYS, STATES=STATES, WHY=WHY,
        ACTIONS=ACTIONS | account_forms.ACTIONS,
    )  # fmt: skip


def _times(app: Flask, zone: ZoneInfo) -> None:
    def local(moment: datetime | None) -> str:
        return f"{written_day(moment.astimezone(zone))}, {moment.astimezone(zone):%H:%M}" if moment else ""

    def local_clock(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%H:%M}"

    def typed_moment(moment: datetime | None) -> str:
        """As fields take it that ask for a moment."""
        return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment else ""

    app.jinja_env.filters.update(local=local, local_clock=local_clock, typed_moment=typed_moment)
    app.jinja_env.filters.update(day=written_day, since=since, ago=ago, how_long=how_long, clock="{:%H:%M}".format)
    app.jinja_env.filters.update(weekday=weekday_name, month=lambda day: month_name(day.month))


def attributes(values: Mapping[str, object]) -> Markup:
    """As macros are given them: data_kept is data-kept, True has no value, what is None or False has no place."""
    given = [(name.replace("_", "-"), value) for name, value in values.items() if not _is_left_out(value)]
    return Markup().join(
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value) for name, value in given
    )


def _is_left_out(value: object) -> bool:
    return value is None or value is False or isinstance(value, Undefined)


_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ ()-]{0,2}\d){2,}(?![\w.])")

_ELSEWHERE = re.compile(r"\w@\w|\w\.\w{2,}")


def with_numbers(line: str) -> Markup:
    """A line in which each telephone number can be tapped."""
    found, last = Markup(), 0
    for match in _NUMBER.finditer(line):
        number = re.sub(r"[ ()-]", "", match[0])
        found += line[last : match.start()] + Markup('<a href="tel:{}">{}</a>').format(number, match[0])
        last = match.end()
    return found + line[last:]


def shortened(text: str, length: int) -> str:
    """At most so many characters, cut between words, with one sign for the rest: never `day....`."""
    if len(text) <= length:
        return text
    whole = text[:length].rsplit(" ", 1)[0]
    return f"{whole.rstrip(' .,;:–…')}…"


def is_blank_line(line: str) -> bool:
    """Whether a line of the list of whom to call gives no number yet, nor an address to write to or to open."""
    return not _NUMBER.search(line) and not _ELSEWHERE.search(line)


def is_held(post: Post) -> bool:
    """Whether it is held until a time to come."""
    return post.not_before is not None and post.not_before > datetime.now(UTC)


def since(days: int) -> str:
    return gettext("for {days}").format(days=plural(days, "day", "days")) if days else gettext("since today")


def thousands(count: int) -> str:
    return f"{count:,}"
