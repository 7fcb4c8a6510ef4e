"""The words of a message: sentences of the table and addresses with numbers. Nothing else ever stands in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from moderation.rules.language import PAGE_TAGS, gettext, plural, spoken
from moderation.rules.telling import LINES, News

MOST = 30  # things in one message; the rest are on the page


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def address(base: str, news: News, about: int | str) -> str:
    return base.rstrip("/") + LINES[news].page.format(about)


def compose(told: Sequence[tuple[News, int | str]], base: str) -> Letter:
    """A message about `told` (news, and the number or the link of what it is about), the first one first."""
    entries = list(dict.fromkeys((gettext(LINES[news].sentence), address(base, news, about)) for news, about in told))
    count = len(entries)
    subject = (
        entries[0][0].rstrip(".") if count == 1 else plural(count, "thing is new for you", "things are new for you")
    )
    rest = count - MOST
    more = [(gettext("And {count} more.").format(count=rest), f"{base.rstrip('/')}/news/")] if rest > 0 else []
    return _letter(f"Gatepost: {subject}", [*entries[:MOST], *more], base)


def trial(base: str) -> Letter:
    """What “send a test” sends."""
    subject, test = gettext("a test"), gettext("This is a test. Messages from Gatepost arrive here.")
    return _letter(f"Gatepost: {subject}", [(test, base)], base)


def _letter(subject: str, entries: Sequence[tuple[str, str]], base: str) -> Letter:
    choices = f"{base.rstrip('/')}/news/choices"
    what, opens = gettext("What you are told, and when"), gettext("Open")
    text = "\n\n".join(f"{sentence}\n{opens}: {link}" for sentence, link in entries)
    items = "".join(f'<li>{escape(said)} <a href="{escape(link)}">{escape(opens)}</a></li>' for said, link in entries)
    return Letter(
        subject,
        f"{text}\n\n--\n{what}: {choices}\n",
        f'<!doctype html><html lang="{PAGE_TAGS[spoken()]}"><head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head><body>"
        f'<ul>{items}</ul><p><small><a href="{escape(choices)}">{escape(what)}</a></small></p>'
        "</body></html>\n",
    )
