"""What in typed words would tell strangers who a child is: names of the roll and ways to reach or find someone."""

import re
from dataclasses import dataclass

from moderation.rules.findings import Kind
from moderation.rules.names import Roll

# Every pattern starts at a boundary and repeats within a bound: 60,000 characters cost milliseconds.
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_IN_FIGURES = r"\d{1,2}[/.\- ]{1,2}\d{1,2}[/.\- ]{1,2}\d{2,4}"
_DAY = rf"(?:{_IN_FIGURES}|\d{{1,2}}(?:st|nd|rd|th)?\s{{0,2}}{_MONTH},?\s{{0,2}}\d{{2,4}})"
_COUNTRY = r"(?:\+|00)44[\s().-]{0,3}(?:\(0\)[\s.-]{0,2})?"
_PERSONAL = {
    "an e-mail address": r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    "a phone number": rf"(?<![\w+])(?:{_COUNTRY}|\(?0)(?=[1-37-9])(?:\d[\s().-]{{0,2}}){{8,9}}\d(?!\d)",
    "a postcode": r"(?<!\w)(?:GIR\s?0AA|[A-Z]{1,2}\d[A-Z\d]?\s{0,2}\d[ABD-HJLNP-UW-Z]{2})(?!\w)",
    "a date of birth": rf"(?<!\w)(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birthday(?: is)?)[\s:,-]{{0,4}}{_DAY}",
    "a web handle": r"(?<![\w@.])@(?=[\w.]{0,29}[A-Za-z])[\w.]{2,30}(?<!\.)",
    "a web address": r"(?<![\w@.])(?:https?://|www\.)[^\s<>\"]{3,200}",
}
_PATTERNS = {what: re.compile(pattern, re.IGNORECASE) for what, pattern in _PERSONAL.items()}
_LOWER_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}")  # "er1 2nd" typed small and close is rather a code


@dataclass(frozen=True)
class WordsHit:
    """One thing in a text that a person must look at. `start` and `end` count characters; `subjects` are roll ids."""

    kind: Kind
    start: int
    end: int
    subjects: tuple[str, ...]
    evidence: str


def personal_details(text: str) -> list[WordsHit]:
    """E-mail and web addresses, handles, UK phone numbers and postcodes, dates of birth; none inside another."""
    found: list[WordsHit] = []
    for what, pattern in _PATTERNS.items():
        for start, end in (match.span() for match in pattern.finditer(text)):
            if what == "a postcode" and _LOWER_POSTCODE.fullmatch(text[start:end]):
                continue
            if not any(other.start < end and start < other.end for other in found):
                found.append(WordsHit(Kind.TEXT_PERSONAL, start, end, (), f"“{text[start:end]}” looks like {what}"))
    return sorted(found, key=lambda hit: hit.start)


def check_words(text: str, roll: Roll | None) -> list[WordsHit]:
    """Names of the roll and personal details in a caption, an alternative text or a file name, in order of the text."""
    details = personal_details(text)
    held = [False] * len(text)
    for detail in details:
        held[detail.start : detail.end] = [True] * (detail.end - detail.start)
    names = roll.find(text) if roll else []
    found = [WordsHit(hit.kind, hit.start, hit.end, hit.subjects, hit.evidence) for hit in names if not held[hit.start]]
    return sorted([*found, *details], key=lambda hit: (hit.start, hit.end))
