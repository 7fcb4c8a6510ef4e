"""Ways to reach or find somebody, in typed or read words: addresses, numbers, handles, birthdays, number plates."""

import re
from dataclasses import dataclass

from moderation.rules.findings import Kind


@dataclass(frozen=True)
class WordsHit:
    """One thing in a text that a person must look at. `start` and `end` count characters; `subjects` are roll ids."""

    kind: Kind
    start: int
    end: int
    subjects: tuple[str, ...]
    evidence: str


# Every pattern starts at a boundary and repeats within a bound: 60,000 characters cost milliseconds.
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_YEAR = r"(?:19[9]\d|20\d\d|\d\d)(?!\d)"  # born before 1990 is history, not a pupil
_DAY = (
    rf"(?:\d{{1,2}}[/.\- ]{{1,2}}\d{{1,2}}[/.\- ]{{1,2}}{_YEAR}|(?:199|20\d)\d[/.\-]\d{{1,2}}[/.\-]\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s{{0,2}}{_MONTH},?\s{{0,2}}{_YEAR}"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{{1,2}}{_YEAR})"
)
_BORN = r"(?:d\.?o\.?b\.?|(?:date of birth|birth\s?date|born|birthday)(?:\s(?:is|was|on|of))?(?:\son)?)"
_BIRTHDAY_IS = rf"birthday\s(?:is\s|was\s)?(?:on\s)?(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?\s{_MONTH}"
_THEIR_BIRTHDAY = rf"(?:her|his|their|my)\s{_BIRTHDAY_IS}"
_AGE = "(?:[3-9]|1[0-8]|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen)"
_TURNED = rf"(?:turn(?:ed|s|ing)\s{_AGE}\s(?:today|yesterday|tomorrow|on|this|last)|is\s{_AGE}\stoday)"
_COUNTRY = r"(?:\+|00)\s?44[\s().-]{0,3}(?:\(0\)[\s.-]{0,2})?"
_UK_PHONE = rf"(?:{_COUNTRY}|\(?0)(?=[1-37-9])(?:\d[\s().-]{{0,2}}){{8,9}}\d"
_FOREIGN_PHONE = r"(?:\+|00[\s.-]?)(?=[1-9])(?:\d[\s().-]{0,2}){7,14}\d"
_HOST = r"[a-z\d](?:[a-z\d-]{0,62}\.){1,4}"
_MAIL_AT = r"\s?[\[(]at[\])]\s?[\w-]{1,63}(?:\s?(?:\.|[\[(]dot[\])])\s?[\w-]{1,63}){1,4}"
_PLATE = r"[A-HJ-PR-Y]{2}\d{2}\s?[A-HJ-PR-Z]{3}|[A-HJ-NPR-TV-Y]\d{3}\s?[A-HJ-PR-Z]{3}|[A-HJ-PR-Z]{3}\s\d{3}[A-Y]"
_CAR = r"\b(?:car|van|vehicle|reg|regn|registration|number\s?plate|plate|vrm)\b[^\d\n]{0,12}\s"
_OLD_PLATE = r"[A-Z]\d{1,3}\s?[A-Z]{3}|[A-Z]{1,3}\s?\d{1,4}|\d{1,4}\s?[A-Z]{1,3}"
_STREET = (
    "(?:Avenue|Close|Court|Crescent|Drive|Gardens|Grove|Lane|Mews|Place|Rise|Road|Row|Square|Street|Terrace|Way|Wynd)"
)
_TOWN = r"(?:,?\s[A-Z][\w'’-]{1,20}){0,3}"
_FLAT = r"(?:[Ff]lat|[Aa]partment|FLAT)\s\d{1,3}[A-Za-z]?,?\s"
_POSTCODE = r"(?:GIR\s?0AA|[A-Z]{1,2}\d[A-Z\d]?\s{0,2}\d[ABD-HJLNP-UW-Z]{2})"
_PERSONAL = {
    "an e-mail address": rf"(?<![\w.+-])[\w.+-]{{1,64}}(?:@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,5}}|{_MAIL_AT})",
    "a date of birth": rf"(?<!\w)(?:{_BORN}[\s:,-]{{0,4}}{_DAY}|{_THEIR_BIRTHDAY}|{_TURNED})(?!\w)",
    "a phone number": rf"(?<![\w+])(?<!\d[-./:])(?:{_UK_PHONE}|{_FOREIGN_PHONE})(?!\d)",
    "a postcode": rf"(?<!\w){_POSTCODE}(?!\w)",
    "a web address": (
        r"(?<![\w@.-])(?:(?:https?://|www\.)[^\s<>\"]{3,200}"
        rf"|{_HOST}(?:com|org|net|uk|eu|info)(?![\w@-])(?:/[^\s<>\"]{{0,200}})?|{_HOST}[a-z]{{2,6}}/[^\s<>\"]{{2,200}})"
    ),
    "a web handle": r"(?<![\w@.])@(?=[\w.]{0,29}[A-Za-z])[\w.]{2,30}(?<!\.)",
}
_PATTERNS = {what: re.compile(pattern, re.IGNORECASE) for what, pattern in _PERSONAL.items()}
# A house in a street is somebody’s; a street alone may be anybody’s way to school.
_HOUSE = re.compile(
    rf"(?<![\w.:£-])\d{{1,3}}[A-Za-z]?\s(?:[A-Z][\w'’-]{{1,20}}\s){{1,3}}{_STREET}(?!\w)(?:{_TOWN},?\s{_POSTCODE})?"
)
# A flat and a number say it whatever the street is called: Flat 3, 88 Quayside.
_FLAT_IN = re.compile(
    rf"(?<!\w){_FLAT}(?:\d{{1,4}}[A-Za-z]?\s)?(?:[A-Z][\w'’-]{{1,20}})(?:\s[A-Z][\w'’-]{{1,20}}){{0,2}}"
)
_NO_HOUSE = re.compile(r"(?:Year|Yr|Class|Bus|Room|Stage|No|No.)\s$", re.IGNORECASE)  # Year 6 Bridge Street walk
_PLATES = (
    re.compile(rf"(?<![\w-])(?:{_PLATE})(?![\w-])"),
    re.compile(rf"{_CAR}({_PLATE})(?!\w)", re.IGNORECASE),
    re.compile(
        rf"\b(?:[Rr]eg|[Rr]egistration|[Pp]late|REG|PLATE)\b(?:\s(?:is|was|says|number|no\.?)|:)?\s({_OLD_PLATE})(?!\w)"
    ),
)
_BIRTHDAY_OF = re.compile(rf"['’]s\s({_BIRTHDAY_IS})", re.IGNORECASE)
# “The 5th of November 2018, the day she was born”; poets and kings were born earlier.
_DAY_AND_BORN = re.compile(
    rf"(?<!\w)(\d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?\s{_MONTH},?\s20[012]\d)(?!\w)[^.!?\n]{{1,80}}\bborn\b", re.IGNORECASE
)
_LOWER_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}")  # "er1 2nd" typed small and close is rather a code


def personal_details(text: str) -> list[WordsHit]:
    """E-mail and web addresses, handles, phone numbers, UK postcodes and number plates, dates of birth; none twice."""
    found: list[WordsHit] = []
    held = bytearray(len(text))
    for what, start, end in _places(text):
        if what == "a postcode" and _LOWER_POSTCODE.fullmatch(text[start:end]):
            continue
        if not any(held[start:end]):
            held[start:end] = b"\1" * (end - start)
            found.append(WordsHit(Kind.TEXT_PERSONAL, start, end, (), f"“{text[start:end]}” looks like {what}"))
    return sorted(found, key=lambda hit: hit.start)


def birthday_of(text: str, end: int) -> list[WordsHit]:
    """The birthday told of the name that ends at `end`: “’s birthday is on 12 March”. Of poets and kings it is none."""
    told = _BIRTHDAY_OF.match(text, end)
    if told is None:
        return []
    start, end = told.span(1)
    return [WordsHit(Kind.TEXT_PERSONAL, start, end, (), f"“{text[start:end]}” looks like a date of birth")]


def _places(text: str) -> list[tuple[str, int, int]]:
    houses = [
        ("an address", *match.span())
        for match in _HOUSE.finditer(text)
        if not _NO_HOUSE.search(text[: match.start()][-9:])
    ]
    houses += [("an address", *match.span()) for match in _FLAT_IN.finditer(text)]
    births = [("a date of birth", *match.span(1)) for match in _DAY_AND_BORN.finditer(text)]
    found = (
        houses
        + births
        + [(what, *match.span()) for what, pattern in _PATTERNS.items() for match in pattern.finditer(text)]
    )
    plates = [match.span(match.lastindex or 0) for pattern in _PLATES for match in pattern.finditer(text)]
    return found + [("a car’s number plate", start, end) for start, end in plates]
