"""What to write instead of a name or a detail: exact changes of a text, none of which tells more than it holds."""

import re
from dataclasses import dataclass

from moderation.rules.caption import CLASS
from moderation.rules.details import WordsHit
from moderation.rules.findings import Kind

_TAG_BEFORE = re.compile(r"[#@]\w{0,99}$")
_TAG_AFTER = re.compile(r"\w{0,99}")
_YEAR = re.compile(r"\d{1,2}|reception|nursery", re.IGNORECASE)
_OPENS = re.compile(r"(?:^|[.!?]\s+|\n\s*)$")
_CHILD = re.compile(r"\b(?:pupil|student|child|boy|girl)\s$", re.IGNORECASE)


@dataclass(frozen=True)
class Change:
    """`put` instead of characters `start` to `end`; `label` is what a button says."""

    label: str
    start: int
    end: int
    put: str


def changes(text: str, hit: WordsHit) -> tuple[Change, ...]:
    """The ways to write it without the name or the detail, the likeliest first; none for staff, who may be named."""
    if hit.kind is Kind.NAME_STAFF:
        return ()
    tag = _TAG_BEFORE.search(text[max(0, hit.start - 100) : hit.start])
    if tag:
        start = hit.start - len(tag.group())
        return (_removed(text, start, hit.end + len(_TAG_AFTER.match(text[hit.end :]).group()), "remove the tag"),)  # type: ignore[union-attr]
    removed = _removed(text, hit.start, hit.end, "remove")
    if hit.kind is Kind.TEXT_PERSONAL:
        return (removed,)
    if _CHILD.search(text[max(0, hit.start - 12) : hit.start]):
        return removed, _pupil(text, hit.start, hit.end, "a pupil")
    return (*_with_year(text, hit), _pupil(text, hit.start, hit.end, "a pupil"), removed)


def _with_year(text: str, hit: WordsHit) -> tuple[Change, ...]:
    """“Zoë (4B)” becomes “a Year 4 pupil”: only where the class is marked with the name."""
    classes = list(CLASS.finditer(text, hit.start, hit.end))
    year = _YEAR.search(classes[-1].group()) if classes else None
    if year is None:
        return ()
    called = f"Year {year.group()}" if year.group().isdigit() else year.group().capitalize()
    return (_pupil(text, hit.start, hit.end, f"a {called} pupil"),)


def _pupil(text: str, start: int, end: int, words: str) -> Change:
    opens = _OPENS.search(text[max(0, start - 8) : start])
    return Change(words, start, end, words[0].upper() + words[1:] if opens else words)


def _removed(text: str, start: int, end: int, label: str) -> Change:
    """With the blank that would be left over."""
    if start and text[start - 1] == " " and text[end : end + 1] in ("", " ", ".", ",", "!", "?", "\n"):
        start -= 1
    elif not start and text[end : end + 1] == " ":
        end += 1
    return Change(label, start, end, "")
