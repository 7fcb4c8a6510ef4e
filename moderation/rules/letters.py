"""The words of a message: sentences of the table and addresses with numbers. Nothing else ever stands in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

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
    entries = list(dict.fromkeys((LINES[news].sentence, address(base, news, about)) for news, about in told))
    subject = entries[0][0].rstrip(".") if len(entries) == 1 else f"{len(entries)} things are new for you"
    rest = len(entries) - MOST
    more = [(f"And {rest} more.", f"{base.rstrip('/')}/news/")] if rest > 0 else []
    return _letter(f"Gatepost: {subject}", [*entries[:MOST], *more], base)


def trial(base: str) -> Letter:
    """What “send a test” sends."""
    return _letter("Gatepost: a test", [("This is a test. Messages from Gatepost arrive here.", base)], base)


def _letter(subject: str, entries: Sequence[tuple[str, str]], base: str) -> Letter:
    choices = f"{base.rstrip('/')}/news/choices"
    text = "\n\n".join(f"{sentence}\nOpen: {link}" for sentence, link in entries)
    items = "".join(f'<li>{escape(said)} <a href="{escape(link)}">Open</a></li>' for said, link in entries)
    return Letter(
        subject,
        f"{text}\n\n--\nWhat you are told, and when: {choices}\n",
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(subject)}</title></head><body>'
        f'<ul>{items}</ul><p><small><a href="{escape(choices)}">What you are told, and when</a></small></p>'
        "</body></html>\n",
    )
