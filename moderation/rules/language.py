"""In which language Gatepost speaks: sentences are written in English, and read in the language of whoever asks.

`gettext("…")` where a sentence is made for somebody; `N_("…")` where it only stands in a table, to be said later.
"""

import gettext as catalogues
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from moderation.rules import welsh

FOLDER: Final = Path(__file__).parent.parent / "translations"


class Language(StrEnum):
    """The value is the language's tag, as pages and browsers write it."""

    ENGLISH = "en"
    WELSH = "cy"


OWN_NAMES = {Language.ENGLISH: "English", Language.WELSH: "Cymraeg"}  # each in its own words: never translated
PAGE_TAGS = {Language.ENGLISH: "en-GB", Language.WELSH: "cy"}

_spoken: ContextVar[Language] = ContextVar("language", default=Language.ENGLISH)


@cache
def _catalogue(language: Language, domain: str = "gatepost") -> catalogues.NullTranslations:
    """English is what stands in the program. Raises FileNotFoundError for a catalogue that was not compiled."""
    if language is Language.ENGLISH:
        return catalogues.NullTranslations()
    return catalogues.translation(domain, FOLDER, [language])


def spoken() -> Language:
    """The language of whoever reads what is made just now; English where nobody said."""
    return _spoken.get()


def speak(language: Language) -> None:
    """From now on in this thread or request."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """For a while: a letter to somebody else."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def gettext(sentence: str) -> str:
    """The sentence in the language spoken. What is not in the catalogue stays as it is."""
    return _catalogue(spoken()).gettext(sentence) if sentence else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The form that goes with the number: Welsh has six."""
    return _catalogue(spoken()).ngettext(one, many, count)


def pgettext(context: str, sentence: str) -> str:
    """A word that is said differently in another place: `context` says in which."""
    return _catalogue(spoken()).pgettext(context, sentence)


def N_(sentence: str) -> str:  # noqa: N802 (the name that gettext's own tools know)
    """Only marks it: it is said later."""
    return sentence


def plural(count: int, one: str, many: str) -> str:
    """`3 photos`, `1 photo`: the number and the word for what is counted."""
    return f"{count:,} {ngettext(one, many, count)}"


def listed(words: Sequence[str], last: str = N_("and")) -> str:
    """`maths, art and music`; `last`: the word before the last one."""
    if len(words) < 2:
        return "".join(words)
    between, word = gettext(last), words[-1]
    end = welsh.joined(between, word) if spoken() is Language.WELSH else f"{between} {word}"
    return f"{', '.join(words[:-1])} {end}"


def script_words() -> dict[str, str]:
    """What the pages' scripts say, in the language spoken: empty for English, which stands in them."""
    if spoken() is Language.ENGLISH:
        return {}
    catalogue = _catalogue(spoken(), "scripts")
    known: dict[str, str] = getattr(catalogue, "_catalog", {})
    return {sentence: said for sentence, said in known.items() if sentence and isinstance(sentence, str)}


def best(accepted: Sequence[str]) -> Language:
    """The first of the tags that a browser asks for that is spoken here, else English."""
    for tag in accepted:
        with_no_country = tag.lower().partition("-")[0]
        if with_no_country in set(Language):
            return Language(with_no_country)
    return Language.ENGLISH


_MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
    N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
_WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


def month_name(number: int) -> str:
    return gettext(_MONTHS[number - 1])


def weekday_name(day: date) -> str:
    return gettext(_WEEKDAYS[day.weekday()])


def written_day(day: date) -> str:
    """`22 November 2026`."""
    return f"{day.day} {month_name(day.month)} {day.year}"
